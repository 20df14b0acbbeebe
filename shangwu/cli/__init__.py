"""The command `shangwu`: everything that is done to an installation from a terminal.

Nothing here imports Django at module level: `shangwu --help` and a refused start must be instant.
"""
