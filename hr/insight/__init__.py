"""What HR sees: what could not be answered, what did not help, what is out of date, and faults of its own edits."""
