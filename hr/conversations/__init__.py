"""Where a person can be reached in Teams, and who has been welcomed."""
