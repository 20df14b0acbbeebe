"""Small answers beside the list: columns, a number in an id's place, the options of a reference picker."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.lists import columns, editors
from shangwu.foundation.pages.lists.search import has_search, matches
from shangwu.foundation.pages.lists.show import draw, opened
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

OPTIONS = 20


def add_filter(pages: RecordPages, request: Request) -> HttpResponse:
    """The menu of conditions that can be added, drawn when it is opened."""
    one = opened(pages, request)
    facts = {
        "bar": editors.bar(one.prepared, one.question, one.actor),
        "more": editors.more(one.prepared, one.question, one.actor),
        "base": reverse(f"{pages.name}.list"),
    }
    return render(request, "pages/lists/more.html", facts)


def choose_columns(pages: RecordPages, request: Request) -> HttpResponse:
    """GET: the menu. POST: keep the columns that the reader has ticked, in order; `reset` puts the page's own back."""
    before = opened(pages, request)
    if request.method == "GET":
        facts = columns.menu(before.prepared, request.actor, before.columns)
        facts["url"] = f"{reverse(f'{pages.name}.columns')}?{before.question.query()}"
        return render(request, "pages/lists/columns.html", facts)
    names = None if request.POST.get("reset") else request.POST.getlist("column")
    columns.keep(before.prepared, request.actor, before.view_key, names)
    del request._preferences  # type: ignore[attr-defined]
    after = opened(pages, request)
    if fragment(request):
        return draw(after, request)
    return redirect(reverse(f"{pages.name}.list") + after.question.address())


def by_number(pages: RecordPages, request: Request, number: str) -> HttpResponse:
    """A number in the id's place leads to the record, if the reader may see it."""
    rows: Any = pages.model.objects
    key = rows.visible_to(request.actor, archived=True).filter(number=number).values_list("public_id", flat=True)
    found = key.first() if "\0" not in number else None
    if found is None or pages.detail is None:
        raise missing()
    return HttpResponseRedirect(reverse(f"{pages.name}.detail", kwargs={"public_id": found}))


def pick(request: Request, record: str) -> HttpResponse:
    """Options of a reference picker: visible records of a type whose text holds `q`."""
    # What the house derives for itself, duties for one, has readers but is no record that a form could refer to.
    model = next((one for one in scopes.declared() if issubclass(one, Record) and record_name(one) == record), None)
    if model is None:
        raise missing()
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = options(request.actor, model, text)
    more = _("More were found; type further characters.") if len(found) > OPTIONS else ""
    return render(request, "pages/components/pick_options.html", {"options": found[:OPTIONS], "more": more})


def options(actor: Actor, model: Any, text: str) -> list[dict[str, str]]:
    """At most one more than `OPTIONS` records, newest first: value, label, code."""
    rows = model.objects.visible_to(actor)
    names = {field.name for field in model._meta.concrete_fields}
    if text and has_search(model):
        rows = rows.filter(matches(text)) if matches(text) is not None else rows
    elif text and "name" in names:
        rows = rows.filter(name__icontains=text)
    elif text:
        rows = rows.filter(number__istartswith=text)
    bulky = [name for name in ("search_text", "search_bigrams", "extra") if name in names]
    rows = rows.defer(*bulky).order_by("-pk")[: OPTIONS + 1]
    return [{"value": str(row.public_id), "label": str(row), "code": row.number or ""} for row in rows]
