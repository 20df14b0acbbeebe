"""`python -m shangwu.cli` is the command `shangwu`: how its child processes are started."""

from shangwu.cli.main import main

main()
