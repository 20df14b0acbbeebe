"""`python -m house`: our own lint rules and ratchets over the whole project. Exit code 1 when something is found."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from house import changes, sizes
from house.rules import Finding, rules

ROOT = Path(__file__).parents[1]


def sources() -> Iterator[tuple[str, str]]:
    """(path, text) of every Python file that belongs to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for path in sorted(set(listed.stdout.split())):
        if (ROOT / path).is_file():
            yield path, (ROOT / path).read_text("utf-8")


def findings() -> Iterator[Finding]:
    """All places that break a rule and are not excused in house/allowed.toml."""
    allowed = tomllib.loads((ROOT / "house" / "allowed.toml").read_text("utf-8"))
    for path, source in sources():
        tree = ast.parse(source)
        for name, rule in rules.items():
            if path in allowed.get(name, {}):
                continue
            for line, said in rule(path, tree, source):
                yield Finding(name, path, line, said)


def main() -> int:
    """Print what was found."""
    found = [*map(str, findings()), *sizes.complaints(), *changes.complaints()]
    for one in found:
        print(one)
    figures = ", ".join(f"{name} {value}" for name, value in sizes.measured().items())
    print(f"{len(rules)} rules, {len(found)} findings; {figures}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
