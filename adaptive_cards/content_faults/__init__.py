"""What HR reads when an edit of its own cannot be used yet."""
