"""What clauses 2.5.1 to 2.5.3 demand of whom, and what proves it."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.clocks import is_capped, is_contained
from shangwu.chapters.customers.models import (
    Complaint,
    ComplaintReport,
    Customer,
    PersonalRequest,
    SatisfactionReport,
    Ticket,
)
from shangwu.foundation.duties.deadlines import DayOfMonth, DayOfYear, Days, Earlier, Hours, WorkingDays
from shangwu.foundation.duties.rules import OWNER, Facts, Proof, duty, moment_key
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate

SALES, SERVICE = Role.SALES, Role.SERVICE
State = Customer.State


@duty(
    "2.5.1.1",
    _("Complete the customer's file"),
    OWNER,
    WorkingDays("customer.file"),
    _("The file is complete after the first order."),
    does="customers.customer.edit",
).on(Customer, "won_at", "completed_at", "archived_at", "owner_id")
def complete_file(customer: Any) -> Facts | None:
    """2.5.1: soon after the first order the customer's file is complete. In the pool nobody is asked."""
    if customer.won_at is None or customer.owner_id is None or customer.archived_at is not None:
        return None
    return Facts(opened_at=customer.won_at, done_at=customer.completed_at, holder=customer.owner_id)


@duty(
    "2.5.1.2",
    _("Verify the customer's file"),
    OWNER,
    {"A": Days("verify.a"), "B": Days("verify.b"), "C": Days("verify.c")},
    _("The file was compared with the customer and marked as verified."),
    does="customers.customer.verify",
).on(Customer, "state", "grade", "verified_at", "won_at", "archived_at", "owner_id")
def verify_file(customer: Any) -> Facts | None:
    """2.5.1: files of our customers are compared with them again and again, the better ones more often."""
    if not _is_served(customer) or customer.won_at is None:
        return None
    since = max(customer.won_at, customer.verified_at or customer.won_at)
    return Facts(opened_at=since, period=moment_key(since), which=customer.grade, former_done_at=customer.verified_at)


@duty(
    "2.5.2.1",
    _("Contact plan of the year"),
    OWNER,
    DayOfYear("contact.plan"),
    _("The customer's contact plan of the year is approved."),
    does="customers.contactplan.create",
).on(
    Customer, "state", "grade", "won_at", "ranked_at", "planned_until", "plan_approved_at", "archived_at", "owner_id",
)  # fmt: skip
def plan_contact(customer: Any) -> Facts | None:
    """2.5.2: each customer of grade A or B has an approved plan early in the year after they came to that grade, and
    in each year from then on."""
    if not _is_served(customer) or customer.won_at is None or customer.ranked_at is None:
        return None
    since = max(customer.won_at, customer.ranked_at)
    planned = customer.planned_until.year if customer.planned_until is not None else since.year
    year = max(planned, since.year)
    return Facts(
        opened_at=max(since, customer.plan_approved_at or since),
        # The last day of the year before, in every zone of ours.
        start=datetime.datetime(year, 12, 31, 12, tzinfo=datetime.UTC),
        period=f"{year + 1}",
        former_done_at=customer.plan_approved_at,
    )


@duty(
    "2.5.1.3",
    _("Answer a request on personal data"),
    Role.SECRECY_OFFICER,
    WorkingDays("duty.2.5.1.3.due"),
    _("The request is answered, or refused with reasons."),
    does="customers.personalrequest.answer",
).on(PersonalRequest, "asked_at", "state", "answered_at", "refused_at", "withdrawn_at", "archived_at")
def answer_request(asked: Any) -> Facts | None:
    """2.5.1: whoever asks about their own data has an answer in time (PIPL 50)."""
    ended = asked.answered_at or asked.refused_at
    return Facts(
        opened_at=asked.asked_at, done_at=ended, done_by=asked.answered_by_id or asked.refused_by_id,
        cancelled_at=asked.withdrawn_at or asked.archived_at,
    )  # fmt: skip


@duty(
    "2.5.2.2",
    _("Keep contact"),
    OWNER,
    {"A": Days("contact.a"), "B": Days("contact.b"), "C": Days("contact.c")},
    _("A call, mail, message or visit is entered."),
    does="customers.communication.create",
).on(Customer, "state", "grade", "last_contact_at", "won_at", "archived_at", "owner_id")
def keep_contact(customer: Any) -> Facts | None:
    """2.5.2: nobody who buys from us is left without a word for longer than their grade allows."""
    if not _is_served(customer) or customer.won_at is None:
        return None
    since = max(customer.won_at, customer.last_contact_at or customer.won_at)
    return Facts(
        opened_at=since, period=moment_key(since), which=customer.grade, former_done_at=customer.last_contact_at
    )


