"""What can go wrong in `knowledge`. Every message says what happened and what to do, in English, for the operator.

KnowledgeError
├── SettingsError
├── ModelUnavailable
│   ├── ModelPackageMissing
│   └── ModelFileDamaged
├── GlossaryInvalid
├── QuestionFileInvalid
├── StoreUnavailable
└── IndexUnavailable
    ├── NoIndex
    ├── IndexDamaged
    └── IndexOfAnotherModel
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """Something that the operator has to put right."""


class SettingsError(KnowledgeError):
    """A setting is unknown or has a value that cannot be used; one line for each fault, never a value."""


class ModelUnavailable(KnowledgeError):  # noqa: N818 - named for what it is
    """The embedding model cannot be loaded."""


class ModelPackageMissing(ModelUnavailable):
    """The package that carries the weights is not installed."""


class ModelFileDamaged(ModelUnavailable):
    """The packaged weights are not the file that was reviewed, or end too soon."""


class GlossaryInvalid(KnowledgeError):  # noqa: N818 - named for what it is
    """The glossary file cannot be read; the message names the file and the entry."""


class QuestionFileInvalid(KnowledgeError):  # noqa: N818 - named for what it is
    """A file of questions cannot be read; the message names the file and the line."""


class StoreUnavailable(KnowledgeError):  # noqa: N818 - named for what it is
    """The vector store does not answer or does not hold what it should."""


class IndexUnavailable(KnowledgeError):  # noqa: N818 - named for what it is
    """There is no index that can be searched."""


class NoIndex(IndexUnavailable):
    """Nothing has been indexed yet."""


class IndexDamaged(IndexUnavailable):
    """A published index lacks a file or holds something that cannot be read."""


class IndexOfAnotherModel(IndexUnavailable):
    """The index was embedded by another model than the one that embeds the questions."""
