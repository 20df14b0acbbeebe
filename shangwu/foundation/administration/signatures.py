"""Pages of signing for an edition (3.1.3): each one's own, and who has opened it, signed for it, or not."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.administration.editions import differences, former_of, language, texts_of
from shangwu.foundation.duties.judging import type_of
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.acting.buttons import button
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.as_of import dated
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import Group, Pages, Panel, RowsPanel, View, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation import editions
from shangwu.foundation.regulation.models import Edition, SignOff
from shangwu.foundation.regulation.shipped import CODES

State = SignOff.State
MOST = 2000
TONES = {
    "asked": "wait", "opened": "run", "confirmed": "done", "lapsed": "void", "superseded": "void", "carried": "bad",
    "signed_later": "done",
}  # fmt: skip

Pages(
    SignOff,
    clause=INTRODUCTION,
    columns=["owner", "department", "edition", "state", "opened_at", "confirmed_at"],
    filters=["edition", "state", "owner", "department"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("open", _("Not yet signed"), "state=asked,opened,carried"),
        View("signed", _("Signed for"), "state=confirmed"),
    ],
    empty=_("Nobody has been asked to sign yet: no edition was published."),
    icon="signature",
    tones=TONES,
    facts=[Group(_("Sign-off"), "edition", "opened_at", "confirmed_at")],
)


def signing(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """How many have signed, of those whose sign-off the reader may see; None before it is published."""
    assert isinstance(record, Edition)
    if record.state not in editions.IN_PRINT:
        return None
    states = {name: Count("pk", filter=Q(state=name)) for name in State.values}
    seen = SignOff.objects.visible_to(actor).filter(edition=record)
    mine = seen.filter(owner_id=actor.person_id).first()
    counts = seen.order_by().aggregate(**states)
    return {
        "counts": counts,
        "of": sum(counts.values()) - counts["lapsed"] - counts["superseded"],
        "who_url": url("edition_signatures", public_id=record.public_id),
        "mine": {"url": record_url(SignOff, mine.public_id), "state": mine.get_state_display()} if mine else None,
    }


panel(
    Edition,
    Panel("signing", _("Signed for"), "administration/edition_signing.html", signing, order=7, clause="3.1.3"),
    RowsPanel(
        "sign_offs", SignOff, _("Who has signed"), "edition={record}", limit=20, order=8,
        columns=("owner", "department", "state", "opened_at", "confirmed_at"),
    ),
)  # fmt: skip


def show_signatures(request: Request, public_id: Any) -> HttpResponse:
    """Who has not opened the edition, who has not signed, who has: of those whom the reader answers for."""
    edition = record_of(request.actor, Edition, public_id)
    facts = signing(request.actor, edition)
    rows = SignOff.objects.visible_to(request.actor).filter(edition=edition).order_by("department_id", "pk")
    found = _drawn(request.actor, list(rows[:MOST]))
    crumbs = [{"label": gettext("Editions of the regulation"), "url": url("regulation.edition.list")}]
    crumbs.append({"label": str(edition), "url": record_url(Edition, edition.public_id)})
    context = {
        "page": page_facts(gettext("Who has read and signed"), clause=INTRODUCTION, crumbs=crumbs) | {"clause": None},
        "edition": edition,
        "figures": _figures(facts["counts"], facts["of"]) if facts else [],
        "groups": [
            {"label": label, "tone": TONES[state], "rows": found[state], "is_open": state in ("asked", "opened")}
            for state, label in State.choices
            if found.get(state)
        ],
        "actions": _reminding(request.actor, edition, found),
        "version": edition.version,
    }
    return render(request, "administration/edition_signatures.html", context)


def _figures(counts: dict[str, int], of: int) -> list[dict[str, Any]]:
    told = [
        (gettext("Signed for"), f"{counts['confirmed']} / {of}"),
        (gettext("Opened, not signed"), counts["opened"]),
        (gettext("Not opened"), counts["asked"]),
    ]
    if counts["carried"]:
        told.append((gettext("Owed with the next edition"), counts["carried"]))
    return [{"label": label, "value": value} for label, value in told]


def _drawn(actor: Actor, found: list[Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows by state: person, department, moments, and until when. Four queries, however many rows."""
    names, now = Names(), clock.now()
    names.add(actor, Person, [one.owner_id for one in found if one.owner_id])
    names.add(actor, Department, [one.department_id for one in found if one.department_id])
    due = _due(one.pk for one in found)
    drawn: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        until, is_open = due.get(one.pk), one.state in (State.ASKED, State.OPENED, State.CARRIED)
        signed = one.confirmed_at or one.signed_later_at
        drawn.setdefault(one.state, []).append(
            {
                "name": names.of(Person, one.owner_id or 0).label,
                "department": names.of(Department, one.department_id).label if one.department_id else "",
                "url": record_url(SignOff, one.public_id),
                "opened": formats.moment(one.opened_at) if one.opened_at else "",
                "signed": formats.moment(signed) if signed else "",
                "due": formats.moment(until) if until else "",
                "late": bool(is_open and until and until < now),
            }
        )
    return drawn


def _due(keys: Iterable[int]) -> dict[int, datetime.datetime]:
    rows = Duty.objects.filter(subject_type=type_of(SignOff), subject_id__in=list(keys))
    return {key: at for key, at in rows.values_list("subject_id", "due_at") if at is not None}


def _reminding(actor: Actor, edition: Edition, found: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """One press reminds all who have not signed, where the reader may and anybody is left."""
    remind = actions["regulation.edition.remind"]
    if not (found.get(State.ASKED) or found.get(State.OPENED)) or not remind.offered_to(actor, edition):
        return []
    return [{**button(remind, edition), "primary": True, "phone": True}]


page(
    Route(
        "edition_signatures", "regulation/editions/<uuid:public_id>/signatures/", show_signatures, model=Edition,
        verb="detail", clause=INTRODUCTION, sample={"public_id": "public_id"},
    )
)  # fmt: skip


def _reading(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """What is to be read before one signs: what changes, and the whole text of that day."""
    assert isinstance(record, SignOff)
    one: Any = record
    edition = Edition.objects.visible_to(actor, archived=True).filter(pk=record.edition_id).first()
    if edition is None:
        return None
    former, now = former_of(edition), texts_of(edition)
    spoken = language()
    codes = [code for code in CODES if former[code, spoken] != now[code, spoken]]
    return {
        "edition": edition,
        "is_first": edition.former_id is None,
        "text_url": dated(url("regulation"), edition.effective_from),
        "clauses": [differences(code, former, now, spoken) for code in codes],
        "hidden": record.state in (State.ASKED, State.SUPERSEDED, State.CARRIED) and one.opened_at is None,
        "instead": _instead(actor, record),
        "mine": record.owner_id == actor.person_id,
        "state": face.state(record.get_state_display(), ""),
    }


def _instead(actor: Actor, record: SignOff) -> str:
    """Where the owner signs now that a later edition holds; "" while this one is asked for."""
    if record.state not in (State.SUPERSEDED, State.CARRIED):
        return ""
    waiting = SignOff.objects.visible_to(actor).filter(owner=record.owner_id, state__in=(State.ASKED, State.OPENED))
    latest = waiting.order_by("-pk").first()
    return record_url(SignOff, latest.public_id) if latest is not None else ""


panel(SignOff, Panel("reading", _("What is to be read"), "administration/signoff_reading.html", _reading, order=5))
