"""Doing one action to many rows: a preview of what would change and what does not fit, then one run with one undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangwu.foundation.actions.door import Outcome, Refusal, Row, act_many
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.preview import preview
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.actions.undo import undoable
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.forms.entries import REASON, Entries, Given, given, last, posted
from shangwu.foundation.pages.forms.fields import Field
from shangwu.foundation.pages.forms.form import offered_inputs, reason_input
from shangwu.foundation.pages.lists.prepared import Prepared, prepared
from shangwu.foundation.pages.lists.selection import Selection, selection
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import names_for
from shangwu.foundation.records.refusals import missing

SHOWN = 8
"""So many rows are tried for the preview; the rest follow the same rule."""

BOOKKEEPING = frozenset({"version", "changed_at", "changed_by", "archived_at"})
"""Columns that every action changes: no preview is needed to know it."""

SAID = 20
"""So many refused rows are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one column of one row would become."""

    label: Any
    before: str
    after: str


def bulk(pages: RecordPages, request: Request, verb: str) -> HttpResponse:
    """One POST for all steps: the dialog, the dialog with a preview, the deed (`_step=go`)."""
    one = prepared(pages.model)
    action = next((found for found in one.bulk() if found.verb == verb), None)
    if action is None or not action.offered_to(request.actor, None):
        raise missing()
    chosen = selection(one, request)
    inputs = _inputs(action, request)
    entries = posted(request.POST)
    wanted = given(inputs, entries, request.actor)
    if request.POST.get("_step") == "go":
        return _go(one, request, action, chosen, wanted, entries)
    return _dialog(one, request, action, chosen, inputs, wanted, entries)


def _inputs(action: Action, request: Request) -> tuple[Input, ...]:
    """What the dialog asks. Of an edit, the one field that is chosen there: a blank form would blank all rows."""
    offered = tuple(one for one in offered_inputs(action, request.actor) if one.kind is not Kind.PARTS)
    if not action.partial:
        return offered
    return tuple(one for one in offered if one.name == request.POST.get("_field"))


def _dialog(
    one: Prepared,
    request: Request,
    action: Action,
    chosen: Selection,
    inputs: Sequence[Input],
    wanted: Given,
    entries: Entries,
    errors: dict[str, list[Any]] | None = None,
) -> HttpResponse:
    actor = request.actor
    fitting = chosen.fitting(action, actor)
    misfits = chosen.misfits(action, actor)
    ready = request.POST.get("_step") == "preview" if inputs else not action.partial
    changes, refusal = _changes(one, request, action, fitting, wanted) if ready and fitting else ([], None)
    asked = [*inputs, *([reason_input()] if action.needs_reason else [])]
    said = {**(errors or {}), **({} if refusal is None else dict(refusal.fields))}
    facts = {
        "title": _("%(action)s: %(fitting)s of %(all)s")
        % {"action": action.label, "fitting": len(fitting), "all": len(chosen.rows)},
        "action": action,
        "url": reverse(f"{one.pages.name}.bulk", kwargs={"verb": action.verb}),
        "fitting": len(fitting),
        "misfits": [{"row": row.number or row, "why": why} for row, why in misfits[:SAID]],
        "misfits_more": max(0, len(misfits) - SAID),
        "fields": [Field(each, each.name, entries, list(said.get(each.name, ()))) for each in asked],
        "choices": _choices(action, request) if action.partial else [],
        "changes": changes,
        "changes_more": max(0, len(fitting) - SHOWN),
        "refusal": refusal if refusal is not None and not refusal.fields else None,
        "ready": ready and bool(fitting) and not said,
        "hidden": _hidden(request, chosen),
    }
    return render(request, "pages/lists/bulk.html", facts)


def _choices(action: Action, request: Request) -> list[tuple[str, Any, bool]]:
    """The fields that an edit of many may set."""
    now = request.POST.get("_field", "")
    return [
        (one.name, one.label, one.name == now)
        for one in offered_inputs(action, request.actor)
        if one.kind not in (Kind.PARTS, Kind.FILE)
    ]


def _hidden(request: Request, chosen: Selection) -> list[tuple[str, str]]:
    """The selection, to be sent again; with the versions now seen, so that a row changed meanwhile is refused."""
    if chosen.whole:
        return [("all", "1"), ("query", request.POST.get("query", ""))]
    return [(name, value) for row in chosen.rows for name, value in (
        ("row", str(row.public_id)), ("_seen", f"{row.public_id}:{row.version}"))]  # fmt: skip


def _changes(
    one: Prepared, request: Request, action: Action, fitting: Sequence[Any], wanted: Given
) -> tuple[list[dict[str, Any]], Refusal | None]:
    """What the first rows would become, worked out by the action's own body; and the first objection."""
    columns = [column for column in one.columns_for(request.actor) if column.name not in BOOKKEEPING]
    tried = [(row, preview(request.actor, action, row, wanted.inputs)) for row in fitting[:SHOWN]]
    after = [found.record for _row, found in tried if found.record is not None]
    names = names_for(request.actor, columns, [*[row for row, _found in tried], *after])
    rows: list[dict[str, Any]] = []
    for row, found in tried:
        if found.record is None:
            why = found.refusal.sentence if found.refusal else ""
            rows.append({"row": row.number or str(row), "changes": [], "why": why})
            continue
        pairs = [(column, column.html(row, names), column.html(found.record, names)) for column in columns]
        changed = [Change(column.label, before, now) for column, before, now in pairs if before != now]
        rows.append({"row": row.number or str(row), "changes": changed, "why": ""})
    objection = next((found.refusal for _row, found in tried if found.refusal and found.refusal.fields), None)
    return rows, objection


