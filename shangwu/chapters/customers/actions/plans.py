"""Clause 2.5.2: contact plans are drawn up, approved by the head, and in force for their year."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.contact_access import keeps_plan, plans_contact
from shangwu.chapters.customers.models import ContactPlan, Customer
from shangwu.foundation.actions.door import Refusal, action, archive, create, edit, hand_over
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

State = ContactPlan.State
APPROVAL = "customers.contactplan.approval"
FIELDS = ["traits", "way", "reason", "every_days"]

Planned = dict[int, set[int]]

approvable(
    APPROVAL,
    model=ContactPlan,
    label=_("Contact plan of a customer"),
    clause="2.5.2",
    title=lambda plan: f"{plan.customer} {plan.year}",
    on_approved="customers.contactplan.put_in_force",
    on_rejected="customers.contactplan.send_back",
    on_returned="customers.contactplan.send_back",
    on_withdrawn="customers.contactplan.send_back",
    resubmitted_by="customers.contactplan.submit",
    lapses_on=["customers.contactplan.archived"],
    route=[StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True)],
)


def rule_of(grade: str) -> int | None:
    """The days within which the regulation wants a customer of a grade spoken with; None for no grade."""
    return int(policy(f"contact.{grade.lower()}")) if grade else None


def planned(plans: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Planned:
    """Customer -> years that have a plan. The customers are locked, so that two plans at once can't both be first."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = ContactPlan.objects.filter(customer__in=[one.customer_id for one in plans], archived_at__isnull=True)
    for customer, year in rows.order_by().values_list("customer_id", "year"):
        found[customer].add(year)
    return found


def draw_up(plan: ContactPlan, by: Actor, known: Planned) -> None:
    """2.5.2: how a customer is kept in touch with in a year; whose customer it is, is responsible.

    Refuses `planned` where the year has a plan, `year` for one that is over or far ahead, `rare` for one that speaks
    more seldom than the customer's grade asks.
    """
    this_year = plan.changed_at.astimezone(by.zone).year
    if not this_year <= plan.year <= this_year + 1:
        sentence = _("Plans are drawn up for this year and the next.")
        raise Refusal("year", sentence, fields={"year": [sentence]})
    if plan.year in known[plan.customer_id]:
        sentence = _("This customer has a plan for that year. Change that one.")
        raise Refusal("planned", sentence, fields={"year": [sentence]})
    known[plan.customer_id].add(plan.year)
    plan.owner_id = plan.customer.owner_id or plan.owner_id
    plan.department_id = plan.customer.department_id or plan.department_id
    check(plan, by)


def check(plan: ContactPlan, by: Actor) -> None:
    """2.5.2: the plan is no rarer than the customer's grade asks. Refuses `rare`."""
    most = rule_of(plan.customer.grade)
    if most is not None and plan.every_days > most:
        sentence = _("Grade %(grade)s is spoken with every %(days)s days at least.")
        params = {"grade": plan.customer.grade, "days": most}
        raise Refusal("rare", sentence, params, fields={"every_days": [str(sentence) % params]})


create(
    ContactPlan, clause="2.5.2", may=plans_contact, fields=["customer", "year", *FIELDS], locks=["customer"],
    prepare=planned, body=draw_up, label=_("Draw up a contact plan"), icon="calendar-plus", then="submit",
)  # fmt: skip
edit(ContactPlan, clause="2.5.2", may=keeps_plan, fields=FIELDS, source=State.DRAFT, reads=["customer"], body=check)
archive(ContactPlan, clause="2.5.2", may=keeps_plan)
hand_over(ContactPlan, clause="2.5.2", may=keeps_plan)


@action(
    ContactPlan, "submit", clause="2.5.2", label=_("Ask for approval"), may=keeps_plan, source=State.DRAFT,
    target=State.ASKED, reads=["customer"], prepare=opening(APPROVAL), primary=True, bulk=True, icon="send",
)  # fmt: skip
def submit(plan: ContactPlan, by: Actor, opened: Opening) -> Iterable[models.Model]:
    """2.5.2: the head decides about the plan. Refuses `route`."""
    return opened.request(plan, by)


@action(
    ContactPlan, "put_in_force", clause="2.5.2", label=_("Put in force"), may=by_decision, source=State.ASKED,
    target=State.IN_FORCE, locks=["customer"], persons_only=True, shown=False, icon="circle-check",
    event="customers.contactplan.put_in_force",
)  # fmt: skip
def put_in_force(plan: ContactPlan, by: Actor) -> None:
    """2.5.2: the head has approved it; it holds for its year. Only a decision does this."""
    customer: Customer = plan.customer
    until = datetime.date(plan.year, 12, 31)
    if customer.planned_until is None or customer.planned_until < until:
        customer.planned_until, customer.plan_approved_at = until, plan.changed_at


@action(
    ContactPlan, "send_back", clause="2.5.2", label=_("Send back"), may=by_decision, source=State.ASKED,
    target=State.DRAFT, persons_only=True, shown=False, icon="arrow-back-up", event="customers.contactplan.sent_back",
)  # fmt: skip
def send_back(plan: ContactPlan, by: Actor) -> None:
    """2.5.2: the head wants it otherwise, or whoever asked takes it back. Only a decision does this."""
