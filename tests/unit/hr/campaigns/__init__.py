"""HR's reminders."""
