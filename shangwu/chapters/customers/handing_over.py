"""What a signed hand-over sheet moves: each kind of record by its own verb, all or nothing (2.5.1)."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_noop

from shangwu.chapters.customers.models import Communication, Handover
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Acted, Objected, Refusal, Row, act_many, on
from shangwu.foundation.actions.handing_over import VERB
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.records.actors import Source, system

ASKED = gettext_noop("%(giver)s hands over to you: sheet %(sheet)s, %(count)s items. Read it and sign.")


@on("customers.handover.given")
def tell_taker(acted: Acted) -> None:
    """2.5.1: the taker hears that their signature is wanted."""
    for sheet in acted.records:
        assert isinstance(sheet, Handover)
        if acted.by.source is not Source.DEMO:
            words = {"giver": acted.by.name, "sheet": sheet, "count": sheet.count}
            notify([sheet.taker_id], ASKED, words, about=sheet)


@on("customers.handover.taken")
def move(acted: Acted) -> None:
    """2.5.1: both have signed. What the giver no longer has is passed over; a refusal refuses the signature."""
    for sheet in acted.records:
        assert isinstance(sheet, Handover)
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for item in sheet.items.all():
            by_kind[item.kind].append(item.key)
        for kind, keys in by_kind.items():
            try:
                _move(sheet, kind, keys)
            except Refusal as refusal:
                raise Objected({sheet.pk: refusal}) from refusal


def _move(sheet: Handover, kind: str, keys: list[Any]) -> None:
    promises = kind == record_name(Communication)
    one = registry.get(f"{kind}.{'pass_on' if promises else VERB}")
    rows: Any = one.model._default_manager.filter(public_id__in=keys, archived_at__isnull=True)
    if promises:
        rows = rows.filter(next_by=sheet.giver_id, next_on__isnull=False, next_done_at__isnull=True)
    else:
        rows = rows.filter(owner=sheet.giver_id)
    if one.source:
        rows = rows.filter(state__in=one.source)
    if given := [Row({"to": sheet.taker}, row) for row in rows.order_by("pk")]:
        act_many(system(Source.EVENT), one.name, given, reason=f"{sheet.number}: {sheet.because}", whole=True)
