"""The cards of what is stored about the one who asks."""
