"""Webhooks: what happened is told to addresses outside, signed, gated by its reader's rights, until it is received."""
