"""Templates of mail (2.5.2): named places, checked when the template is saved, filled in for one mail.

A value is put in as it is and never read again, so that a customer called {sender} stays so. The mail is plain text;
pages that show it escape it like any other.
"""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.mails import fit
from shangwu.foundation.records.refusals import Refusal, Sentence

PLACES: Mapping[str, Sentence] = {
    "contact": _("Name of the contact"),
    "customer": _("Name of the customer"),
    "post": _("Post of the contact"),
    "order": _("Number of the order"),
    "sender": _("Name of who sends it"),
    "company": _("Name of our legal entity"),
    "day": _("Today"),
    "complaint": _("Number of the complaint"),
    "answer": _("Answer to the complaint"),
}
"""The places of a template, and what stands there."""

SEVERAL_LINES = frozenset({"answer"})
"""Places at which several lines may stand; all others are one."""

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_LOOSE = re.compile(r"[{}]")


def check(text: str, field: str) -> None:
    """Raises Refusal `place` for one that nobody can fill in, naming it, and for a brace that stands alone."""
    for name in places_of(text):
        if name not in PLACES:
            _refuse(field, _("There is no place {%(place)s}. There are: %(places)s."), name)
    if _LOOSE.search(_PLACE.sub("", text)):
        _refuse(field, _("A brace stands alone. Places are written like {contact}."), "")


def _refuse(field: str, sentence: Sentence, name: str) -> None:
    params = {"place": name, "places": " ".join(f"{{{one}}}" for one in PLACES)}
    raise Refusal("place", sentence, params, fields={field: [str(sentence) % params]}, details={"place": name})


def places_of(text: str) -> Iterator[str]:
    """The names of a text's places, in order."""
    return (found[1] for found in _PLACE.finditer(text))


def filled(text: str, values: Mapping[str, str], *, lines: bool = True) -> str:
    """The text with its places filled in, in one pass. lines: whether it may have several.

    Raises Refusal `empty` for a place that nothing is known for.
    """
    for name in places_of(text):
        if not values.get(name):
            said = _("There is nothing to stand at {%(place)s}: %(what)s. Enter it, or write the mail without it.")
            params = {"place": name, "what": PLACES.get(name, name)}
            raise Refusal("empty", said, params, details={"place": name})
    done = _PLACE.sub(lambda found: _put_in(found[1], values[found[1]]), text)
    return fit(done, 8000 if lines else 250, lines=lines)


def _put_in(place: str, value: str) -> str:
    return value if place in SEVERAL_LINES else " ".join(value.split())
