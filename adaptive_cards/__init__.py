"""What people read and press: texts in two languages, answers as text, cards, and the typed payloads of their buttons."""
