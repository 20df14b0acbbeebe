"""Clause 2.5.1: handing over everything at once: a sheet that lists it, two signatures, then it moves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import gives, hands_over, moves_customers, takes
from shangwu.chapters.customers.models import Communication, Handover, HandoverItem, Promise
from shangwu.foundation.actions.door import Refusal, action, create
from shangwu.foundation.actions.handing_over import handing_over
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

HANDOVERS = Series("handover", "JJ%Y-{n:04d}", _("Hand-over sheet"), Reset.YEAR)
MOST = 5000
"""Items of one sheet."""
State = Handover.State
FIELDS = ["giver", "taker", "because", "remarks"]

Listed = dict[int, list[HandoverItem]]


def listed(sheets: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Listed:
    """What each giver keeps of all that can be handed over, as far as the actor sees it, and has promised."""
    return {one.pk: [*_kept(one.giver_id, by), *_promised(one.giver_id, by)][: MOST + 1] for one in sheets}


def _kept(person: int, by: Actor) -> Iterable[HandoverItem]:
    for verb in handing_over():
        rows: Any = verb.model.objects.visible_to(by).filter(owner=person)
        if verb.source:
            rows = rows.filter(state__in=verb.source)
        for row in rows.order_by("pk")[: MOST + 1]:
            state = row.get_state_display() if hasattr(row, "get_state_display") else ""
            yield HandoverItem(
                kind=record_name(verb.model), key=row.public_id, label=_named(row), note=str(state)[:200],
                due_on=row.due_on if verb.model is Promise else None,
            )  # fmt: skip


def _named(row: Any) -> str:
    name = str(row)
    return (name if not row.number or row.number in name else f"{row.number} {name}")[:200]


def _promised(person: int, by: Actor) -> Iterable[HandoverItem]:
    """Next steps that are open, the soonest first."""
    rows = Communication.objects.visible_to(by).filter(next_by=person, next_on__isnull=False, next_done_at__isnull=True)
    for row in rows.order_by("next_on", "pk").select_related("customer")[: MOST + 1]:
        yield HandoverItem(
            kind=record_name(Communication), key=row.public_id, label=row.next_step[:200],
            note=str(row.customer)[:200], due_on=row.next_on,
        )  # fmt: skip


def draw_up(sheet: Handover, by: Actor, known: Listed) -> list[models.Model]:
    """2.5.1: list all that one person keeps, for another to take over. Refuses `left`, `nothing`, `many`, `forbidden`.

    Oneself or one's head draws it up.
    """
    if sheet.taker.state != Person.State.ACTIVE:
        raise Refusal("left", _("This person has left. Choose someone at work."), fields={"taker": []})
    if sheet.giver_id != by.person_id and not moves_customers(by, sheet.giver):
        raise Refusal("forbidden", _("Only oneself, or the head, hands over what one keeps."))
    items = known[sheet.pk]
    if not items:
        raise Refusal("nothing", _("There is nothing to hand over: this person keeps no customer, order or promise."))
    if len(items) > MOST:
        raise Refusal("many", _("This is more than fits on a sheet. Hand over a part of it from the lists first."))
    sheet.owner_id, sheet.department_id = sheet.giver_id, sheet.giver.department_id
    sheet.collaborators, sheet.count = [sheet.taker_id], len(items)
    for place, one in enumerate(items, start=1):
        one.handover, one.position = sheet, place
    return list(items)


create(
    Handover, clause="2.5.1", may=hands_over, fields=FIELDS, series=HANDOVERS, prepare=listed, body=draw_up,
    reads=["giver", "taker"], label=_("Draw up a hand-over sheet"),
)  # fmt: skip


@action(
    Handover, "give", clause="2.5.1", label=_("Sign as the one who hands over"), may=gives, source=State.DRAWN_UP,
    target=State.GIVEN, icon="signature", primary=True, persons_only=True, event="customers.handover.given",
)  # fmt: skip
def give(sheet: Handover, by: Actor) -> None:
    """2.5.1: the list is whole and true. For one who has left, the head signs."""


@action(
    Handover, "take", clause="2.5.1", label=_("Sign as the one who takes over"), may=takes, source=State.GIVEN,
    target=State.TAKEN, reads=["items"], icon="signature", primary=True, persons_only=True,
    event="customers.handover.taken", danger=_("From now on all of it is yours: customers, orders and promises."),
)  # fmt: skip
def take(sheet: Handover, by: Actor) -> None:
    """2.5.1: it was explained and is understood; all that is still the giver's moves to the taker. Refuses `limit`."""


@action(
    Handover, "drop", clause="2.5.1", label=_("Drop"), may=gives | takes, source=[State.DRAWN_UP, State.GIVEN],
    target=State.DROPPED, needs_reason=True, icon="x", event="customers.handover.dropped",
)  # fmt: skip
def drop(sheet: Handover, by: Actor) -> None:
    """2.5.1: nothing is handed over this way; the reason says why. Draw up another when things have changed."""
