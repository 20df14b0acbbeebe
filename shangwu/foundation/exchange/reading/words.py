"""The words and signs of `words.toml`: what people write in cells for yes, no, nothing, a currency, a time of day."""

import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any


@cache
def table() -> dict[str, Any]:
    """The file as it is."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """One list of the file, folded for comparison."""
    return frozenset(folded(word) for word in table()[name])


def folded(text: str) -> str:
    """Text as it is compared: full-width digits and letters become plain, case and outer spaces go."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_nothing(text: str) -> bool:
    """True for an empty cell and for what people write into one that has no value."""
    return not text or folded(text) in words("nothing")
