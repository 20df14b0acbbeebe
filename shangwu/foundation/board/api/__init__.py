"""What the API reads of duties: the board's counts, the duties themselves, and their rules."""
