"""The compared form of an organisation's name: two spellings of one name have the same (2.5.1, duplicate check)."""

import unicodedata

from shangwu.foundation.text.script import simplified_forms
from shangwu.foundation.text.tables.organisations import (
    CHINESE_BRANCH,
    CHINESE_FORMS,
    LATIN_FORMS,
    SAME_WHEN_COMPARED,
)

# Kept although they are signs: they tell names apart (C and C++).
_TELLING_SIGNS = frozenset("+#=<>")
_COMBINING_ACCENTS = range(0x300, 0x370)
_LATIN_WITH_ACCENTS = frozenset([*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])


def organisation_key(name: str, *, without_form: bool = False) -> str:
    """`name` without what varies in writing: width, case, spaces, punctuation, accents, traditional or simplified.

    without_form: the legal form at the end is dropped too ("Co., Ltd."), which finds more and is less sure. Never
    empty, unless `name` is blank.
    """
    folded = unicodedata.normalize("NFKC", name)
    key = folded.translate(_folding)
    if without_form:
        key = _without_form(folded, key)
    return key or folded.casefold().strip()


def _without_form(folded: str, key: str) -> str:
    if key[-1:].isascii():
        words = folded.translate(_splitting).casefold().replace(".", "").split()
        while len(words) > 1 and words[-1] in LATIN_FORMS:
            words.pop()
        key = "".join(words).translate(_folding) or key
    if key.endswith(CHINESE_BRANCH):
        return key
    form = next((form for form in CHINESE_FORMS if key.endswith(form) and len(key) > len(form)), "")
    return key.removesuffix(form)


class _Folding(dict[int, str]):
    """For `str.translate`: what each character becomes, worked out once per character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        becomes = "" if _is_sign(character) else _plain(character)
        if code < 0x10000:
            self[code] = becomes
        return becomes


class _Splitting(_Folding):
    """As `_Folding`, but a sign becomes a space, so that words stay apart; full stops stay for `Co.,Ltd.`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        becomes = " " if character != "." and _is_sign(character) else character
        if code < 0x10000:
            self[code] = becomes
        return becomes


def _is_sign(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] in "PSZ" or category in ("Cc", "Cf"):
        return character not in _TELLING_SIGNS
    return ord(character) in _COMBINING_ACCENTS


def _plain(character: str) -> str:
    if ord(character) in _LATIN_WITH_ACCENTS:
        character = unicodedata.normalize("NFKD", character)[0]
    character = SAME_WHEN_COMPARED.get(character, character)
    return simplified_forms().get(ord(character), character).casefold()


_folding = _Folding()
_splitting = _Splitting()
