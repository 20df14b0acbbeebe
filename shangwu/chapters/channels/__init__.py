"""Sales channels (2.4): whom we sell through, on which terms. Channels know nothing of the rooms above."""
