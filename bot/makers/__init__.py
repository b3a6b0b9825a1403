"""What makes the cards of messages that nobody asked for just now, one module a feature."""
