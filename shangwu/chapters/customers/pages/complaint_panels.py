"""Beside a complaint (2.5.3): its drawings, what is suggested, the links for the customer, what the law gives."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers import clocks, diagrams, links, suggesting
from shangwu.chapters.customers.compensation import legal_least
from shangwu.chapters.customers.complaint_access import handles_complaints, registers_complaints
from shangwu.chapters.customers.models import Cause, Complaint, Customer, Why
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def drawings(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The chain of whys and the fishbone; nothing while nobody has looked for the root."""
    assert isinstance(record, Complaint)
    whys = list(Why.objects.visible_to(actor).filter(complaint=record).order_by("position"))
    causes = list(Cause.objects.visible_to(actor).filter(complaint=record).order_by("position"))
    if not whys and not causes:
        return None
    by_branch: dict[str, list[tuple[str, bool]]] = {}
    for one in causes:
        by_branch.setdefault(one.branch, []).append((one.text, one.is_root))
    problem = record.description.splitlines()[0][:80]
    bones = diagrams.bones_of(by_branch, Cause.Branch.choices)
    return {
        "chain": diagrams.chain(_("Chain of whys"), problem, [one.text for one in whys], _("Why?")) if whys else "",
        "fishbone": diagrams.fishbone(_("Fishbone"), problem, bones) if causes else "",
        "table": [
            {"branch": bone.branch, "causes": bone.causes} for bone in bones if bone.causes
        ],
    }  # fmt: skip


def suggestions(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The kind that the text speaks of, with the pairs of characters that say so, and earlier complaints like it."""
    assert isinstance(record, Complaint)
    likes = suggesting.similar(actor, record)
    guess = suggesting.guess_of(record) if record.state == Complaint.State.REGISTERED else None
    if guess is None and not likes:
        return None
    labels = dict(Complaint.Category.choices)
    return {
        "guess": guess and {
            "label": labels.get(guess.kind, guess.kind), "percent": round(guess.certainty * 100),
            "because": guess.because, "differs": bool(record.category) and guess.kind != record.category,
        },
        "likes": [
            {
                "number": one.complaint.number,
                "url": url("customers.complaint.detail", public_id=one.complaint.public_id),
                "state": one.complaint.get_state_display(), "text": one.complaint.description.splitlines()[0][:60],
                "percent": round(one.share * 100), "because": one.because,
            }
            for one in likes
        ],
    }  # fmt: skip


def link_for_answer(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The link by which the customer says whether they are content: for who sends it, while we wait for their word."""
    assert isinstance(record, Complaint)
    if record.state != Complaint.State.REPLIED or not handles_complaints(actor, record):
        return None
    return {"link": links.absolute(links.for_answer(record)), "days": links.days()}


def law(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """What the law says beside the house's terms: a deceived consumer's least amount, Taiwan's fifteen days."""
    assert isinstance(record, Complaint)
    least = legal_least(record)
    calendar = clocks.calendar_of(record, record.registered_at) if clocks.is_capped(record) else None
    if least is None and calendar is None:
        return None
    return {
        "least": formats.money(least, record.currency) if least is not None else "",
        "currency": record.currency,
        "until": formats.day(calendar.day_of(clocks.legal_limit(record, calendar))) if calendar is not None else "",
    }


def link_for_customer(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The link to the form that knows this customer, for who may register complaints."""
    assert isinstance(record, Customer)
    if not registers_complaints(actor, None):
        return None
    return {"link": links.absolute(links.for_customer(record)), "days": links.days()}


panel(
    Complaint,
    Panel(
        "drawings", gettext_lazy("D4 Why it happened"), "customers/drawings.html", drawings, place="main", order=10,
        clause="2.5.3",
    ),
    Panel(
        "suggestions", gettext_lazy("Suggestions"), "customers/suggestions.html", suggestions, place="side", order=10
    ),
    Panel(
        "answer_link", gettext_lazy("Ask the customer"), "customers/link.html", link_for_answer, place="side", order=5,
        clause="2.5.3",
    ),
    Panel("law", gettext_lazy("What the law says"), "customers/law.html", law, place="side", order=15, clause="2.5.3"),
)  # fmt: skip
panel(
    Customer,
    Panel(
        "complaint_link", gettext_lazy("Complaint form"), "customers/link.html", link_for_customer, place="side",
        order=60, clause="2.5.3",
    ),
)  # fmt: skip
