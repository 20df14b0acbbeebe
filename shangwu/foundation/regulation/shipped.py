"""The text that the program ships: the files of each chapter's room, split by clause, their blanks still open.

`regulation.md` is the reference (Traditional Chinese); `.zh-hans.md` and `.en.md` stand beside it. A heading
`## 2.6.1 …` begins a clause, an empty line a paragraph, and `{key}` is a blank that a parameter fills. A list stands in
a paragraph of its own, each line beginning with `- `. It holds until the company publishes an edition of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shangwu.foundation.policy.clauses import CHAPTERS, INTRODUCTION, chapter_of

LANGUAGES = {"zh-hant": "", "zh-hans": ".zh-hans", "en": ".en"}
"""Language -> the ending of its files before `.md`."""

REFERENCE = "zh-hant"

BLANK = re.compile(r"\{([A-Za-z0-9_.]+)\}")
CODES: tuple[str, ...] = (
    INTRODUCTION,
    *(code for one in CHAPTERS for code in (one.code, *(each for each, _ in one.clauses))),
)
"""Everything that has a heading: the introduction, and each chapter before its clauses."""

_HERE = Path(__file__).parent
_CHAPTERS = _HERE.parents[1] / "chapters"
_HEADING = re.compile(r"^#{1,6}\s+(\d(?:\.\d){0,2})\b[ \t]*([^\n]*)$", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Wording:
    """A clause as it is written: its own heading, and the paragraphs with their blanks open.

    repealed: why it no longer holds; "" while it does.
    """

    title: str
    paragraphs: tuple[str, ...]
    repealed: str = ""

    @property
    def blanks(self) -> frozenset[str]:
        """Keys of the parameters that the text names."""
        return frozenset(key for paragraph in self.paragraphs for key in BLANK.findall(paragraph))

    @property
    def text(self) -> str:
        """The paragraphs as people type them: apart by empty lines, the lines of a list one below the other."""
        found = ""
        for former, one in zip(("", *self.paragraphs), self.paragraphs, strict=False):
            in_list = former.startswith("- ") and one.startswith("- ")
            found += ("\n" if in_list else "\n\n" if found else "") + one
        return found


def shipped(code: str, language: str) -> Wording:
    """A clause as the program ships it. Raises KeyError for a code without a text in that language."""
    return read(text_file(code, language))[code]


def text_file(code: str, language: str) -> Path:
    """The file in which a clause or chapter is written. Raises KeyError for an unknown code or language."""
    ending = LANGUAGES[language]
    if code == INTRODUCTION:
        return _HERE / f"introduction{ending}.md"
    return _CHAPTERS / chapter_of(code).room / f"regulation{ending}.md"


@cache
def read(path: Path) -> dict[str, Wording]:
    """What stands in a file, by code."""
    return sections(path.read_text(encoding="utf-8"))


def sections(text: str) -> dict[str, Wording]:
    """A text with headings, split by code."""
    parts = _HEADING.split(text)
    found = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return {code: Wording(title.strip(), paragraphs_of(body)) for code, title, body in found}


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, each line of a list for itself."""
    return tuple(_paragraphs(text.replace("\r\n", "\n")))


def _paragraphs(text: str) -> Iterator[str]:
    for block in _EMPTY_LINE.split(text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines and all(line.startswith("- ") for line in lines):
            yield from lines
        elif lines:
            yield " ".join(lines)


def all_shipped() -> dict[tuple[str, str], Wording]:
    """The whole shipped text: (code, language) -> how it is worded."""
    return {(code, language): shipped(code, language) for code in CODES for language in LANGUAGES}
