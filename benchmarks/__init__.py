"""Benchmarks: ours, the bare PostgreSQL floor of the same run, and their ratio. Figures, never asserts."""