def _is_served(customer: Any) -> bool:
    """Whether somebody answers for a customer who buys from us."""
    buys = customer.state in (State.WON, State.DORMANT) and bool(customer.grade)
    return buys and customer.owner_id is not None and customer.archived_at is None


@duty(
    "2.5.2.3",
    _("Answer requests"),
    SALES,
    WorkingDays("contact.answer"),
    _("The request has its first answer."),
    does="customers.ticket.answer",
).on(Ticket, "registered_at", "answered_at", "reopened_at", "round", "owner_id", "archived_at")
def answer_request_of_customer(ticket: Any) -> Facts | None:
    """2.5.2: what a customer needs or tells us has its first answer in time; anew when the customer disagrees."""
    if ticket.archived_at is not None:
        return None
    opened, answered = ticket.reopened_at or ticket.registered_at, ticket.answered_at
    done = answered is not None and (answered > opened if ticket.round else answered >= opened)
    return Facts(
        opened_at=opened,
        done_at=answered if done else None,
        done_by=ticket.answered_by_id if done else None,
        period=f"{ticket.round:02d}",
        holder=ticket.owner_id,
    )


@duty(
    "2.5.2.4",
    _("Ask about satisfaction and loyalty"),
    SERVICE,
    DayOfYear("satisfaction.year"),
    _("The result of the year is there."),
    every="year",
    from_start=True,
    does="customers.satisfactionreport.finish",
).proved_by
def year_is_known(periods: Sequence[str]) -> list[Proof]:
    """2.5.2: each department has asked its customers, and said what stands out and what it does about it."""
    with gate.free_reading():
        rows = SatisfactionReport.objects.filter(
            year__in=[int(one) for one in periods], state=SatisfactionReport.State.FINISHED, archived_at__isnull=True
        )
        found = rows.order_by("pk").values_list("year", "finished_at", "department_id", "finished_by_id")
        return [Proof(str(year), at, department, by) for year, at, department, by in found if at is not None]


@duty(
    "2.5.3.1",
    _("Take up a complaint"),
    SERVICE,
    WorkingDays("complaint.ack", received=True),
    _("The complaint has been taken up."),
    does="customers.complaint.accept",
).on(Complaint, "registered_at", "accepted_at", "refused_at", "archived_at")
def take_up(complaint: Any) -> Facts | None:
    """2.5.3: a complaint is taken up, or refused with a reason, within a working day of its registration."""
    if complaint.archived_at is not None:
        return None
    taken = complaint.accepted_at is not None
    return Facts(
        opened_at=complaint.registered_at,
        done_at=complaint.accepted_at if taken else complaint.refused_at,
        done_by=complaint.accepted_by_id if taken else complaint.refused_by_id,
    )


@duty(
    "2.5.3.2",
    _("Find the cause, lay out a solution"),
    (SERVICE, Role.QUALITY),
    WorkingDays("complaint.plan", received=True),
    _("Cause and measures are filled in."),
    does="customers.complaint.propose",
    anew="customers.complaint.settle_cause",
).on(
    Complaint, "clock_start", "paused_at", "reopened_at", "round", "proposed_at", "refused_at", "cause_opened_at",
    "cause_settled_at", "owner_id", "archived_at",
)  # fmt: skip
def lay_out(complaint: Any) -> Facts | None:
    """2.5.3: the root is found and a solution laid out; anew when it is opened again, or when a repeat shows that the
    root was not found."""
    if not _runs(complaint):
        return None
    anew = complaint.cause_opened_at
    if anew is not None:
        settled = complaint.cause_settled_at
        return Facts(
            opened_at=anew,
            done_at=settled if settled is not None and settled >= anew else None,
            period=f"{complaint.round:02d}.{moment_key(anew)}",
            holder=complaint.owner_id,
        )
    return _of_round(complaint, complaint.proposed_at, complaint.proposed_by_id)


