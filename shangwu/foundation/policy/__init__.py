"""Clause codes and the reading of parameters: `policy(key, on=date)`. Changing them is the regulation's."""
