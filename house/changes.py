"""Changes that people can see are told in `changes/`: every action of the reference is named by a fragment there.

The reference (docs/reference/api.md) is drawn from the registry of actions, so a new verb can't hide from it; and no
history is asked, so the rule holds in a shallow clone. What changes without a new verb is left to whoever writes it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER, REFERENCE = ROOT / "changes", ROOT / "docs" / "reference" / "api.md"

_RECORD = re.compile(r"### ([a-z_]+\.[a-z]+):")
_VERB = re.compile(r"\| `([a-z_]+)`")
_TOLD = re.compile(r"([a-z_]+\.[a-z]+): ([a-z_ ]+)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"^[A-Z][^\u4e00-\u9fff]{20,}$", re.MULTILINE)


def complaints(folder: Path = FOLDER, reference: Path = REFERENCE) -> Iterator[str]:
    """Fragments that can't be read, and actions of which no fragment tells."""
    told: set[str] = set()
    for path in sorted(folder.glob("*.md")):
        if path.name != "README.md":
            names, wrong = _read(path.read_text("utf-8"))
            told |= names
            yield from (f"changes/{path.name}: changes: {said}" for said in wrong)
    for name in sorted(_offered(reference.read_text("utf-8")) - told):
        yield f"changes: no fragment tells people of {name}: see changes/README.md"


def _offered(text: str) -> set[str]:
    """Names of all actions in the reference."""
    found, record = set(), ""
    for line in text.splitlines():
        if match := _RECORD.match(line):
            record = match[1]
        elif record and (match := _VERB.match(line)):
            found.add(f"{record}.{match[1]}")
    return found


def _read(text: str) -> tuple[set[str], list[str]]:
    """(actions that a fragment names, what is wrong with it)."""
    opening, _mark, rest = text.partition("---\n")
    head, mark, body = rest.partition("---\n")
    if opening or not mark:
        return set(), ["begin with the actions between two lines of ---"]
    wrong = [f"not “record: verbs”: {line}" for line in head.splitlines() if not _TOLD.fullmatch(line)]
    if not _CHINESE.search(body) or not _ENGLISH.search(body):
        wrong.append("tell it in Chinese and in English, a paragraph each")
    names = {f"{record}.{verb}" for record, verbs in _TOLD.findall(head) for verb in verbs.split()}
    return names, wrong