@duty(
    "2.5.3.3",
    _("Tell the customer the outcome"),
    SERVICE,
    {
        "": WorkingDays("complaint.reply", received=True),
        "consumer": Earlier(
            WorkingDays("complaint.reply", received=True), Days("complaint.consumer", rolls=False)
        ),
        "return": Earlier(
            WorkingDays("complaint.reply", received=True), Days("complaint.return_settled", rolls=False)
        ),
    },
    _("The answer was sent, with its proof."),
    does="customers.complaint.reply",
    straight_up=True,
).on(
    Complaint, "clock_start", "paused_at", "reopened_at", "round", "replied_at", "refused_at", "is_consumer",
    "claim", "owner_id", "archived_at",
)  # fmt: skip
def tell_outcome(complaint: Any) -> Facts | None:
    """2.5.3: the customer is told the outcome in time; what is late goes to the executive at once. For consumers in
    Taiwan the clock never stands still longer than the law allows. A return without a reason has a term of its own."""
    capped = is_capped(complaint)
    if complaint.refused_at is not None or complaint.archived_at is not None:
        return None
    if complaint.paused_at is not None and not capped:
        return None
    which = "consumer" if capped else ""
    if complaint.claim == Complaint.Claim.FREE_RETURN:
        which = "return"
    return _of_round(complaint, complaint.replied_at, complaint.replied_by_id, which)


def _runs(complaint: Any) -> bool:
    """Whether the clock of a complaint runs: not refused, and no papers of the customer awaited."""
    return complaint.refused_at is None and complaint.archived_at is None and complaint.paused_at is None


def _of_round(complaint: Any, done_at: Any, done_by: int | None, which: str = "") -> Facts:
    """What must be done once for each time that the complaint was opened."""
    opened = complaint.reopened_at or complaint.registered_at
    # What was done when it was opened again was done before.
    done = done_at is not None and (done_at >= opened if complaint.reopened_at is None else done_at > opened)
    return Facts(
        opened_at=opened,
        start=complaint.clock_start,
        done_at=done_at if done else None,
        done_by=done_by if done else None,
        period=f"{complaint.round:02d}",
        which=which,
        holder=complaint.owner_id if complaint.accepted_at is not None else None,
    )


@duty(
    "2.5.3.4",
    _("Check the effect"),
    SERVICE,
    Days("complaint.follow"),
    _("The check is entered, then it is closed."),
    does="customers.complaint.check_effect",
).on(Complaint, "confirmed_at", "effect_checked_at", "reopened_at", "round", "owner_id", "archived_at")
def check_effect(complaint: Any) -> Facts | None:
    """2.5.3: after the customer's consent the effect is watched, and looked at in the end."""
    confirmed = complaint.confirmed_at
    if confirmed is None or complaint.archived_at is not None:
        return None
    if complaint.reopened_at is not None and complaint.reopened_at >= confirmed:
        return None
    checked = complaint.effect_checked_at
    return Facts(
        opened_at=confirmed,
        done_at=checked if checked is not None and checked >= confirmed else None,
        period=f"{complaint.round:02d}",
        holder=complaint.owner_id,
    )


@duty(
    "2.5.3.5",
    _("Complaints of the month"),
    SERVICE,
    DayOfMonth("complaint.analysis"),
    _("The analysis of the month is there."),
    every="month",
    does="customers.complaintreport.finish",
).proved_by
def analyse_month(periods: Sequence[str]) -> Sequence[Proof]:
    """2.5.3: the analysis of a month is finished by people, on figures that the house has drafted."""
    finished = ComplaintReport.objects.unscoped(reason="a finished analysis proves the duty of its month").filter(
        state=ComplaintReport.State.FINISHED, month__in=[f"{one}-01" for one in periods], archived_at__isnull=True
    )
    columns = ("month", "finished_at", "department_id", "finished_by_id")
    return [Proof(f"{month:%Y-%m}", at, department, by) for month, at, department, by in finished.values_list(*columns)]


@duty(
    "2.5.3.6",
    _("Contain the danger"),
    (SERVICE, Role.QUALITY),
    Hours("complaint.urgent"),
    _("It is written down how the danger is contained."),
    does="customers.complaint.contain",
    urgent=True,
).on(
    Complaint, "level", "registered_at", "reopened_at", "round", "contained_at", "accepted_at", "refused_at",
    "owner_id", "archived_at",
)  # fmt: skip
def contain_danger(complaint: Any) -> Facts | None:
    """2.5.3: where there is danger it is contained first, day and night, whatever the calendar says; and again when it
    has come back."""
    if complaint.level != Complaint.Level.URGENT or complaint.refused_at or complaint.archived_at:
        return None
    return Facts(
        opened_at=complaint.reopened_at or complaint.registered_at,
        done_at=complaint.contained_at if is_contained(complaint) else None,
        period=f"{complaint.round:02d}" if complaint.round else "",
        holder=complaint.owner_id if complaint.accepted_at is not None else None,
    )
