"""Makes `simplified.txt` and `readings.txt` from OpenCC and pypinyin: `python -m shangwu.foundation.text.tables.build`.

Run when one of the two libraries has better data. Stored keys (customers' compared names, sort keys) must then be
computed again, so it is a decision, never a side effect of an upgrade. Both libraries cost 60 MB of memory and
200 microseconds per name; the tables made here cost 6 MB and 5 microseconds.
"""

from collections.abc import Iterator
from pathlib import Path

import opencc
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

HERE = Path(__file__).parent
IDEOGRAPHS = [chr(code) for block in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)) for code in range(block[0], block[1] + 1)]
LONGEST_PHRASE = 4  # longer ones are sayings, which no name contains and whose readings are careless


def supplement() -> dict[str, list[str]]:
    """Readings of places and trades that the libraries miss or guess wrong.

    A town before a name that begins with "long" is common in company names, its mayor is not: hence the last lines.
    """
    lines = (HERE / "supplement.txt").read_text("utf-8").splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines}


def simplified_pairs() -> dict[str, str]:
    """Each character that has a simplified form, to that form; forms are final (never themselves a key)."""
    converted = opencc.OpenCC("t2s").convert("\n".join(IDEOGRAPHS)).split("\n")
    pairs = {old: new for old, new in zip(IDEOGRAPHS, converted, strict=True) if old != new}
    for old in pairs:
        while pairs[old] in pairs:
            pairs[old] = pairs[pairs[old]]
    return pairs


def syllable(marked: str) -> str:
    """`zhòng` as `zhong4`; the neutral tone is 5, so that it sorts last."""
    written = to_tone3(marked)
    return written if written[-1].isdigit() else written + "5"


def character_readings(pairs: dict[str, str]) -> dict[str, str]:
    """The usual reading of each ideograph that is not folded away."""
    usual = {
        character: syllable(PINYIN_DICT[ord(character)].split(",")[0])
        for character in IDEOGRAPHS
        if character not in pairs and ord(character) in PINYIN_DICT
    }
    return usual | {character: said[0] for character, said in supplement().items() if len(character) == 1}


def phrases(pairs: dict[str, str]) -> dict[str, list[str]]:
    """pypinyin's phrases, and their traditional forms where folding character by character writes them otherwise."""
    found = {
        phrase: [syllable(each[0]) for each in said]
        for phrase, said in PHRASES_DICT.items()
        if 1 < len(phrase) <= LONGEST_PHRASE
    }
    fold = str.maketrans(pairs)
    found |= {phrase: said for phrase, said in supplement().items() if len(phrase) > 1}
    simple = {phrase.translate(fold): said for phrase, said in found.items()}
    for scheme in ("s2t", "s2tw"):
        converter = opencc.OpenCC(scheme)
        for phrase, said in found.items():
            simple.setdefault(converter.convert(phrase).translate(fold), said)
    return {phrase: said for phrase, said in simple.items() if len(phrase) == len(said)}


def needed(readings: dict[str, str], all_phrases: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """The phrases that shorter phrases and single characters don't already read right."""
    kept: dict[str, list[str]] = {}

    def read(phrase: str) -> list[str]:
        said: list[str] = []
        while phrase:
            size = next((size for size in range(len(phrase), 1, -1) if phrase[:size] in kept), 1)
            said += kept.get(phrase[:size]) or [readings.get(phrase[0], phrase[0])]
            phrase = phrase[size:]
        return said

    for phrase in sorted(all_phrases, key=lambda each: (len(each), each)):
        if read(phrase) != all_phrases[phrase]:
            kept[phrase] = all_phrases[phrase]
            yield phrase, all_phrases[phrase]


def main() -> None:
    """Write both tables."""
    pairs = simplified_pairs()
    joined = "".join(old + new for old, new in sorted(pairs.items()))
    lines = [joined[start : start + 80] for start in range(0, len(joined), 80)]
    (HERE / "simplified.txt").write_text("\n".join(lines) + "\n", "utf-8")
    readings = character_readings(pairs)
    by_syllable: dict[str, list[str]] = {}
    for character, said in readings.items():
        by_syllable.setdefault(said, []).append(character)
    characters = [f"{said} {''.join(found)}" for said, found in sorted(by_syllable.items())]
    exceptions = [f"{phrase} {' '.join(said)}" for phrase, said in needed(readings, phrases(pairs))]
    (HERE / "readings.txt").write_text("\n".join([*characters, "", *exceptions]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
