"""HR's reminders: what HR types and presses, and the acknowledgement of those who get them."""
