"""Shares: a discount of 0.05 is stored as a fraction, and typed and read as 5 %."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.records.refusals import Sentence

_WHOLE = Decimal(100)


def is_share(one: Input) -> bool:
    """Whether an input is a fraction of one: a decimal with a single digit before the point."""
    return (
        one.kind is Kind.DECIMAL and one.places is not None and one.digits is not None and one.digits - one.places == 1
    )


def to_percent(text: str) -> str:
    """ "0.05" as it is shown for editing, "5"; anything else as it is."""
    value = _number(text)
    return text if value is None else f"{(value * _WHOLE).normalize():f}"


def from_percent(text: str) -> str:
    """ "5" or "5 %" as it is stored, "0.05"; anything else as it is."""
    value = _number(text.strip().removesuffix("%").strip())
    return text if value is None else f"{value / _WHOLE:f}"


def label_of(one: Input) -> Sentence:
    """The words over an input; a share says that it is typed in percent."""
    return _("%(label)s %%") % {"label": one.label} if is_share(one) else one.label


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
