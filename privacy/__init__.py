"""What must not be taken in or kept: the guard, CPR numbers, names, and redaction; below both cores, so that both can use it."""
