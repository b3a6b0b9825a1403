"""Answers to who helps with what."""
