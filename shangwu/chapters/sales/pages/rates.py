"""Pages of clause 2.6.1: dated exchange rates."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import ExchangeRate
from shangwu.foundation.pages.kit import Group, Pages, Period

Pages(
    ExchangeRate,
    clause="2.6.1",
    columns=["day", "currency", "own", "rate", "source"],
    filters=["currency", "own", Period("day")],
    sorts=["day"],
    title=["currency", "own", "day"],
    empty=_("No rates yet. Without one, a document in a foreign currency needs its rate entered by hand."),
    icon="arrows-exchange",
    order=55,
    groups=[Group(_("Exchange rate"), "currency", "own", "day", "rate", "source", clause="2.6.1")],
)
