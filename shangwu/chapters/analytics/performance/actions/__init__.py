"""Clause 2.7.3."""
