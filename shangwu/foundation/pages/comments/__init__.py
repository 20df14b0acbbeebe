"""Comments under any record, mentions, and following."""
