"""Customer relations (2.5): who our customers are, what we say to each other, whose they are."""
