"""The day of each role in a real browser: what README promises, done by hand."""
