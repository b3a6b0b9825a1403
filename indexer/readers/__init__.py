"""Readers: one file in, a document and its blocks out."""

from indexer.readers.registry import READERS, is_readable, read

__all__ = ["READERS", "is_readable", "read"]
