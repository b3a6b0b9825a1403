"""Faults of the real world against real processes: `make faults`. Slow, and so kept out of `make test`."""
