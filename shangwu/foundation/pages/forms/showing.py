"""Draws the form of an action, as a page or in the dialog: new, restored from a draft, or with its errors."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.acting import places
from shangwu.foundation.pages.acting.following import THEN, following, is_draft
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.forms import drafts
from shangwu.foundation.pages.forms.entries import of_nothing, of_record
from shangwu.foundation.pages.forms.form import Form, offered_inputs
from shangwu.foundation.pages.forms.sums import sums_of
from shangwu.foundation.pages.frame import clause_facts, page_facts
from shangwu.foundation.pages.models import Draft
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.registry import forms, record_pages
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

DIALOG = "sw-dialog-body"
FORMED = "sw-formed"
"""The part of a form's page that is drawn again when something is wrong."""


def of_action(request: Request, one: Action, record: Any) -> HttpResponse:
    """A fresh form, or what the person left unsent in it."""
    actor = request.actor
    inputs = offered_inputs(one, actor)
    if record is not None and one.partial:
        entries, concealed = of_record(record, inputs, actor)
    else:
        asked = {name: request.GET.getlist(name) for name in request.GET if name != "from"}
        begins = forms[one.name].begins if one.name in forms else None
        asked = {**(begins(actor, record, asked) if begins else {}), **asked}
        entries, concealed = of_nothing(inputs, asked), frozenset()
    in_dialog = fragment(request) == DIALOG
    draft = None if in_dialog else drafts.kept(actor, one.name, record.public_id if record is not None else None)
    if draft is not None:
        entries = entries | draft.entries
    form = Form(one, actor, entries, concealed=concealed)
    return _drawn(request, form, record, draft=draft)


def again(request: Request, form: Form, record: Any, status: int) -> HttpResponse:
    """The form as it was sent, with what is wrong in it. Nothing that was typed is lost."""
    return _drawn(request, form, record, status=status)


def _drawn(request: Request, form: Form, record: Any, *, draft: Draft | None = None, status: int = 200) -> HttpResponse:
    asked_for = fragment(request)
    facts = _facts(request, form, record, draft)
    if asked_for == DIALOG:
        facts["body"] = render_to_string("pages/form/groups.html", facts, request)
        template = "pages/form/dialog.html"
    else:
        template = "pages/form.html"
    if asked_for == FORMED:
        template += "#formed"
    return render(request, template, facts, status=status)


def _facts(request: Request, form: Form, record: Any, draft: Draft | None) -> dict[str, Any]:
    one = form.action
    sums = sums_of(form, record)
    target = {"public_id": record.public_id} if record is not None else {}
    version = record.version if record is not None else None
    if draft is not None and draft.version is not None:
        version = draft.version
    return {
        "page": _page(request, one, record),
        "form": form,
        "url": reverse(f"do.{one.name}", kwargs=target or None),
        "draft_url": reverse("draft_of" if target else "draft", kwargs={"form": one.name, **target}),
        "preview_url": url(f"preview.{one.name}", **target),
        "paste_url": url(f"paste.{one.name}", **target) if form.grids else "",
        "version": version if one.partial or record is not None else None,
        "title": title_of(one, record),
        "clause": clause_facts(one.clause),
        "submit": one.label if not one.partial else _("Save"),
        "danger": one.danger,
        "draft": draft,
        "meta": _meta(record, draft),
        "actions": _actions(form, record, draft),
        "sums": sums,
        "beside": _beside(form, record),
        "multipart": any(each.kind is Kind.FILE for each in form.inputs),
        "size": "wide" if form.grids else "",
        "docked": True,
    }


def _beside(form: Form, record: Any) -> dict[str, str] | None:
    """The fragment that follows what is typed: its address, the fields that are sent, and what sets it off."""
    declared = form.page.beside if form.page is not None else None
    names = {one.name for one in form.inputs}
    if declared is None or not set(declared.fields) & names:
        return None
    fields = [f"#id_{name}" for name in declared.fields if name in names]
    besides = f"?besides={record.public_id}" if record is not None else ""
    typed = ", ".join(f"input delay:400ms from:{one}" for one in fields)
    return {"url": reverse(declared.route) + besides, "fields": ", ".join(fields), "typed": typed}


def title_of(one: Action, record: Any = None) -> Sentence:
    """What the form is called: "New order", "Confirm"."""
    pages = record_pages.get(one.model)
    declared = pages.form(one.name) if pages else None
    if declared is not None and declared.title and declared.action == one.name:
        return declared.title
    name = one.model._meta.verbose_name
    if one.makes:
        return _("New: %(record)s") % {"record": name}
    return _("%(action)s: %(record)s") % {"action": one.label, "record": record if record is not None else name}


def _page(request: Request, one: Action, record: Any) -> dict[str, Any]:
    crumbs = []
    if url := places.list_url(one.model):
        crumbs.append({"label": capfirst(str(one.model._meta.verbose_name_plural)), "url": url})
    if record is not None:
        crumbs.append({"label": str(record), "url": places.record_url(one.model, record.public_id)})
    return page_facts(title_of(one, record) if record is None else one.label, clause=one.clause, crumbs=crumbs)


def _meta(record: Any, draft: Draft | None) -> list[Any]:
    """The line under the title: what is kept, and since when."""
    said = _("Restored your draft of %(time)s") % {"time": formats.moment(draft.saved_at, brief=True)} if draft else ""
    return [format_html('<span data-sw-draft-state role="status"{}>{}</span>', _tone(bool(draft)), said)]


def _tone(restored: bool) -> Any:
    return format_html(' class="{}"', "sw-ok") if restored else ""


def _actions(form: Form, record: Record | None, draft: Draft | None) -> list[dict[str, Any]]:
    """Throw away, save, and what may follow at once; the one cinnabar button stands last."""
    one = form.action
    found: list[dict[str, Any]] = []
    back = places.record_url(one.model, record.public_id) if record is not None else places.list_url(one.model)
    if draft is not None:
        found.append({"label": _("Throw away"), "form": "sw-discard", "quiet": True})
    elif back:
        found.append({"label": _("Cancel"), "url": back, "quiet": True})
    after = following(one, form.actor)
    if after is None:
        label = _("Save") if one.makes or one.partial else one.label
        return [*found, {"label": label, "form": "sw-form", "key": "Ctrl+S", "primary": True, "phone": True}]
    kept = _("Save as draft") if is_draft(one) else _("Save")
    found.append({"label": kept, "form": "sw-form", "key": "Ctrl+S"})
    then = {"name": THEN, "value": after.name, "primary": True, "phone": True}
    return [*found, {"label": after.label, "form": "sw-form", **then}]
