"""Who helps with what: a list that HR edits, and looking things up in it."""
