"""The catalogues in shangwu/locale: `python -m house.catalogues check | collect`.

check     every message is translated in every language, with the same placeholders; nothing stale stays
collect   add new messages to the catalogues, drop those that are gone, keep every translation
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polib

from house.messages import PACKAGE, Message, NotAMessage, Place, messages

FOLDER = PACKAGE / "locale"
# Source strings are English: only these have catalogues. Chinese has one form for all numbers.
LANGUAGES = ("zh_Hant", "zh_Hans")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
SHOWN = 40


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def problems(known: dict[Message, list[Place]], language: str, catalogue: polib.POFile) -> Iterator[str]:
    """What is missing or wrong in one catalogue, one line each."""
    entries = {Message(e.msgid, e.msgid_plural or None, e.msgctxt): e for e in catalogue if not e.obsolete}
    for message, places in known.items():
        entry = entries.get(message)
        where = f"{language}: {places[0].path}:{places[0].line}"
        if entry is None:
            yield f'{where}: not in the catalogue: "{message.text}" (python -m house.catalogues collect)'
        elif not entry.translated():
            yield f'{where}: not translated: "{message.text}"'
        elif broken := _broken(entry):
            yield f'{where}: "{message.text}" has placeholders that its translation has not: {broken}'
    for message in entries.keys() - known.keys():
        yield f'{language}: no longer in the program: "{message.text}" (python -m house.catalogues collect)'


def collect() -> None:
    """Bring every catalogue in line with the source; translations of what is still there are kept."""
    known = messages()
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        before = polib.pofile(str(path)) if path.exists() else polib.POFile()
        kept = {Message(e.msgid, e.msgid_plural or None, e.msgctxt): e for e in before}
        after = polib.POFile(wrapwidth=120)
        after.metadata = {
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=1; plural=0;",
        }
        after.extend(
            _entry(message, places, kept.get(message)) for message, places in sorted(known.items(), key=_order)
        )
        after.save(str(path))


def main(arguments: list[str]) -> int:
    """Do what is asked; 0, or 1 with the reasons on standard error, or 2."""
    done: dict[str, Callable[[], int]] = {"check": _check, "collect": _collect}
    if len(arguments) != 1 or arguments[0] not in done:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return done[arguments[0]]()
    except (NotAMessage, SyntaxError) as error:
        print(f"catalogues: {error}", file=sys.stderr)
        return 1


def _collect() -> int:
    collect()
    return 0


def _check() -> int:
    known = messages()
    found: list[str] = []
    for language in LANGUAGES:
        path = catalogue_path(language)
        found += problems(known, language, polib.pofile(str(path)) if path.exists() else polib.POFile())
    for line in found[:SHOWN]:
        print(line, file=sys.stderr)
    if found:
        print(f"catalogues: {len(found)} problems in {len(known)} messages", file=sys.stderr)
    return 1 if found else 0


def _broken(entry: polib.POEntry) -> str:
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return ", ".join(sorted({one for text in translations for one in wanted ^ set(PLACEHOLDER.findall(text))}))


def _entry(message: Message, places: list[Place], kept: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context, msgid_plural=message.plural or "")
    # Only paths: lines would change the catalogue with every edit elsewhere.
    entry.occurrences = [(path, "") for path in sorted({place.path for place in places})]
    if PLACEHOLDER.search(message.text):
        entry.flags = ["python-format"]
    if message.plural:
        entry.msgstr_plural = kept.msgstr_plural if kept else {0: ""}
    elif kept:
        entry.msgstr = kept.msgstr
    return entry


def _order(item: tuple[Message, list[Place]]) -> tuple[str, str, str]:
    message, places = item
    return places[0].path, message.text, message.context or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
