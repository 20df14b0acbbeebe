#!/bin/sh
# Make a virtual environment with the newest Python that really runs and can make one: a shim for a version that is
# not installed, or a system Python without ensurepip, is found out by running it.
set -eu
folder=$1
# A killed first try leaves a folder without a working pip: that one is made anew, a whole one is kept.
if "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi
for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" 2>/dev/null; then
        echo "Making $folder with $("$candidate" --version)…"
        rm -rf "$folder"
        exec "$candidate" -m venv "$folder"
    fi
done
echo "No Python 3.11, 3.12 or 3.13 with venv was found: install one (on Debian: apt install python3.11 python3.11-venv)." >&2
exit 1
