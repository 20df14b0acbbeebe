"""Cut Tabler's style sheet down to what our pages use.

Tabler whole is 80 kB compressed; the first visit may cost 200 kB in all. A rule stays when every class in its
selector is used by a template, a script or the list below. Rules for elements alone always stay (they are the reset).
Dark theme, layout switches and scroll bars go: our tokens and frame carry those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_NOT = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_PROPERTY_USE = re.compile(r"var\(\s*(--[\w-]+)")
_FOREIGN = (
    "data-bs-theme=dark",
    "data-theme=dark",
    "data-bs-layout",
    "data-bs-sidebar",
    "dir=rtl",
    "::-webkit-scrollbar",
)
_KEEP_AT_RULES = ("@media", "@supports", "@container", "@layer")


def purge(sheet: str, used_classes: Iterable[str]) -> str:
    """Return `sheet` without rules, keyframes and custom properties that nothing uses."""
    used = frozenset(used_classes)
    kept = "".join(_kept_rules(_without_comments(sheet), used))
    while True:
        smaller = _without_unused_properties(kept)
        if smaller == kept:
            return kept
        kept = smaller


def _without_comments(sheet: str) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) of each top-level block; statements without a block (@charset, @import) are skipped."""
    position = start = 0
    while position < len(sheet):
        character = sheet[position]
        if character == ";":
            start = position = position + 1
        elif character == "{":
            end = _closing_brace(sheet, position)
            yield sheet[start:position].strip(), sheet[position + 1 : end]
            start = position = end + 1
        else:
            position += 1


def _closing_brace(sheet: str, opening: int) -> int:
    depth = 0
    quote = ""
    for position in range(opening, len(sheet)):
        character = sheet[position]
        if quote:
            quote = "" if character == quote and sheet[position - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return position
    raise ValueError("the style sheet has an unclosed block")


def _kept_rules(sheet: str, used: frozenset[str]) -> Iterator[str]:
    for prelude, body in _blocks(sheet):
        if prelude.startswith(_KEEP_AT_RULES):
            if inner := "".join(_kept_rules(body, used)):
                yield f"{prelude}{{{inner}}}"
        elif not prelude.startswith("@"):
            selectors = [selector for selector in _selectors(prelude) if _is_used(selector, used)]
            if selectors and body.strip():
                yield f"{','.join(selectors)}{{{body.strip()}}}"


def _selectors(prelude: str) -> Iterator[str]:
    depth = start = 0
    for position, character in enumerate(prelude + ","):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            yield prelude[start:position].strip()
            start = position + 1


def _is_used(selector: str, used: frozenset[str]) -> bool:
    plain = selector.replace('"', "")
    if any(part in plain for part in _FOREIGN):
        return False
    return all(name in used for name in _CLASS.findall(_NOT.sub("", selector)))


def _without_unused_properties(sheet: str) -> str:
    needed = set(_PROPERTY_USE.findall(sheet))

    def declaration(match: re.Match[str]) -> str:
        return match.group(0) if match.group("name") in needed else match.group("before")

    return re.sub(
        r"(?P<before>[{;])\s*(?P<name>--[\w-]+)\s*:(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*;?(?=[\s\w\-}])",
        declaration,
        sheet,
    )
