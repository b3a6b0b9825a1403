"""A TRIO's dialogue on attendance: themes of the palette, what was agreed, and the day to look back on it."""