def _go(
    one: Prepared, request: Request, action: Action, chosen: Selection, wanted: Given, entries: Entries
) -> HttpResponse:
    seen = dict(text.rpartition(":")[::2] for text in request.POST.getlist("_seen"))
    rows = [
        Row(wanted.inputs, row, int(seen[str(row.public_id)]) if seen.get(str(row.public_id), "").isdigit() else None)
        for row in chosen.fitting(action, request.actor)
    ]
    if not rows:
        raise Refusal("state", _("This action fits none of the selected rows. Reload the list to see their state."))
    outcome = act_many(request.actor, action.name, rows, key=form_key(request), reason=last(entries, REASON))
    refused = outcome.refused
    if refused and not outcome.done and all(refusal.fields for _place, refusal in refused):
        said = {name: list(sentences) for name, sentences in refused[0][1].fields.items()}
        inputs = _inputs(action, request)
        return _dialog(one, request, action, chosen, inputs, wanted, entries, said)
    return _answer(one, request, action, rows, outcome, len(chosen.rows) - len(rows))


def _answer(
    one: Prepared, request: Request, action: Action, rows: Sequence[Row], outcome: Outcome, misfits: int
) -> HttpResponse:
    done = len(outcome.done)
    text = ngettext("%(action)s: %(count)s row", "%(action)s: %(count)s rows", done) % {
        "action": action.label,
        "count": done,
    }
    undo_url = ""
    if outcome.entry_id is not None and undoable(action):
        undo_url = reverse("undo", kwargs={"entry": outcome.entry_id})
    if not outcome.refused:
        if answers.is_htmx(request):
            return answers.beside(request, text, undo_url)
        answers.say(request, text, undo_url)
        return answers.go(request, reverse(f"{one.pages.name}.list"))
    named = [(rows[place].target, refusal) for place, refusal in outcome.refused[:SAID]]
    facts = {
        "title": text,
        "misfits": [{"row": getattr(row, "number", None) or row, "why": said.sentence} for row, said in named],
        "misfits_more": max(0, len(outcome.refused) - SAID),
    }
    response = render(request, "pages/lists/bulk_done.html", facts)
    if done:
        response.write(answers.toast(request, text, undo_url))
    response.headers["HX-Trigger"] = '{"sw:list": {}}'
    return response
