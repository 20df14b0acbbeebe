"""The numbers of needs that customers told us and of promises that we gave (2.5.2), for analysis and scorecards."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.contact_access import counts_contacts
from shangwu.chapters.customers.models import Customer, Promise, Ticket
from shangwu.foundation.measures.registry import Column, Dimension, FactSet, Measure, Term, Unit, declare, quotient
from shangwu.foundation.people.models import Person

_KEPT_ON = f"(r.kept_at AT TIME ZONE '{settings.TIME_ZONE}')::date"

NEEDS = FactSet(
    name="customers.needs",
    model=Ticket,
    # The first answer's duty says by when it was due: one deadline for lists, board and measure.
    source=(
        "customers_ticket r JOIN customers_customer c ON c.id = r.customer_id "
        "LEFT JOIN duties_duty d ON d.rule = '2.5.2.3' AND d.period = '00' "
        "AND d.subject_type = 'customers.ticket' AND d.subject_id = r.id"
    ),
    period=f"(r.registered_at AT TIME ZONE '{settings.TIME_ZONE}')::date",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "person_id": Column("r.owner_id", "bigint"),
        "kind": Column("r.kind", "text"),
        "on_time": Column(
            "CASE WHEN d.done_at IS NOT NULL THEN d.done_at <= d.due_at WHEN d.due_at < now() THEN false END",
            "boolean",
        ),
    },
    seen_with="c",
    follows={"c": Customer},
    moments=("d.due_at", "d.done_at"),
)

PROMISES = FactSet(
    name="customers.promises",
    model=Promise,
    source="customers_promise r JOIN customers_customer c ON c.id = r.customer_id",
    period="r.due_on",
    where="r.state IN ('kept', 'broken')",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "person_id": Column("r.owner_id", "bigint"),
        "on_time": Column(f"r.state = 'kept' AND {_KEPT_ON} <= r.due_on", "boolean"),
        "on_first_day": Column(f"r.state = 'kept' AND {_KEPT_ON} <= r.first_due_on", "boolean"),
    },
    seen_with="c",
    follows={"c": Customer},
)

NEED_BASIS = _("Needs and feedback of customers, by the day of their registration")
PROMISE_BASIS = _("Promises that were kept or broken, by the day for which they stood; not those that were released")


def _measure(facts: FactSet, name: str, label: Any, definition: Any, value: Any, **more: Any) -> Measure:
    of_needs = facts is NEEDS
    return Measure(
        name=name, label=label, unit=Unit.RATIO if "formula" in more else Unit.COUNT, facts=facts.name, clause="2.5.2",
        basis=NEED_BASIS if of_needs else PROMISE_BASIS, definition=definition, value=value,
        dimensions=("follow_up_person", "contact_customer", *(("need_kind",) if of_needs else ())),
        gate=counts_contacts, **more,
    )  # fmt: skip


declare(
    NEEDS,
    PROMISES,
    Dimension("follow_up_person", _("Whose it is"), "person_id", model=Person),
    Dimension("need_kind", _("Need or feedback"), "kind", choices=dict(Ticket.Kind.choices)),
    _measure(
        NEEDS, "needs.count", _("Needs and feedback"), _("Number of needs and words back of customers"),
        lambda needs: needs.count(),
    ),
    _measure(
        NEEDS, "needs.answer_on_time", _("Needs answered in time"),
        _("Share of first answers given in time, of those given or overdue"),
        lambda needs: needs.on_time.mean(),
        formula=quotient(
            Term("on_time", _("In time"), lambda needs: needs.on_time.sum()),
            Term("settled", _("Given or overdue"), lambda needs: needs.on_time.count()),
        ),
        parameters=("contact.answer",),
    ),
    _measure(
        PROMISES, "promises.count", _("Promises kept or broken"), _("Number of promises that were kept or broken"),
        lambda promises: promises.count(),
    ),
    _measure(
        PROMISES, "promises.kept_on_time", _("Promises kept in time"),
        _("Share of the promises kept by the day that counted, of those kept or broken"),
        lambda promises: promises.on_time.mean(),
        formula=quotient(
            Term("on_time", _("In time"), lambda promises: promises.on_time.sum()),
            Term("ended", _("Promises kept or broken"), lambda promises: promises.count()),
        ),
    ),
    _measure(
        PROMISES, "promises.kept_as_first_said", _("Promises kept by the day first promised"),
        _("Share of the promises kept by the day that was promised first, of those kept or broken"),
        lambda promises: promises.on_first_day.mean(),
        formula=quotient(
            Term("on_first_day", _("By the first day"), lambda promises: promises.on_first_day.sum()),
            Term("ended", _("Promises kept or broken"), lambda promises: promises.count()),
        ),
    ),
)  # fmt: skip
