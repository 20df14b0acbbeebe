"""Clause 2.5.2: logging what was said, and finishing what was promised."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import CLERKS, owes_next_step, speaks_with_customer, spoke
from shangwu.chapters.customers.models import Communication
from shangwu.chapters.customers.protection import protect, protect_fairly
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

FIELDS = ["contact", "method", "at", "summary", "next_step", "next_on"]

_CLOCKS_DIFFER = datetime.timedelta(minutes=5)


def complete(communication: Communication, by: Actor) -> None:
    """2.5.2: what was said lies in the past, with a contact of this customer; the customer's last contact moves on.

    Refuses `future`, `contact`.
    """
    if communication.at > communication.changed_at + _CLOCKS_DIFFER:
        said = _("This has not happened yet. Enter it as a next step.")
        raise Refusal("future", said, fields={"at": [said]})
    customer = communication.customer
    if communication.contact is not None and communication.contact.customer_id != customer.pk:
        said = _("This contact belongs to another customer. Choose one of this customer's.")
        raise Refusal("contact", said, fields={"contact": [said]})
    if customer.last_contact_at is None or customer.last_contact_at < communication.at:
        customer.last_contact_at = communication.at
        protect(customer, by.zone)
    if communication.next_step and communication.next_by_id is None:
        communication.next_by_id = communication.owner_id


create(
    Communication, clause="2.5.2", may=speaks_with_customer, fields=["customer", *FIELDS], locks=["customer"],
    body=complete, label=_("Log a contact"), icon="message-plus",
)  # fmt: skip


def bring_in(communication: Communication, by: Actor) -> None:
    """2.5.2: what was said before, out of a file: it stays who said it. Refuses `forbidden` to who brings in what
    others have said and does not keep customers' files for them."""
    if communication.owner_id != by.person_id and not by.holds_any(CLERKS) and not by.is_system:
        said = _("Only sales support and the head bring in what others have said. Leave the owner empty, or ask them.")
        raise Refusal("forbidden", said, fields={"owner": [said]})
    complete(communication, by)


create(
    Communication, clause="2.5.2", may=speaks_with_customer, verb="import", label=_("Bring in a contact"),
    fields=["customer", *FIELDS, "owner"], locks=["customer"], body=bring_in, shown=False,
    event="customers.communication.imported",
)  # fmt: skip
edit(
    Communication, clause="2.5.2", may=spoke, fields=FIELDS, locks=["customer"], reads=["contact"], body=complete,
    bulk=False,
)  # fmt: skip
archive(Communication, clause="2.5.2", may=spoke)


@action(
    Communication, "finish", clause="2.5.2", label=_("Next step done"), may=spoke | owes_next_step, icon="check",
    bulk=True, primary=True,
)  # fmt: skip
def finish(communication: Communication, by: Actor) -> None:
    """2.5.2: the promised next step was done. Refuses `nothing` when there is none open."""
    if communication.next_on is None or communication.next_done_at is not None:
        raise Refusal("nothing", _("There is no open next step here."))
    communication.next_done_at = communication.changed_at


Others = Mapping[int, datetime.datetime | None]


def other_contacts(communications: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Others:
    """The `prepare`: by customer, when one spoke with them last without these entries."""
    customers = {one.customer_id for one in communications}
    rows = Communication.objects.filter(customer__in=customers, archived_at__isnull=True)
    rows = rows.exclude(pk__in=[one.pk for one in communications]).order_by()
    found = dict(rows.values_list("customer").annotate(last=Max("at")))
    return {one: found.get(one) for one in customers}


@action(
    Communication, "retract", clause="2.5.2", label=_("Not a contact"), may=nobody, icon="arrow-back-up",
    locks=["customer"], prepare=other_contacts, shown=False, event="customers.communication.retracted",
)  # fmt: skip
def retract(communication: Communication, by: Actor, others: Others) -> None:
    """2.5.2: the mail of this entry came back, so that nobody was reached: last contact and protection are again as
    without it."""
    communication.archived_at = communication.changed_at
    customer = communication.customer
    if customer.last_contact_at == communication.at:
        customer.last_contact_at = others[customer.pk]
        protect_fairly(customer, by.zone, communication.changed_at.astimezone(by.zone).date())


@action(
    Communication, "pass_on", clause="2.5.2", label=_("Pass the next step on"), may=nobody, icon="transfer",
    shown=False, event="customers.communication.passed_on",
)  # fmt: skip
def pass_on(
    communication: Communication,
    by: Actor,
    *,
    to: Annotated[Person, Ask(_("Next step by"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
) -> None:
    """2.5.2: another keeps what was promised; who wrote the entry stays its author. Refuses `nothing`.

    Done by a hand-over sheet that both have signed.
    """
    if communication.next_on is None or communication.next_done_at is not None:
        raise Refusal("nothing", _("There is no open next step here."))
    communication.next_by_id = to.pk
