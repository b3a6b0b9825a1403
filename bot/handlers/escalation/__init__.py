"""Questions to HR: what is typed and what is pressed, by the one who asks and by HR."""
