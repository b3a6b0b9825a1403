"""A TRIO's dialogue in a chat."""
