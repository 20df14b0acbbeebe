"""Audit bundles: all that a clause asked for in a period and what proves it, as one file that is checked without us."""
