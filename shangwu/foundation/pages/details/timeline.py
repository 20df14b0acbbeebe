"""The timeline beside a record: what was written and what was done, newest first."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.comments.reading import comments_on
from shangwu.foundation.pages.details import changes
from shangwu.foundation.pages.details.closed import closed_changes, holds_back
from shangwu.foundation.pages.details.logged import Logged, logged
from shangwu.foundation.pages.details.part_changes import PartChange, add_names, part_changes
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import Names
from shangwu.foundation.pages.tones import tone_of
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import ActorKind, Source
from shangwu.foundation.records.own import is_own
from shangwu.foundation.records.refusals import Sentence

LIMIT = 12
"""How many entries stand beside the record; the rest is under History."""

MENTIONED_CHANGES = 4

_SOURCES: dict[str, Sentence] = {
    Source.IMPORT: gettext_lazy("by import"),
    Source.API: gettext_lazy("through the API"),
    Source.JOB: gettext_lazy("by the system"),
    Source.EVENT: gettext_lazy("by the system"),
    Source.DEMO: gettext_lazy("with the demonstration data"),
}

Entry = dict[str, Any]


def timeline(request: Request, pages: RecordPages, record: Any, names: Names | None = None) -> list[Entry]:
    """Comments and actions together, by time. names: those that the page knows already."""
    said = comments_on(record, LIMIT)
    done = logged(record, LIMIT)
    closed = closed_changes(record, done)
    told = {one.entry.pk: _told(request, pages, one, closed.get(one.entry.context, ())) for one in done}
    kept_back = {one.entry.pk for one in done if one.closed and holds_back(record, one, request.actor)}
    parts = part_changes(pages.model, record, request.actor, done)
    names = names or Names()
    changes.add_names(names, request.actor, ((pages.model, each) for each in told.values()))
    add_names(names, request.actor, parts)
    names.add(request.actor, Person, _people(said, done))
    found = [(one.created_at, one.pk, _comment(request, pages, record, one, names)) for one in said]
    found += [
        (
            moment_of(one),
            one.entry.pk,
            _action(pages, one, told[one.entry.pk], parts.get(one.entry.context, ()), names, one.entry.pk in kept_back),
        )
        for one in done
    ]
    found.sort(key=lambda each: each[:2], reverse=True)
    return [entry for _moment, _key, entry in found[:LIMIT]]


def answer(request: Request, pages: RecordPages, record: Any) -> HttpResponse:
    """The timeline and an empty box to write in, after something was written."""
    facts = {
        "entries": timeline(request, pages, record),
        "comment_url": reverse(f"{pages.name}.comment", kwargs={"public_id": record.public_id}),
        "writer": request.actor.name,
    }
    return render(request, "pages/detail/timeline.html", facts)


def _told(request: Request, pages: RecordPages, one: Logged, closed: Sequence[changes.Change]) -> list[changes.Change]:
    """What is worth telling of an entry: of a creation nothing, because the record itself stands beside."""
    if one.action is not None and one.action.makes:
        return []
    return changes.shown_changes(pages.model, request.actor, [*one.changes, *closed])


def moment_of(one: Logged) -> datetime.datetime:
    """Business time of an action where it has its own, else when it was logged."""
    return one.at or one.entry.occurred_at or one.entry.at


def _people(said: Sequence[Comment], done: Sequence[Logged]) -> set[int]:
    keys = {one.created_by_id for one in said} | {key for one in said for key in one.mentions}
    for each in done:
        keys |= {each.entry.person_id, each.entry.acting_for_id}
    return {key for key in keys if key is not None}


def who(one: Logged, names: Names) -> str:
    """Who did it, for whom, and from where when not from a page."""
    entry = one.entry
    if entry.actor_kind == ActorKind.SYSTEM or entry.person_id is None:
        name = _("The system")
    else:
        name = names.of(Person, entry.person_id).label
    if entry.acting_for_id:
        absent = names.of(Person, entry.acting_for_id).label
        name = _("%(deputy)s as deputy of %(absent)s") % {"deputy": name, "absent": absent}
    source = _SOURCES.get(entry.source)
    if source is None or entry.person_id is None:
        return name
    return _("%(who)s, %(source)s") % {"who": name, "source": source}


def _action(
    pages: RecordPages,
    one: Logged,
    told: Sequence[changes.Change],
    parts: Sequence[PartChange],
    names: Names,
    holds_back: bool,
) -> Entry:
    done = one.action
    lines = [] if done is not None and done.makes else _lines(pages, one, told, parts, names)
    if holds_back and (done is None or not done.makes):
        lines.append(conditional_escape(_("personal entries changed")))
    plain = done is not None and done.verb == "edit" and lines
    head = SafeString("") if plain else format_html('<span class="sw-medium">{}</span>', _label(pages, one))
    body = format_html_join("", "<div>{}</div>", ((line,) for line in lines))
    return {
        "mark": mark_of(pages, one),
        "html": format_html("{}{}", head, body),
        "when": f"{formats.moment(moment_of(one), brief=True)} · {who(one, names)}",
        "quote": one.entry.reason,
    }


def _lines(
    pages: RecordPages, one: Logged, told: Sequence[changes.Change], parts: Sequence[PartChange], names: Names
) -> list[str]:
    """What was changed, shortly: what the person entered, and only if that is nothing, what followed from it."""
    entered = one.action.input_names if one.action is not None else frozenset()
    typed = [each for each in told if _is_among(entered, pages.model, each[0])]
    lines = [changes.drawn(pages.model, each, names) for each in typed]
    lines += [line for part in parts for line in _of_part(one, part, names)]
    if not lines and not entered:
        lines = [changes.drawn(pages.model, each, names) for each in told]
    if len(lines) > MENTIONED_CHANGES:
        more = _("and %(count)s more") % {"count": len(lines) - MENTIONED_CHANGES}
        lines = [*lines[:MENTIONED_CHANGES], conditional_escape(more)]
    return lines


def _is_among(entered: Collection[str], model: Any, column: str) -> bool:
    """Whether a person gave the column, or an own field is it, which nobody else gives."""
    found = changes.column_of(model, column)
    return found is not None and (found.name in entered or is_own(found.name))


def _of_part(one: Logged, part: PartChange, names: Names) -> list[str]:
    """A part's change, without what the server worked out from it."""
    asked = [given for given in (one.action.inputs if one.action is not None else ()) if given.model is part.model]
    entered = {given.name for each in asked for given in each.parts}
    own = [each for each in part.changes if changes.fields_by_column(part.model)[each[0]].name in entered]
    if part.what == "added" and own:
        return [conditional_escape(_("%(row)s added") % {"row": part.name(names)})]
    return replace(part, changes=own).drawn(names) if own or part.what == "removed" else []


