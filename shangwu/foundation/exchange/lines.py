"""Sets of line numbers as short texts: "2-1001,1003"."""

from collections.abc import Iterable


def as_text(lines: Iterable[int]) -> str:
    """The lines as ranges, ascending."""
    parts: list[str] = []
    begin = end = -1
    for line in sorted(set(lines)):
        if line == end + 1:
            end = line
            continue
        if begin > 0:
            parts.append(span(begin, end))
        begin = end = line
    if begin > 0:
        parts.append(span(begin, end))
    return ",".join(parts)


def span(begin: int, end: int) -> str:
    """One range."""
    return str(begin) if begin == end else f"{begin}-{end}"


def of_text(text: str) -> set[int]:
    """The lines of such a text."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        begin, _dash, end = part.partition("-")
        found.update(range(int(begin), int(end or begin) + 1))
    return found
