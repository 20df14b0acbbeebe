"""Clause 2.7.3: targets, scores, split deals, rewards."""
