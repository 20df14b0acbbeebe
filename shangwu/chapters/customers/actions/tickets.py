"""Clause 2.5.2: needs and feedback are registered, answered, solved, confirmed by the customer, closed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.contact_access import holds_ticket
from shangwu.chapters.customers.models import Communication, Customer, Ticket, Visit
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit, hand_over, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

TICKETS = Series("ticket", "XQ%Y%m-{n:04d}", _("Need or feedback"), Reset.MONTH)

State, Origin = Ticket.State, Ticket.Origin
HEARD_IN = ["communication", "visit", "complaint"]
FIELDS = ["contact", "kind", "origin", "words"]
TAKE = _("Make it a need to follow")
OPEN = [State.REGISTERED, State.ANSWERED, State.SOLVED, State.CONFIRMED]


def said(text: str, name: str) -> str:
    """A text that must say something. Refuses `invalid`."""
    if not text.strip():
        sentence = _("Say it in a few words.")
        raise Refusal("invalid", sentence, fields={name: [sentence]})
    return text.strip()


def refuse_stranger(record: Any) -> None:
    """Raises Refusal("contact") for a contact of another customer."""
    if record.contact is not None and record.contact.customer_id != record.customer_id:
        sentence = _("This contact belongs to another customer. Choose one of this customer's.")
        raise Refusal("contact", sentence, fields={"contact": [sentence]})


def refuse_other_origin(record: Any, names: Sequence[str]) -> None:
    """Raises Refusal("origin") for a talk, visit or complaint of another customer."""
    for name in names:
        heard = getattr(record, name)
        if heard is not None and heard.customer_id != record.customer_id:
            sentence = _("This belongs to another customer. Choose one of this customer's.")
            raise Refusal("origin", sentence, fields={name: [sentence]})


def register(ticket: Ticket, by: Actor) -> None:
    """2.5.2: write down what a customer needs or tells us; the term of the first answer runs from now.

    Refuses `contact`, `origin` for a talk or complaint of another customer.
    """
    refuse_stranger(ticket)
    refuse_other_origin(ticket, HEARD_IN)
    ticket.registered_at = ticket.changed_at
    ticket.department_id = ticket.customer.department_id or ticket.department_id


def check(ticket: Ticket, by: Actor) -> None:
    """2.5.2: put right what was written down, until it is answered. Refuses `contact`."""
    refuse_stranger(ticket)


create(
    Ticket, clause="2.5.2", may=speaks_with_customer, fields=["customer", *FIELDS, *HEARD_IN],
    series=TICKETS, reads=["customer", "contact", *HEARD_IN], body=register, label=_("Register a need"), icon="ear",
)  # fmt: skip
edit(
    Ticket, clause="2.5.2", may=holds_ticket, fields=FIELDS, source=State.REGISTERED, reads=["contact"], body=check,
    bulk=False,
)  # fmt: skip
archive(Ticket, clause="2.5.2", may=holds_ticket)
hand_over(Ticket, clause="2.5.2", may=holds_ticket, source=OPEN)


@action(
    Ticket, "answer", clause="2.5.2", label=_("Answer"), may=holds_ticket, source=State.REGISTERED,
    target=State.ANSWERED, primary=True, icon="message-reply",
)  # fmt: skip
def answer(
    ticket: Ticket, by: Actor, *, text: Annotated[str, Ask(_("What the customer was told"), multiline=True)]
) -> None:
    """2.5.2: the customer has a first answer, within the term. Refuses `invalid`."""
    ticket.answer = said(text, "text")[:4000]


@action(
    Ticket, "solve", clause="2.5.2", label=_("Solve"), may=holds_ticket, source=State.ANSWERED, target=State.SOLVED,
    primary=True, icon="bulb",
)  # fmt: skip
def solve(ticket: Ticket, by: Actor, *, solution: Annotated[str, Ask(_("How it was solved"), multiline=True)]) -> None:
    """2.5.2: what was needed is there, what was wrong is put right. Refuses `invalid`."""
    ticket.solution = said(solution, "solution")[:4000]


@action(
    Ticket, "confirm", clause="2.5.2", label=_("Customer is content"), may=holds_ticket, source=State.SOLVED,
    target=State.CONFIRMED, primary=True, icon="mood-smile",
)  # fmt: skip
def confirm(
    ticket: Ticket, by: Actor, *, words: Annotated[str, Ask(_("What the customer says of it"), multiline=True)] = ""
) -> None:
    """2.5.2: the customer has said that it is settled."""
    ticket.customer_said = words.strip()[:500]


@action(
    Ticket, "disagree", clause="2.5.2", label=_("Customer disagrees"), may=holds_ticket,
    source=[State.ANSWERED, State.SOLVED, State.CONFIRMED, State.CLOSED], target=State.REGISTERED, icon="mood-sad",
)  # fmt: skip
def disagree(
    ticket: Ticket, by: Actor, *, because: Annotated[str, Ask(_("What the customer says of it"), multiline=True)]
) -> None:
    """2.5.2: it is not settled: it begins again, and an answer is due anew. Refuses `invalid`."""
    ticket.reopened_because = said(because, "because")[:500]
    ticket.round += 1
    ticket.reopened_at = ticket.changed_at


@action(
    Ticket, "close", clause="2.5.2", label=_("Close"), may=holds_ticket, source=State.CONFIRMED, target=State.CLOSED,
    primary=True, icon="circle-check", bulk=True,
)  # fmt: skip
def close(ticket: Ticket, by: Actor) -> None:
    """2.5.2: settled, and the customer has said so."""


def taken_from(column: str) -> Callable[..., set[int | None]]:
    """The `prepare` of a verb by which a need is taken from a talk or visit: from which of them one was already.

    They are locked, so that two presses make one.
    """

    def taken(heard: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> set[int | None]:
        rows = Ticket.objects.filter(**{f"{column}__in": [one.pk for one in heard]}, archived_at__isnull=True)
        return set(rows.order_by().values_list(f"{column}_id", flat=True))

    return taken


def need_of(heard: Any, by: Actor, taken: set[int | None]) -> Ticket:
    """A need of the customer of what it was heard in, not yet written. Refuses `taken`."""
    if heard.pk in taken:
        raise Refusal("taken", _("This need is followed already. Find it among the customer's needs."))
    made: Ticket = newborn(Ticket, by, heard.changed_at)
    customer: Customer = heard.customer
    made.customer, made.registered_at = customer, heard.changed_at
    made.department_id, made.secrecy = customer.department_id or made.department_id, customer.secrecy
    return made


@action(
    Communication, "take_need", clause="2.5.2", label=TAKE, may=speaks_with_customer, reads=["customer"],
    prepare=taken_from("communication"), numbers={Ticket: TICKETS}, icon="ear",
    event="customers.communication.need_taken",
)  # fmt: skip
def take_need(communication: Communication, by: Actor, taken: set[int | None]) -> list[Ticket]:
    """2.5.2: a need heard in a talk is registered as it was written down, by one press. Refuses `taken`."""
    made = need_of(communication, by, taken)
    made.communication, made.contact, made.words = communication, communication.contact, communication.summary
    made.visit, made.origin = communication.visit, Origin.VISIT if communication.visit_id else Origin.COMMUNICATION
    return [made]


@action(
    Visit, "take_need", clause="2.5.2", label=TAKE, may=speaks_with_customer, source=Visit.State.DONE,
    reads=["customer"], prepare=taken_from("visit"), numbers={Ticket: TICKETS}, icon="ear",
    event="customers.visit.need_taken",
)  # fmt: skip
def take_need_of_visit(visit: Visit, by: Actor, taken: set[int | None]) -> list[Ticket]:
    """2.5.2: a need heard on a visit is registered as it was reported, by one press. Refuses `taken`."""
    made = need_of(visit, by, taken)
    made.visit, made.words, made.origin = visit, visit.content, Origin.VISIT
    return [made]
