"""Cards of a TRIO's dialogue."""
