"""The numbers of talks and visits (2.5.2), for analysis, scorecards and reports."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.contact_access import counts_contacts
from shangwu.chapters.customers.models import Communication, Customer, Visit
from shangwu.foundation.measures.registry import Column, Dimension, FactSet, Measure, Unit, declare
from shangwu.foundation.people.models import Person

TALKS = FactSet(
    name="customers.talks",
    model=Communication,
    source="customers_communication r JOIN customers_customer c ON c.id = r.customer_id",
    period=f"(r.at AT TIME ZONE '{settings.TIME_ZONE}')::date",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "person_id": Column("r.owner_id", "bigint"),
        "method": Column("r.method", "text"),
    },
    seen_with="c",
    follows={"c": Customer},
)

VISITS = FactSet(
    name="customers.visits",
    model=Visit,
    source="customers_visit r JOIN customers_customer c ON c.id = r.customer_id",
    period=f"(coalesce(r.actual_at, r.planned_at) AT TIME ZONE '{settings.TIME_ZONE}')::date",
    where="r.state IN ('done', 'missed')",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "person_id": Column("r.owner_id", "bigint"),
        "method": Column("r.way", "text"),
        "was_met": Column("r.state = 'done'", "boolean"),
    },
    seen_with="c",
    follows={"c": Customer},
)

TALK_BASIS = _("Calls, mails, messages and visits that were written down, by their day")
VISIT_BASIS = _("Visits that took place or where nobody was met, by their day")
BY = ("contact_person", "contact_method", "contact_customer")


def _measure(facts: FactSet, name: str, label: Any, unit: Unit, definition: Any, value: Any) -> Measure:
    return Measure(
        name=name, label=label, unit=unit, facts=facts.name, clause="2.5.2",
        basis=TALK_BASIS if facts is TALKS else VISIT_BASIS, definition=definition, value=value, dimensions=BY,
        gate=counts_contacts,
    )  # fmt: skip


declare(
    TALKS,
    VISITS,
    Dimension("contact_person", _("Who spoke"), "person_id", model=Person),
    Dimension("contact_method", _("Method"), "method", choices=dict(Communication.Method.choices)),
    Dimension("contact_customer", _("Customer"), "customer_id", model=Customer),
    _measure(
        TALKS, "contacts.count", _("Contacts"), Unit.COUNT, _("Number of talks, mails and messages"),
        lambda talks: talks.count(),
    ),
    _measure(
        TALKS, "contacts.customers", _("Customers in contact"), Unit.COUNT, _("Number of customers spoken to"),
        lambda talks: talks.customer_id.nunique(),
    ),
    _measure(
        VISITS, "visits.count", _("Visits made"), Unit.COUNT, _("Number of visits that took place"),
        lambda visits: visits.was_met.sum(),
    ),
    _measure(
        VISITS, "visits.customers", _("Customers visited"), Unit.COUNT,
        _("Number of customers with a visit that took place"),
        lambda visits: visits.customer_id.nunique(where=visits.was_met),
    ),
)  # fmt: skip
