"""Facts about Chinese writing, as data: the one folder of this room that holds Chinese characters.

`simplified.txt` and `readings.txt` are made by `python -m shangwu.foundation.text.tables.build` and kept
in the repository, so that stored keys don't change when a library does.
"""