def _label(pages: RecordPages, one: Logged) -> Sentence:
    done = one.action
    if done is not None and done.makes:
        return _("Made")
    return one.label


def mark_of(pages: RecordPages, one: Logged) -> str:
    """The kind of dot: green for born and finished, black for people's deeds, hollow for changed fields."""
    done = one.action
    if done is None or one.by_the_way:
        return "change"
    if done.makes:
        return "born"
    if done.target is not None:
        tones = pages.detail.tones if pages.detail else {}
        return "born" if tone_of(done.target, tones) == "done" else "person"
    return "change" if done.partial or done.verb == "undo" else "person"


def _comment(request: Request, pages: RecordPages, record: Any, one: Comment, names: Names) -> Entry:
    writer = names.of(Person, one.created_by_id).label if one.created_by_id else _("The system")
    mine = one.created_by_id is not None and one.created_by_id == request.actor.person_id
    return {
        "mark": "person",
        "html": format_html('<span class="sw-medium">{}</span>{}', writer, _away(pages, record, one) if mine else ""),
        "when": formats.moment(one.created_at, brief=True),
        "quote": with_mentions(one, names),
    }


def with_mentions(one: Comment, names: Names) -> SafeString:
    """The text, with the names of those mentioned set off."""
    text = conditional_escape(one.text)
    for label in _mentioned(one, names):
        spelled = conditional_escape(f"@{label}")
        text = SafeString(text.replace(spelled, format_html('<span class="sw-medium">{}</span>', spelled)))
    return text


def _mentioned(one: Comment, names: Names) -> Iterable[str]:
    return sorted({names.of(Person, key).label for key in one.mentions}, key=len, reverse=True)


def _away(pages: RecordPages, record: Any, one: Comment) -> SafeString:
    """The button by which a writer takes a remark away."""
    url = reverse(f"{pages.name}.uncomment", kwargs={"public_id": record.public_id, "comment": one.public_id})
    return format_html(
        ' <button type="button" class="sw-icon-button is-small" hx-post="{}" hx-target="#sw-timeline"'
        ' hx-swap="innerHTML" hx-confirm="{}" aria-label="{}">{}</button>',
        url,
        _("Take this remark away?"),
        _("Take away"),
        face.icon("x", "small"),
    )
