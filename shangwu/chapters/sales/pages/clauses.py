"""Pages of clause 2.6.2: standard clauses, and how a contract departs from them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_standards import pieces
from shangwu.chapters.sales.models import Contract, StandardClause
from shangwu.foundation.pages.kit import Group, Pages, Panel, View, Wide, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Pages(
    StandardClause,
    clause="2.6.2",
    columns=["subject", "kind", "state", "text", "released_by", "released_at", "owner"],
    filters=["state", "kind", "subject"],
    views=[View("released", _("Released"), "state=released")],
    title=["subject"],
    empty=_("No standard clauses yet. Write one, and have legal release it: drafts take it then."),
    icon="list-check",
    order=25,
    track=["draft", "released"],
    facts=[Group(_("Standard clause"), "kind", "subject", "text", "released_by", "released_at")],
    groups=[Group(_("Standard clause"), "kind", "subject", Wide("text"), clause="2.6.2")],
)


def departures(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Each clause that differs from the standard, sentence by sentence."""
    assert isinstance(record, Contract)
    if not record.differing:
        return None
    released = StandardClause.objects.visible_to(actor).filter(kind=record.kind, state=StandardClause.State.RELEASED)
    texts = dict(released.filter(subject__in=record.differing).values_list("subject", "text"))
    return {
        "clauses": [
            {"title": StandardClause.Subject(name).label, "pieces": pieces(texts[name], getattr(record, name))}
            for name in record.differing
            if name in texts
        ]
    }


panel(
    Contract,
    Panel("departures", _("Departures from our clauses"), "sales/departures.html", departures, order=2, clause="2.6.2"),
)
