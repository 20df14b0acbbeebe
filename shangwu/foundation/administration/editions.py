"""Pages of the regulation's editions: what each changes word by word, how it was decided, and who has signed for it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.as_of import dated
from shangwu.foundation.pages.comments.reading import counts_on
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import (
    Column,
    DetailPage,
    FormPage,
    Group,
    Look,
    Pages,
    Panel,
    View,
    Wide,
    panel,
)
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.policy.clauses import INTRODUCTION, TITLES
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation import checking, editions
from shangwu.foundation.regulation.checking import NAMES
from shangwu.foundation.regulation.comparing import Piece, compared
from shangwu.foundation.regulation.editions import Texts
from shangwu.foundation.regulation.models import Edition, Passage, Procedure
from shangwu.foundation.regulation.shipped import CODES, LANGUAGES, REFERENCE, Wording, all_shipped

Pages(
    Edition,
    clause=INTRODUCTION,
    columns=[
        Column("title", look=Look.KEY), "number", "state", "effective_from", "published_at", "touches_pay", "owner",
    ],
    filters=["state", "touches_pay", "effective_from", "owner"],
    views=[
        View("drafts", _("Drafts"), "state=draft"),
        View("open", _("To decide"), "state=proposed"),
        View("print", _("Published"), "state=published"),
    ],
    empty=_("The text that the program ships holds. Draw up the first edition, and publish it."),
    steps=[
        (_("Draw it up"), _("A draft starts from the text that holds; word the clauses that shall change anew.")),
        (_("Let it be decided"), _("Comments, consultation where pay is touched, and the approvals stand with it.")),
        (_("Publish it"), _("It holds from a day ahead. Everybody opens it and signs.")),
    ],
    icon="versions",
    title=["title"],
    track=["draft", "proposed", "approved", "published", "superseded"],
    facts=[Group(_("Edition of the regulation"), "title", "former", "effective_from", "touches_pay", Wide("reason"))],
    groups=[Group(_("Edition of the regulation"), Wide("title"), Wide("reason"))],
)  # fmt: skip
DetailPage(
    Passage,
    clause=INTRODUCTION,
    facts=[Group(_("Clause of an edition"), "edition", "code", "repealed_because")],
    meta=["edition"],
    icon="bookmark",
)
FormPage(
    "regulation.passage.edit",
    title=_("Word the clause anew"),
    clause=INTRODUCTION,
    groups=[
        Group(
            _("Traditional Chinese"), Wide("heading"), Wide("text"),
            help=_("An empty line begins a paragraph, “- ” a line of a list; {order.std} stands for a parameter."),
        ),
        Group(_("Simplified Chinese"), Wide("heading_zh_hans"), Wide("text_zh_hans")),
        Group(_("English"), Wide("heading_en"), Wide("text_en")),
    ],
)  # fmt: skip


def language() -> str:
    """The language in which the reader reads the regulation."""
    spoken = get_language() or ""
    return spoken if spoken in LANGUAGES else REFERENCE


def former_of(edition: Edition) -> Texts:
    """What the edition is compared with: the one before, or the text that the program ships."""
    return all_shipped() | (editions.texts_of(edition.former_id) if edition.former_id else {})


def texts_of(edition: Edition) -> Texts:
    """What an edition says, a published one from memory. A clause that the program got later reads as before."""
    in_print = edition.state in editions.IN_PRINT
    return former_of(edition) | (editions.texts_of(edition.pk) if in_print else editions.read_texts(edition.pk))


def differences(code: str, former: Texts, now: Texts, spoken: str) -> dict[str, Any]:
    """A clause beside its former wording, drawn word by word."""
    before, after = former[code, spoken], now[code, spoken]
    return {
        "code": code,
        "title": _drawn(compared(before.title, after.title)),
        "repealed": after.repealed,
        "was_repealed": before.repealed if not after.repealed else "",
        "paragraphs": _paragraphs(compared(before.text, after.text)),
        "same": before == after,
    }


def _drawn(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    return [{"fate": one.fate.value, "text": one.text} for one in pieces]


def _paragraphs(pieces: Sequence[Piece]) -> list[list[dict[str, str]]]:
    """Pieces by paragraph: the end of one is no ink."""
    found: list[list[dict[str, str]]] = [[]]
    for one in pieces:
        for place, part in enumerate(one.text.split("\n")):
            if place and found[-1]:
                found.append([])
            if part:
                found[-1].append({"fate": one.fate.value, "text": part})
    return [one for one in found if one]


def show_changes(request: Request, public_id: Any) -> HttpResponse:
    """All that an edition changes, word by word, in one language."""
    edition = record_of(request.actor, Edition, public_id)
    asked = request.GET.get("language", "")
    spoken = asked if asked in LANGUAGES else language()
    former, now = former_of(edition), texts_of(edition)
    codes = [code for code in CODES if former[code, spoken] != now[code, spoken]]
    crumbs = [{"label": gettext("Editions of the regulation"), "url": url("regulation.edition.list")}]
    crumbs.append({"label": str(edition), "url": record_url(Edition, edition.public_id)})
    facts = {
        "page": page_facts(gettext("What changes"), clause=INTRODUCTION, crumbs=crumbs) | {"clause": None},
        "edition": edition,
        "edition_url": record_url(Edition, edition.public_id),
        "clauses": [differences(code, former, now, spoken) for code in codes],
        "languages": [{"label": NAMES[one], "url": f"?language={one}", "current": one == spoken} for one in LANGUAGES],
        "warnings": list(checking.warnings(former, now)),
    }
    return render(request, "administration/edition_changes.html", facts)


page(
    Route(
        "edition_changes", "regulation/editions/<uuid:public_id>/changes/", show_changes, model=Edition, verb="detail",
        sample={"public_id": "public_id"},
    )
)  # fmt: skip


_NAMED = ("public_id", "code", "heading")


def _clauses(actor: Actor, record: Record | None) -> dict[str, Any]:
    """The clauses of an edition: changed ones first, and what its readers are warned of."""
    assert isinstance(record, Edition)
    former, now = former_of(record), texts_of(record)
    changed = set(checking.changed_codes(former, now))
    passages = {one.code: one for one in Passage.objects.visible_to(actor).filter(edition=record).only(*_NAMED)}
    comments = counts_on(list(passages.values()))
    rows = [
        {
            "code": code,
            "title": now[code, language()].title,
            "url": record_url(Passage, passages[code].public_id),
            "changed": code in changed,
            "pay": checking.bears_on_pay(code),
            "comments": comments.get(passages[code].pk, 0),
        }
        for code in CODES
        if code in passages
    ]
    return {
        "changed": [one for one in rows if one["changed"]],
        "rest": [one for one in rows if not one["changed"]],
        "changes_url": url("edition_changes", public_id=record.public_id),
        "text_url": dated(url("regulation"), record.effective_from) if record.state in editions.IN_PRINT else "",
        "warnings": list(checking.warnings(former, now)),
        "is_draft": record.state == Edition.State.DRAFT,
        "is_first": record.former_id is None,
        "outdated": _is_outdated(record),
    }


def _is_outdated(record: Edition) -> bool:
    """Whether another edition was published since the draft began."""
    found = editions.history()
    return record.state == Edition.State.DRAFT and bool(found) and found[-1].pk != record.former_id


def _procedure(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The steps of due procedure, taken and lacking; None where neither pay nor discipline is touched (3.1.3)."""
    assert isinstance(record, Edition)
    # A proof is a file of the edition itself: who sees the one sees the other.
    rows = record.procedures.visible_to(actor).joining(StoredFile).select_related("file").order_by("position")
    steps = list(rows)
    touches = record.touches_pay
    if record.state == Edition.State.DRAFT:
        changed = checking.changed_codes(former_of(record), texts_of(record))
        touches = record.former_id is None or any(map(checking.bears_on_pay, changed))
    if not touches and not steps:
        return None
    there = {one.kind for one in steps}
    return {
        "steps": [
            {
                "label": one.get_kind_display(), "on": one.held_on, "with": one.with_whom, "outcome": one.outcome,
                "file": one.file.name,
            }
            for one in steps
        ],
        "lacking": [label for kind, label in Procedure.Kind.choices if kind not in there] if touches else [],
        "files": [one.name for one in files_on(record)],
    }  # fmt: skip


panel(
    Edition,
    Panel("clauses", _("What changes"), "administration/edition_clauses.html", _clauses, place="tab", order=5),
    Panel(
        "procedure", _("Due procedure"), "administration/edition_procedure.html", _procedure, order=6, clause="3.1.3"
    ),
)  # fmt: skip


def _wording(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """A clause of an edition beside its former wording, in three languages."""
    assert isinstance(record, Passage)
    edition = Edition.objects.visible_to(actor, archived=True).filter(pk=record.edition_id).first()
    if edition is None or record.code not in CODES:
        return None
    former = former_of(edition)
    now: Texts = {(record.code, one): record.wording(one) for one in LANGUAGES}
    spoken = [language(), *(one for one in LANGUAGES if one != language())]
    whole: dict[tuple[str, str], Wording] = {**former, **now}
    return {
        "languages": [
            {"name": NAMES[one], "spoken": one == language(), **differences(record.code, former, now, one)}
            for one in spoken
        ],
        "warnings": [one for one in checking.warnings(former, whole) if one.code == record.code],
        "pay": checking.bears_on_pay(record.code),
        "is_clause": record.code in TITLES,
    }


panel(Passage, Panel("wording", _("Wording"), "administration/passage_wording.html", _wording, order=5))
