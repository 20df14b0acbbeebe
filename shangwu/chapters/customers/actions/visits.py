"""Clause 2.5.2: visits are planned, take place and are reported; what they were for may fail or be put off."""

import datetime
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.actions import contacting
from shangwu.chapters.customers.actions.tickets import said
from shangwu.chapters.customers.contact_access import goes
from shangwu.chapters.customers.models import Communication, Met, Visit
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit, enter_state, hand_over, newborn
from shangwu.foundation.records.actors import Actor

State = Visit.State
PLAN = ["way", "planned_at", "purpose", "companions"]
REPORT = ["actual_at", "content", "attitude", "competitors", "next_step", "next_on"]
WHOM = {"met": ["contact"]}
WHY = Ask(_("What came in between"))


def plan(visit: Visit, by: Actor) -> None:
    """2.5.2: say whom one goes to see, when and for what. Refuses `past` for a time that is over, `invalid`,
    `contact`."""
    refuse_strangers(visit)
    if visit._state.adding:
        visit.department_id = visit.customer.department_id or visit.department_id
    if visit.planned_at is None:
        sentence = _("A planned visit needs its day and time.")
        raise Refusal("invalid", sentence, fields={"planned_at": [sentence]})
    if visit.planned_at < visit.changed_at - datetime.timedelta(hours=1):
        sentence = _("This time is over. Record the visit as one that took place.")
        raise Refusal("past", sentence, fields={"planned_at": [sentence]})


def refuse_strangers(visit: Visit) -> None:
    """Raises Refusal("contact") for a person of another customer."""
    for place, one in enumerate(visit.met.all()):
        if one.contact.customer_id != visit.customer_id:
            sentence = _("This contact belongs to another customer. Choose one of this customer's.")
            raise Refusal("contact", sentence, fields={f"met.{place}.contact": [sentence]})


create(
    Visit, clause="2.5.2", may=speaks_with_customer, fields=["customer", *PLAN], parts=WHOM, reads=["customer"],
    body=plan, label=_("Plan a visit"), icon="calendar-plus",
)  # fmt: skip
edit(
    Visit, clause="2.5.2", may=goes, fields=PLAN, parts=WHOM, source=State.PLANNED, reads=["met.contact"], body=plan,
    bulk=False,
)  # fmt: skip
archive(Visit, clause="2.5.2", may=goes)
hand_over(Visit, clause="2.5.2", may=goes, source=[State.PLANNED])


def report(visit: Visit, by: Actor) -> list[models.Model]:
    """2.5.2: what came of a visit; it counts as a contact with the customer, and its next step as promised.

    Refuses `invalid` where nothing is said, `future` for a time that lies ahead.
    """
    visit.content = said(visit.content, "content")
    visit.actual_at = visit.actual_at or visit.arrived_at or visit.changed_at
    talk: Communication = newborn(Communication, by, visit.changed_at)
    talk.customer, talk.visit, talk.method, talk.at = visit.customer, visit, visit.way, visit.actual_at
    talk.summary, talk.next_step, talk.next_on = visit.content, visit.next_step, visit.next_on
    talk.department_id, talk.secrecy = visit.department_id, visit.secrecy
    talk.contact = next((one.contact for one in visit.met.all()), None)
    try:
        contacting.complete(talk, by)
    except Refusal as refusal:
        if refusal.code != "future":
            raise
        sentence = _("This has not happened yet. Plan it instead.")
        raise Refusal("future", sentence, fields={"actual_at": [sentence]}) from refusal
    return [talk]


edit(
    Visit, clause="2.5.2", may=goes, fields=REPORT, verb="report", label=_("Record the visit"), source=State.PLANNED,
    target=State.DONE, locks=["customer"], reads=["met.contact"], body=report, bulk=False, undo=False, primary=True,
    icon="notes", event="customers.visit.took_place",
)  # fmt: skip


def record(visit: Visit, by: Actor) -> list[models.Model]:
    """2.5.2: a visit that nobody had planned is recorded as it was. Refuses `invalid`, `future`, `contact`."""
    refuse_strangers(visit)
    visit.department_id = visit.customer.department_id or visit.department_id
    found = report(visit, by)
    enter_state(visit, State.DONE, visit.changed_at, by.person_id)
    return found


create(
    Visit, clause="2.5.2", may=speaks_with_customer, fields=["customer", "way", "purpose", *REPORT, "companions"],
    parts=WHOM, verb="record", label=_("Record a visit"), locks=["customer"], body=record, icon="notes",
    event="customers.visit.recorded",
)  # fmt: skip


@action(
    Visit, "miss", clause="2.5.2", label=_("Nobody was met"), may=goes, source=State.PLANNED, target=State.MISSED,
    icon="user-off", event="customers.visit.missed",
)  # fmt: skip
def miss(visit: Visit, by: Actor, *, because: Annotated[str, WHY]) -> None:
    """2.5.2: one went and nobody was there; it is no contact. Refuses `early` before its time, `invalid`."""
    if visit.planned_at is not None and visit.planned_at > visit.changed_at:
        raise Refusal("early", _("Its time has not come yet. Put it off instead."))
    visit.ended_because = said(because, "because")[:300]


@action(
    Visit, "put_off", clause="2.5.2", label=_("Put off"), may=goes, source=State.PLANNED, target=State.MOVED,
    reads=["customer", "met.contact"], icon="calendar-time", event="customers.visit.put_off",
)  # fmt: skip
def put_off(
    visit: Visit,
    by: Actor,
    *,
    until: Annotated[datetime.datetime, Ask(_("Planned for"))],
    because: Annotated[str, WHY],
) -> list[models.Model]:
    """2.5.2: another time was agreed on; a new visit stands for it, this one says why. Refuses `past`, `invalid`."""
    if until <= visit.changed_at:
        sentence = _("This time is over. Choose a later one.")
        raise Refusal("past", sentence, fields={"until": [sentence]})
    visit.ended_because = said(because, "because")[:300]
    made: Visit = newborn(Visit, by, visit.changed_at)
    made.customer, made.instead_of, made.planned_at = visit.customer, visit, until
    made.way, made.purpose, made.companions = visit.way, visit.purpose, list(visit.companions)
    made.owner_id, made.department_id, made.secrecy = visit.owner_id, visit.department_id, visit.secrecy
    persons: list[Any] = [
        Met(visit=made, contact=one.contact, position=place) for place, one in enumerate(visit.met.all(), start=1)
    ]
    return [made, *persons]
