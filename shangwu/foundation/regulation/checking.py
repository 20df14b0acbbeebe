"""What must hold of an edition before anybody is asked about it, and what its readers are warned of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.clauses import TITLES
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records.refusals import Refusal, Sentence
from shangwu.foundation.regulation.editions import Texts
from shangwu.foundation.regulation.shipped import CODES, LANGUAGES, REFERENCE, Wording

_DISCIPLINE = frozenset({"3.1.1", "3.1.3", "3.2.3", "3.4.3", "3.5.4"})
"""Clauses on pay, working time, discipline and damages, beside those whose parameters bear on pay."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about an edition that its readers should know, in words."""

    code: str
    said: Sentence
    params: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The warning in the reader's language."""
        return str(self.said) % self.params


def bears_on_pay(code: str) -> bool:
    """Whether the law asks for due procedure before this clause changes (3.1.3)."""
    return code in _DISCIPLINE or any(one.touches_pay for one in parameters.values() if one.clause == code)


def require_sound(code: str, wordings: Mapping[str, Wording], fields: Mapping[str, str]) -> None:
    """The three wordings of a clause name parameters that exist. Refuses `parameter`; fields: language -> input."""
    refused: dict[str, list[Sentence]] = {}
    for language, one in wordings.items():
        for key in sorted(one.blanks - set(parameters)):
            refused.setdefault(fields[language], []).append(_unknown(key))
    if refused:
        raise Refusal("parameter", next(iter(refused.values()))[0], fields=refused)


def _unknown(key: str) -> str:
    near = get_close_matches(key, list(parameters), n=1)
    if near:
        said = _("There is no parameter {%(key)s}. Do you mean {%(near)s}? Write it so, or take the braces away.")
        return str(said) % {"key": key, "near": near[0]}
    said = _("There is no parameter {%(key)s}. Choose one of the list of parameters, or take the braces away.")
    return str(said) % {"key": key}


def require_whole(texts: Texts) -> None:
    """Every clause has its text, and the languages say the same point by point.

    Refuses `codes` (a clause is lost, or one is there that the program does not know), `empty`, `languages`.
    """
    there = {code for code, _language in texts}
    if lost := sorted(set(CODES) - there):
        said = _("Clause %(code)s is missing. A clause is not left out: repeal it, and say why.")
        raise Refusal("codes", said, {"code": lost[0]})
    if added := sorted(there - set(CODES)):
        said = _("The program knows no clause %(code)s. Write it into the clause that it belongs to.")
        raise Refusal("codes", said, {"code": added[0]})
    for code in TITLES:
        found = {language: texts[code, language] for language in LANGUAGES}
        if not found[REFERENCE].repealed:
            _require_alike(code, found)


def _require_alike(code: str, found: Mapping[str, Wording]) -> None:
    reference = found[REFERENCE]
    for language, one in found.items():
        if not one.paragraphs:
            said = _("Clause %(code)s has no text in %(language)s. Write it, or repeal the clause and say why.")
            raise Refusal("empty", said, {"code": code, "language": NAMES[language]})
        if different := sorted(one.blanks ^ reference.blanks):
            said = _("Clause %(code)s: %(language)s and Traditional Chinese do not both name {%(key)s}. Correct one.")
            raise Refusal("languages", said, {"code": code, "language": NAMES[language], "key": different[0]})
        if _shape(one) != _shape(reference):
            said = _(
                "Clause %(code)s: %(language)s has other paragraphs or lists than Traditional Chinese. Make them alike."
            )
            raise Refusal("languages", said, {"code": code, "language": NAMES[language]})


NAMES: dict[str, Sentence] = {
    "zh-hant": _("Traditional Chinese"),
    "zh-hans": _("Simplified Chinese"),
    "en": _("English"),
}


def _shape(one: Wording) -> list[bool]:
    return [paragraph.startswith("- ") for paragraph in one.paragraphs]


def changed_codes(former: Texts, now: Texts) -> list[str]:
    """The clauses and headings that read otherwise in any language, in order."""
    return list(dict.fromkeys(code for code, language in now if former.get((code, language)) != now[code, language]))


def warnings(former: Texts, now: Texts) -> Iterable[Warned]:
    """What the new text gives up: parameters that it no longer names, clauses that it repeals or brings back."""
    for code in TITLES:
        before, after = former[code, REFERENCE], now[code, REFERENCE]
        if after.repealed and not before.repealed:
            yield Warned(code, _("Repealed: %(because)s"), {"because": after.repealed})
            continue
        if before.repealed and not after.repealed:
            yield Warned(code, _("It was repealed, and holds again."), {})
        for key in sorted(before.blanks - after.blanks):
            said = _("It no longer names the parameter {%(key)s}. The program still goes by its value.")
            yield Warned(code, said, {"key": key})
