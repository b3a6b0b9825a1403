"""HR's reminders: written once, sent to many, each to be acknowledged where HR asks for it."""
