"""Which orders count, whose they are, and what they are worth."""
