"""HR's overview: what HR types and presses."""
