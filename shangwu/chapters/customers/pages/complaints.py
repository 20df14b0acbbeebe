"""Pages of clause 2.5.3: complaints with their clock and 8D."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.actions.complaints import OPEN
from shangwu.chapters.customers.models import Complaint, Customer, Message
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import (
    Board,
    Column,
    Computed,
    DetailPage,
    FormPage,
    Group,
    Hidden,
    Lines,
    ListPage,
    Look,
    Money,
    Parts,
    Period,
    RowsPanel,
    Step,
    View,
    Wide,
    my_day,
    panel,
)
from shangwu.foundation.records import clock

UNSETTLED = [*OPEN, Complaint.State.REPLIED, Complaint.State.WATCHING]


def due_on(complaint: Any) -> datetime.date | None:
    """The day of the next deadline, in the zone of the complaint's legal entity."""
    due = clocks.next_due(complaint)
    calendar = clocks.calendar_of(complaint, clock.now()) if due is not None else None
    return calendar.day_of(due.at) if due is not None and calendar is not None else None


def _hours(time: datetime.timedelta) -> Decimal:
    return Decimal(int(time.total_seconds())) / 3600


def hours_taken(complaint: Any) -> str:
    """Net and gross working hours; that the clock stands still where it does."""
    time = clocks.time_of(complaint)
    if time is None:
        return ""
    net, gross = (formats.number(_hours(one), 1) for one in (time.net, time.gross))
    said = gettext("%(net)s h net") if net == gross else gettext("%(net)s h net, %(gross)s h gross")
    text = said % {"net": net, "gross": gross}
    return f"{text} · {gettext('clock stands still')}" if time.stands else text


State = Complaint.State
STEPS = {
    State.ACCEPTED: "accept", State.INVESTIGATING: "investigate", State.PROPOSED: "propose", State.AGREED: "agree",
    State.CARRYING_OUT: "carry_out", State.REPLIED: "reply", State.WATCHING: "confirm", State.CLOSED: "close",
    State.REFUSED: "decline",
}  # fmt: skip
"""The verb that brings a complaint to a state; it asks for what the state needs (proof, team, solution)."""


def step_to(state: str) -> Step | None:
    """How a complaint comes to a lane of the board: by its own verb, or not by hand."""
    verb = STEPS.get(State(state))
    return Step(verb) if verb else None


CLOCK = Computed("hours_taken", hours_taken, label=_("Working time taken"))
DUE = Column(
    "due_on", _("Next term"), Look.DATE, value=due_on, edit=False, open_while=tuple(map(str, UNSETTLED))
)  # fmt: skip

ListPage(
    Complaint,
    clause="2.5.3",
    columns=[
        "number", "customer", "state", "level", "category", DUE, CLOCK, "owner", "registered_on", "description",
        Hidden("source"), Hidden("order_reference"), Hidden("article"), Hidden("product"),
        Hidden("claim"), Hidden("return_until"), Hidden("target_at"), Hidden("department"), Hidden("repeats"),
        Hidden("repeat_count"), Hidden("replied_at"), Hidden("closed_at"), Hidden("is_consumer"),
        Hidden(Money("compensation", total=False)),
    ],
    filters=[
        "state", "category", "level", "customer", "owner", "department", "source", Period("registered_on"), "paused_at",
        "repeats", "is_consumer", "article", "claim", Period("target_at"),
    ],
    sorts=["registered_on"],
    board=Board("state", step_to),
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("new", _("To be taken up"), "state=registered"),
        View("open", _("Open"), "&".join(f"state={state}" for state in UNSETTLED)),
        View(
            "board", pgettext_lazy("complaint", "Board"),
            "&".join([*(f"state={state}" for state in UNSETTLED), "group=state&look=board"]),
        ),
        View("paused", _("Clock stands still"), "paused_at.empty=no"),
        View("repeats", _("Repeats"), "repeats.empty=no"),
    ],
    empty=_("No complaints. Register the first one, or send customers the link to the form."),
    icon="message-exclamation",
    rail="new",
    order=40,
)  # fmt: skip
DetailPage(
    Complaint,
    clause="2.5.3",
    title=["customer"],
    track=["registered", "accepted", "investigating", "proposed", "carrying_out", "replied", "watching", "closed"],
    meta=["owner", "department", "team"],
    facts=[
        DUE, CLOCK, "received_at", "registered_at", "target_at", "paused_at", "reopened_at", "reopened_because",
        Group(
            _("Complaint"), "source", "claimant_name", "claimant_phone", "claimant_email", "is_consumer", "category",
            "level", "order_reference", "article", "product", "claim", "goods_received_on", "return_until", "repeats",
            "repeat_count",
        ),
        Group(_("D2 What happened"), Wide("description"), Wide("demand")),
        Group(
            _("D3-D7 From containment to prevention"), Wide("containment"), "contained_at", Wide("root_cause"),
            "cause_opened_at", "cause_settled_at", Wide("solution"), "agreed_proof", Wide("prevention"),
        ),
        Group(
            _("Compensation"), "price_paid", "is_fraud", "compensation_asked", "compensation", "currency",
        ),
        Group(_("Answer"), Wide("answer"), "reply_proof", "replied_at"),
        Group(
            _("D8 Closing"), "confirmed_at", "confirmed_by_link", "confirmed_proof", "effect_checked_at",
            Wide("effect"), Wide("lesson"),
        ),
    ],
    parts=[
        Parts(
            "remedies", "position", "kind", "what", "person", "due_on", "done_at", "verified_at", "verified_by",
            "finding", title=_("D5-D7 Measures"),
        ),
        Parts("pauses", "position", "asked_for", "asked_at", "proof", "ended_at", "came", title=_("Pauses")),
        Parts("letters", "position", "at", "sender", "subject", "text", title=_("Letters")),
    ],
)  # fmt: skip
FormPage(
    "customers.complaint.create",
    clause="2.5.3",
    groups=[
        Group(
            _("Who complains"), Wide("customer", 3), "source", "received_at", "claimant_name", "claimant_phone",
            "claimant_email", "is_consumer", clause="2.5.3",
        ),
        Group(
            _("About what"), "category", "level", "order_reference", "article", "product", Wide("description"),
            Wide("demand", 4), "claim", "goods_received_on",
        ),
        Group(_("Money"), "currency", "price_paid", "is_fraud"),
    ],
)  # fmt: skip
FormPage(
    "customers.complaint.analyse",
    clause="2.5.3",
    groups=[
        Group(_("Why, and why was that so?"), Lines("whys", "text")),
        Group(_("Fishbone"), Lines("causes", "branch", "text", "is_root")),
        Group(_("D4 Root cause"), Wide("root_cause")),
    ],
)
FormPage(
    "customers.complaint.plan",
    clause="2.5.3",
    groups=[
        Group(_("D5-D7 Measures"), Lines("remedies", "kind", "what", "person", "due_on")),
        Group(_("D7 So that it does not happen again"), Wide("prevention")),
    ],
)
panel(
    Complaint,
    RowsPanel(
        "mails", Message, _("Mail about it"), "complaint={record}", columns=("subject", "state", "address", "at"),
        order=30, clause="2.5.3",
    ),
)  # fmt: skip
panel(
    Customer,
    RowsPanel("complaints", Complaint, _("Complaints of the customer"), "customer={record}", order=25, clause="2.5.3"),
)
my_day(
    RowsPanel(
        "complaints", Complaint, _("Complaints in hand"),
        "&".join(["owner=me", *(f"state={state}" for state in UNSETTLED)]),
        columns=("number", "customer", "state"), place="main", order=22, clause="2.5.3",
    )
)  # fmt: skip
