"""Clause 2.7.1: a month's data are checked, locked, and frozen; what is mended later stands apart."""
