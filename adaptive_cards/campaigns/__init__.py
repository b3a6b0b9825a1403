"""Cards of HR's reminders: for HR, and for those who get them."""
