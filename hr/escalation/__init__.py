"""Questions to HR: who gets them, who answers, and what the one who asked is told."""
