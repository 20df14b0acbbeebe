"""Pages of the explorer's room (2.7.2)."""
