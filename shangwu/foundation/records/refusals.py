"""What the house answers when it will not do a thing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.money.writing import money, number

Sentence = str | Promise

STATUS = {
    "missing": 404,
    "forbidden": 403,
    "stale": 409,
    "repeat": 409,
    "busy": 503,
    "throttled": 429,
}


def filled(sentence: Sentence, params: Mapping[str, Any]) -> str:
    """The sentence with its facts, in the reader's language; figures stand in it as people write them.

    Decimals beside a `currency` are amounts in it, others have the decimals that they need. None is rounded: a limit
    that is a cent too low would seem to be kept.
    """
    if not params:
        return str(sentence)
    code = str(params.get("currency", ""))
    told = {
        name: (money(value, code, exact=True) if code else number(value)) if isinstance(value, Decimal) else value
        for name, value in params.items()
    }
    return str(sentence) % told


class Refusal(Exception):
    """A named refusal: `code` for programs, `sentence` with the next step for people.

    fields: sentences per input name (`lines.2.quantity` for the third line's quantity).
    details: facts a program may use, such as both versions of a stale record.
    """

    def __init__(
        self,
        code: str,
        sentence: Sentence,
        params: Mapping[str, Any] | None = None,
        *,
        fields: Mapping[str, list[Sentence]] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self._sentence = sentence
        self.params = dict(params or {})
        self.fields: dict[str, list[Sentence]] = {name: list(said) for name, said in (fields or {}).items()}
        self.details = dict(details or {})

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language, filled in."""
        return filled(self._sentence, self.params)

    @property
    def status(self) -> int:
        """The HTTP status that fits: 422 unless the code has its own."""
        return STATUS.get(self.code, 422)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


def missing(what: Sentence | None = None) -> Refusal:
    """The same answer for what does not exist and for what may not be seen."""
    return Refusal("missing", what or _("There is nothing here, or it is not yours to see. Go back to the list."))


def from_validation(error: ValidationError) -> Refusal:
    """Turn Django's ValidationError of a pure rule into the door's refusal."""
    if hasattr(error, "error_dict"):
        fields: dict[str, list[Sentence]] = {
            name: [said for one in errors for said in one.messages] for name, errors in error.error_dict.items()
        }
        return Refusal("invalid", _("Some entries need your attention."), fields=fields)
    first = error.error_list[0]
    return Refusal(first.code or "invalid", " ".join(error.messages))
