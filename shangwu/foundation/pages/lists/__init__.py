"""Lists: what is asked (an address), what is found (a union of index scans), how it is drawn, and done to many."""
