"""Money: exact decimals, one way of rounding, and splits and taxes that add up to the cent.

Pure rules and four model fields. Nothing here takes a float, and nothing rounds in silence: `round_money` is the only
place where a fraction of a cent disappears, and the caller sees it in the call.
"""
