"""Follow-up on sickness absence: the course of a case, its steps and dates, whose it is, and what is due."""
