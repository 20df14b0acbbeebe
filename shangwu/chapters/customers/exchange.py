"""What comes in by file: files, contacts and tables (2.5.1), talks and opportunities (2.5.2), complaints (2.5.3)."""

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import (
    Area,
    Communication,
    Complaint,
    Contact,
    Customer,
    Industry,
    Opportunity,
)
from shangwu.foundation.exchange.declarations import importing
from shangwu.foundation.exchange.reading.words import folded
from shangwu.foundation.exchange.targets import labels
from shangwu.foundation.records.actors import Actor

POOL = _("Pool")


@cache
def _pool_words() -> frozenset[str]:
    return frozenset(map(folded, labels(POOL)))


def into_the_pool(inputs: dict[str, Any], by: Actor) -> dict[str, Any]:
    """2.5.1: a file may say “pool” in an owner's place: nobody has the customer, and all of sales may claim it."""
    if isinstance(owner := inputs.get("owner"), str) and folded(owner) in _pool_words():
        return {**inputs, "owner": None}
    return inputs


importing(
    Customer,
    clause="2.5.1",
    key=["number", "identity_number"],
    adapt=into_the_pool,
    hint=_("Customers without an owner become yours. To put them into the pool, give “Pool” as the owner."),
)
importing(Industry, clause="2.5.1", key=["code"])
importing(Area, clause="2.5.1", key=["code"])
importing(Contact, clause="2.5.1", key=["number"], twin=["customer", "name"], unless=["email", "phone"])
importing(
    Communication, clause="2.5.2", verb="import", key=["number"], edits="", twin=["customer", "at", "summary"],
)  # fmt: skip
importing(Opportunity, clause="2.5.2", key=["number"])
importing(Complaint, clause="2.5.3", key=["number"], edits="")
