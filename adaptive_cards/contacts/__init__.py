"""Cards of who helps with what."""
