"""Clause 2.5.3: a complaint is registered, taken up or refused, examined, solved and carried out."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.actions.requests import MASK
from shangwu.chapters.customers.complaint_access import (
    declines_complaints,
    handles_complaints,
    investigates_complaints,
    registers_complaints,
)
from shangwu.chapters.customers.complaint_orders import Orders, check_order, orders_named_anew
from shangwu.chapters.customers.evidence import HELP, Attached, attached, require_proof, require_sent
from shangwu.chapters.customers.models import Complaint, Pause
from shangwu.chapters.customers.named_products import Products, name_product, products_named_anew
from shangwu.chapters.customers.repeats import Earlier, earlier_ones
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.audit.erasing import SHORTEST
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source

COMPLAINTS = Series("complaint", "TS%Y%m-{n:03d}", _("Complaint"), Reset.MONTH)

State = Complaint.State
FACTS = [
    "source", "customer", "claimant_name", "claimant_phone", "claimant_email", "is_consumer", "order_reference",
    "product", "article", "category", "level", "description", "demand", "claim", "goods_received_on", "received_at",
    "currency", "price_paid", "is_fraud",
]  # fmt: skip
UNDER_WAY = [State.ACCEPTED, State.INVESTIGATING, State.PROPOSED, State.AGREED, State.CARRYING_OUT]
OPEN = [State.REGISTERED, *UNDER_WAY]
TAKEN_UP = [one for one in State if one not in (State.REGISTERED, State.REFUSED)]


def start_clock(complaint: Complaint, by: Actor) -> None:
    """Terms run from now, whenever it was received. Refuses `future`."""
    now = complaint.changed_at
    complaint.received_at = complaint.received_at or now
    if complaint.received_at > now:
        said = _("This lies ahead. Enter when the complaint came.")
        raise Refusal("future", said, fields={"received_at": [said]})
    complaint.registered_at = complaint.clock_start = now
    complaint.target_at = clocks.target_of(complaint, now)
    complaint.registered_on = now.astimezone(by.zone).date()
    complaint.currency = complaint.currency or by.currency


Named = tuple[Orders, Products]
"""What is named anew: orders, and products."""


def named_anew(complaints: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Named:
    """The `prepare` of registering and editing."""
    return orders_named_anew(complaints, by, inputs), products_named_anew(complaints, by, inputs)


def register(complaint: Complaint, by: Actor, named: Named) -> None:
    """2.5.3: write down what came, as it came; words that are a product's code or name stand for it. Refuses `future`,
    `order` for one that the customer has not, and `consumer`, `goods_received_on`, `over` for a return without a reason
    that the law does not give."""
    orders, products = named
    start_clock(complaint, by)
    check_order(complaint, orders)
    name_product(complaint, products)
    check_return(complaint, by)
    if complaint.customer is not None:
        complaint.department_id = complaint.customer.department_id or complaint.department_id


def correct(complaint: Complaint, by: Actor, named: Named) -> None:
    """2.5.3: what was written down is put right. Refuses `order` for one that the customer has not, and `consumer`,
    `goods_received_on`, `over` for a return without a reason that the law does not give."""
    orders, products = named
    check_order(complaint, orders)
    name_product(complaint, products)
    check_return(complaint, by)


def check_return(complaint: Complaint, by: Actor) -> None:
    """Goods that a consumer bought online go back without a reason within the days that the law gives (consumer
    protection law, article 25). Raises Refusal("consumer"), ("goods_received_on"), ("over")."""
    if (complaint.price_paid or 0) < 0:
        said = _("A price is not below zero.")
        raise Refusal("invalid", said, fields={"price_paid": [said]})
    complaint.return_until = None
    if complaint.claim != Complaint.Claim.FREE_RETURN:
        return
    if not complaint.is_consumer:
        said = _("Only who has bought for private use returns goods without a reason. Choose another kind.")
        raise Refusal("consumer", said, fields={"is_consumer": [said]})
    if complaint.goods_received_on is None:
        said = _("Enter when the goods came: the days are counted from there.")
        raise Refusal("goods_received_on", said, fields={"goods_received_on": [said]})
    last = clocks.last_day_of_return(complaint, complaint.goods_received_on, complaint.changed_at)
    if complaint.received_at.astimezone(by.zone).date() > last and by.source is not Source.IMPORT:
        said = _("The days for it ended on %(day)s. Register what is asked as another kind.")
        raise Refusal("over", said, {"day": last.isoformat()}, fields={"claim": [said % {"day": last.isoformat()}]})
    complaint.return_until = last


create(
    Complaint, clause="2.5.3", may=registers_complaints, fields=FACTS, series=COMPLAINTS, reads=["customer"],
    prepare=named_anew, body=register, label=_("Register a complaint"), icon="message-exclamation",
)  # fmt: skip
edit(
    Complaint, clause="2.5.3", may=handles_complaints, fields=FACTS, source=OPEN, prepare=named_anew,
    body=correct, bulk=False,
)  # fmt: skip
archive(Complaint, clause="2.5.3", may=declines_complaints)


@action(
    Complaint, "accept", clause="2.5.3", label=_("Take up"), may=handles_complaints, source=State.REGISTERED,
    target=State.ACCEPTED, reads=["customer"], prepare=earlier_ones, primary=True, icon="hand-grab",
)  # fmt: skip
def accept(complaint: Complaint, by: Actor, earlier: Earlier) -> None:
    """2.5.3: somebody answers for it from now on. A repeat is linked to the first one, whose cause is then looked at
    anew. Refuses `customer`, `category`, `own`."""
    if complaint.customer is None:
        raise Refusal("customer", _("Choose the customer first; open a file if there is none."))
    if not complaint.category:
        raise Refusal("category", _("Say what kind of complaint it is first."))
    refuse_own(complaint, by)
    complaint.owner_id = by.person_id or complaint.owner_id
    complaint.department_id = complaint.customer.department_id or complaint.department_id
    first = earlier.first_like(complaint)
    complaint.repeats_id = first.pk if first is not None else None


def refuse_own(complaint: Complaint, by: Actor) -> None:
    """Raises Refusal("own"): nobody decides about a complaint of their own customer (2.5.3)."""
    customer = complaint.customer
    if customer is not None and customer.owner_id is not None and customer.owner_id == by.person_id:
        raise Refusal("own", _("This is your own customer. Let a colleague handle the complaint."))


@action(
    Complaint, "decline", clause="2.5.3", label=_("Not accepted"), may=declines_complaints, source=State.REGISTERED,
    target=State.REFUSED, needs_reason=True, icon="ban", event="customers.complaint.refused",
    danger=_("The customer is told the reason by mail, where an email is known."),
)  # fmt: skip
def decline(complaint: Complaint, by: Actor) -> None:
    """2.5.3: a complaint is not accepted. Only the head or the executive says so, with the reason."""


@action(
    Complaint, "investigate", clause="2.5.3", label=_("Begin the investigation"), may=investigates_complaints,
    source=State.ACCEPTED, target=State.INVESTIGATING, primary=True, icon="search",
)  # fmt: skip
def investigate(
    complaint: Complaint, by: Actor, *, team: Annotated[list[Person], Ask(_("D1 Team"), _("They see the complaint."))]
) -> None:
    """2.5.3: those who know the matter look into it (8D, D1)."""
    complaint.team = sorted({*complaint.team, *(person.pk for person in team)})


@action(
    Complaint, "contain", clause="2.5.3", label=_("Contain"), may=investigates_complaints, source=OPEN, icon="shield",
)  # fmt: skip
def contain(
    complaint: Complaint, by: Actor, *, containment: Annotated[str, Ask(_("D3 Contained by"), multiline=True)]
) -> None:
    """2.5.3: the damage is kept from spreading before its cause is known (8D, D3). Refuses `invalid`."""
    if not containment.strip():
        said = _("Say what was done.")
        raise Refusal("invalid", said, fields={"containment": [said]})
    complaint.containment = containment.strip()[:2000]
    if not clocks.is_contained(complaint):
        complaint.contained_at = complaint.changed_at


@action(
    Complaint, "propose", clause="2.5.3", label=_("Lay out the solution"), may=investigates_complaints,
    source=State.INVESTIGATING, target=State.PROPOSED, reads=["whys", "remedies"], primary=True, icon="bulb",
)  # fmt: skip
def propose(
    complaint: Complaint, by: Actor, *, solution: Annotated[str, Ask(_("D5 Solution"), multiline=True)]
) -> None:
    """2.5.3: the root is found and the solution stands (8D, D4 and D5). Refuses `cause`, `measures`, `danger`."""
    if not complaint.root_cause.strip():
        raise Refusal("cause", _("The root cause is not written down. Fill in D4 first."))
    if not any(one.kind == one.Kind.CORRECTION for one in complaint.remedies.all()):
        raise Refusal("measures", _("There is no correction yet. Enter who does what until when."))
    if complaint.level == Complaint.Level.URGENT and not clocks.is_contained(complaint):
        raise Refusal("danger", _("There is danger, and nothing is said about how it is contained. Fill in D3 first."))
    complaint.solution = solution.strip()[:4000]


@action(
    Complaint, "agree", clause="2.5.3", label=_("Customer agrees"), may=handles_complaints, source=State.PROPOSED,
    target=State.AGREED, prepare=attached, icon="thumb-up",
)  # fmt: skip
def agree(complaint: Complaint, by: Actor, kept: Attached, *, proof: Annotated[str, Ask(_("Proof"), HELP)]) -> None:
    """2.5.3: the customer has agreed to the solution beforehand. Refuses `proof`."""
    complaint.agreed_proof = require_proof(complaint, proof, kept)


@action(
    Complaint, "carry_out", clause="2.5.3", label=_("Carry out"), may=handles_complaints,
    source=[State.PROPOSED, State.AGREED], target=State.CARRYING_OUT, primary=True, icon="player-play",
    event="customers.complaint.carried_out",
)  # fmt: skip
def carry_out(complaint: Complaint, by: Actor) -> None:
    """2.5.3: the solution is put into practice. Refuses `compensation` while a decision about money is awaited."""
    refuse_undecided(complaint)


def refuse_undecided(complaint: Complaint) -> None:
    """Raises Refusal("compensation") while nobody has decided about the compensation asked for."""
    if complaint.compensation_asked is not None:
        raise Refusal("compensation", _("The compensation is not decided yet. Wait for the decision, or withdraw it."))


@action(
    Complaint, "await_papers", clause="2.5.3", label=_("Await the customer's papers"), may=handles_complaints,
    source=UNDER_WAY, reads=["pauses"], prepare=attached, icon="player-pause",
    event="customers.complaint.papers_awaited",
)  # fmt: skip
def await_papers(
    complaint: Complaint,
    by: Actor,
    kept: Attached,
    *,
    asked_for: Annotated[str, Ask(_("Papers asked for"))],
    proof: Annotated[str, Ask(_("Proof of the request"), HELP)],
) -> list[Pause]:
    """2.5.3: the clock stands still while the customer's papers are awaited, if it can be proved that they were asked
    for. Refuses `paused`, `proof`, and `late` when a deadline has passed already."""
    if complaint.paused_at is not None:
        raise Refusal("paused", _("The clock stands still already."))
    due = clocks.next_due(complaint, complaint.changed_at)
    if due is not None and due.is_late(complaint.changed_at):
        raise Refusal("late", _("A deadline has passed already, so the clock can't stand still. Go on without it."))
    complaint.paused_at = complaint.changed_at
    return [
        Pause(
            complaint=complaint, position=len(complaint.pauses.all()) + 1, asked_for=asked_for.strip()[:300],
            asked_at=complaint.changed_at, proof=require_sent(complaint, proof, kept),
        )
    ]  # fmt: skip


@action(
    Complaint, "resume", clause="2.5.3", label=_("Papers are there"), may=handles_complaints, source=UNDER_WAY,
    locks=["pauses"], offered_when=lambda complaint: complaint.paused_at is not None, icon="player-play",
)  # fmt: skip
def resume(complaint: Complaint, by: Actor, *, came: Annotated[str, Ask(_("What came"))]) -> None:
    """2.5.3: the clock goes on; deadlines move by the working days that it stood. Refuses `running`."""
    if complaint.paused_at is None:
        raise Refusal("running", _("The clock is running."))
    now = complaint.changed_at
    for pause in complaint.pauses.all():
        if pause.ended_at is None:
            pause.ended_at, pause.came = now, came.strip()[:300]
    calendar = clocks.calendar_of(complaint, clock.now())
    if calendar is not None:
        took = clocks.working_time(calendar, complaint.paused_at, now)
        complaint.paused_minutes += int(took.total_seconds()) // 60
        complaint.clock_start = clocks.moved_on(complaint, calendar, now)
    complaint.paused_at = None


@action(
    Complaint, "put_right", clause="2.5.1", label=_("Put right who complained"), may=nobody, shown=False, bulk=True,
    archive_too=True, event="customers.complaint.put_right",
)  # fmt: skip
def put_right(
    complaint: Complaint,
    by: Actor,
    *,
    name: Annotated[str, Ask(_("Who complains"))] = "",
    phone: Annotated[str, Ask(_("Their phone"))] = "",
    email: Annotated[str, Ask(_("Their email"))] = "",
) -> None:
    """2.5.1: who complained has asked for a correction; what is empty stays, and so does what was wrong."""
    complaint.claimant_name = name or complaint.claimant_name
    complaint.claimant_phone = phone or complaint.claimant_phone
    complaint.claimant_email = email or complaint.claimant_email


@action(
    Complaint, "blank", clause="2.5.1", label=_("Blank who complained"), may=nobody, locks=["letters"], shown=False,
    bulk=True, archive_too=True,
)  # fmt: skip
def blank(complaint: Complaint, by: Actor) -> None:
    """2.5.1: an erased person's name, phone and address go, from what they wrote too; what was wrong stays told."""
    with translation.override(settings.LANGUAGE_CODE):
        mask = str(MASK)
    told = [complaint.claimant_name, complaint.claimant_phone, complaint.claimant_email]
    for letter in complaint.letters.all():
        if letter.sender.casefold() == complaint.claimant_email.casefold():
            letter.sender, letter.subject, letter.text = "-", mask, ""
    for name in ("description", "demand", "answer"):
        words = getattr(complaint, name)
        # A single character, as a family name alone, stands in other words too: it would spoil what was wrong.
        for one in sorted((each for each in told if len(each) >= SHORTEST), key=len, reverse=True):
            words = words.replace(one, mask)
        setattr(complaint, name, words)
    complaint.claimant_name, complaint.claimant_phone, complaint.claimant_email = mask, "", ""
