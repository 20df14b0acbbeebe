"""Tests of what crosses rooms; a rule is tested in its own room."""
