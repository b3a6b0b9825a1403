"""Cards of questions to HR, for the one who asks and for HR."""
