"""Clause 2.5.2: promises to customers are written down with their day, and kept, broken, or let off."""

import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.actions.tickets import refuse_other_origin, refuse_stranger, said
from shangwu.chapters.customers.contact_access import keeps_promise
from shangwu.chapters.customers.models import Communication, Promise, Visit
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit, hand_over, newborn
from shangwu.foundation.records.actors import Actor

State = Promise.State
GIVEN_IN = ["communication", "visit"]
WHY = Ask(_("Why, and what the customer was told"), multiline=True)


def give(promise: Promise, by: Actor) -> None:
    """2.5.2: write down what was promised, to whom and for which day. Refuses `past`, `contact`, `origin`."""
    refuse_past(promise.due_on, promise, by, "due_on")
    refuse_stranger(promise)
    refuse_other_origin(promise, GIVEN_IN)
    promise.first_due_on = promise.due_on
    promise.department_id = promise.customer.department_id or promise.department_id


def refuse_past(day: datetime.date, promise: Promise, by: Actor, name: str) -> None:
    """Raises Refusal("past") for a day that is over already."""
    if day < promise.changed_at.astimezone(by.zone).date():
        sentence = _("This day is over. Choose today or a later one.")
        raise Refusal("past", sentence, fields={name: [sentence]})


def check(promise: Promise, by: Actor) -> None:
    """2.5.2: say more exactly what was promised; another day is agreed apart. Refuses `contact`."""
    refuse_stranger(promise)


create(
    Promise, clause="2.5.2", may=speaks_with_customer, reads=["customer", "contact", *GIVEN_IN], body=give,
    fields=["customer", "contact", "what", "due_on", *GIVEN_IN], label=_("Write down a promise"),
    icon="heart-handshake",
)  # fmt: skip
edit(
    Promise, clause="2.5.2", may=keeps_promise, fields=["contact", "what"], source=State.OPEN, reads=["contact"],
    body=check, bulk=False,
)  # fmt: skip
archive(Promise, clause="2.5.2", may=keeps_promise)
hand_over(Promise, clause="2.5.2", may=keeps_promise, source=[State.OPEN])


@action(
    Promise, "keep", clause="2.5.2", label=_("Promise kept"), may=keeps_promise, source=State.OPEN, target=State.KEPT,
    primary=True, bulk=True, icon="check", event="customers.promise.kept",
)  # fmt: skip
def keep(promise: Promise, by: Actor) -> None:
    """2.5.2: what was promised was done."""


@action(
    Promise, "put_off", clause="2.5.2", label=_("Agree on another day"), may=keeps_promise, source=State.OPEN,
    icon="calendar-plus", event="customers.promise.put_off",
)  # fmt: skip
def put_off(
    promise: Promise,
    by: Actor,
    *,
    until: Annotated[datetime.date, Ask(_("Due on"))],
    because: Annotated[str, WHY],
) -> None:
    """2.5.2: the customer agrees to another day; the first one stays on record. Refuses `past`, `invalid`."""
    refuse_past(until, promise, by, "until")
    promise.due_on, promise.put_off_because = until, said(because, "because")[:300]


@action(
    Promise, "break", clause="2.5.2", label=_("Not kept"), may=keeps_promise, source=State.OPEN, target=State.BROKEN,
    icon="heart-broken", event="customers.promise.broken",
)  # fmt: skip
def fail(promise: Promise, by: Actor, *, because: Annotated[str, WHY]) -> None:
    """2.5.2: it was not kept, and somebody says why. Refuses `invalid`."""
    promise.ended_because = said(because, "because")[:500]


@action(
    Promise, "release", clause="2.5.2", label=_("Customer lets us off"), may=keeps_promise, source=State.OPEN,
    target=State.RELEASED, icon="arrow-back-up",
)  # fmt: skip
def release(promise: Promise, by: Actor, *, because: Annotated[str, Ask(_("Who said so, and why"))]) -> None:
    """2.5.2: the customer no longer wants it. Refuses `invalid`."""
    promise.ended_because = said(because, "because")[:500]


Day = Annotated[datetime.date, Ask(_("Due on"))]
What = Annotated[str, Ask(_("What was promised"))]


def promise_of(heard: Any, by: Actor, what: str, due_on: datetime.date) -> Promise:
    """A promise to the customer of the talk or visit in which it was given. Refuses `past`, `invalid`."""
    made: Promise = newborn(Promise, by, heard.changed_at)
    made.customer, made.secrecy = heard.customer, heard.customer.secrecy
    made.what, made.due_on = said(what, "what")[:300], due_on
    give(made, by)
    return made


@action(
    Communication, "promise", clause="2.5.2", label=_("Write down a promise"), may=speaks_with_customer,
    reads=["customer", "contact"], icon="heart-handshake",
)  # fmt: skip
def promise_in(communication: Communication, by: Actor, *, what: What, due_on: Day) -> list[Promise]:
    """2.5.2: what was promised in this talk becomes a promise of who writes it down. Refuses `past`, `invalid`."""
    made = promise_of(communication, by, what, due_on)
    made.contact, made.communication, made.visit = communication.contact, communication, communication.visit
    return [made]


@action(
    Visit, "promise", clause="2.5.2", label=_("Write down a promise"), may=speaks_with_customer,
    source=Visit.State.DONE, reads=["customer"], icon="heart-handshake",
)  # fmt: skip
def promise_on_visit(visit: Visit, by: Actor, *, what: What, due_on: Day) -> list[Promise]:
    """2.5.2: what was promised on a visit becomes a promise of who writes it down. Refuses `past`, `invalid`."""
    made = promise_of(visit, by, what, due_on)
    made.visit = visit
    return [made]
