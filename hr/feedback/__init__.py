"""Ratings of answers, and questions that no source could answer."""
