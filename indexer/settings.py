"""What the indexer reads from the environment: nothing beyond the section it shares with the bot."""

from __future__ import annotations

from knowledge.settings import KnowledgeSettings


class IndexerSettings(KnowledgeSettings):
    """Settings of `python -m indexer`."""
