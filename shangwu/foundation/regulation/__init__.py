"""The living regulation: the text of its clauses, and what each names and is kept by."""
