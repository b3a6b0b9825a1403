"""Faults of HR's own edits: each is told once, in plain words, and taken back when it is mended."""
