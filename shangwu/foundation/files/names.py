"""File names that people gave: kept readable, made harmless."""

import re
import unicodedata

LONGEST = 180
"""Characters of a kept name: three bytes each still fit the 255 bytes that file systems allow with room to spare."""

EXTENSION = re.compile(r"\.([A-Za-z0-9_]{1,12})$")
INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Co", "Zl", "Zp"])
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{digit}" for digit in range(1, 10)), *(f"lpt{digit}" for digit in range(1, 10))]
)


def safe_name(name: str, extension: str = "") -> str:
    """The last part of `name` without anything that a system or a reader could misread.

    Control and invisible characters go (U+202E shows "fdp.exe" as "exe.pdf"), path parts go, trailing dots and
    spaces go, Windows device names get an underscore. `extension` (without dot) replaces one that lies about the
    content. Never empty: "file" stands in.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in INVISIBLE and character not in '<>:"|?*'
    ).strip(" .")
    stem, ending = visible, ""
    if found := EXTENSION.search(visible):
        stem, ending = visible[: found.start()], found[1]
    ending = extension or ending
    stem = stem.strip(" .") or "file"
    if stem.split(".")[0].lower() in DEVICES:
        stem = f"_{stem}"
    room = LONGEST - len(ending) - 1
    return f"{stem[:room].rstrip(' .')}.{ending}" if ending else stem[:LONGEST]


def extension_of(name: str) -> str:
    """What stands after the last dot, lower case, without the dot; empty when there is none."""
    found = EXTENSION.search(safe_name(name))
    return found[1].lower() if found else ""
