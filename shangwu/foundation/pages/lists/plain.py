"""Small answers beside the list: columns, a number in an id's place, the options of a reference picker."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Upper
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
from shangwu.foundation.records.scopes import hidden_fields

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
    """At most one more than `OPTIONS` records: value, label, code; `detail` is the code where the label is another.

    Those whose code or number begins with the text stand first, so that a whole code is found at once; behind them the
    others that hold it, newest first.
    """
    rows = model.objects.visible_to(actor)
    names = {field.name for field in model._meta.concrete_fields}
    rows = rows.defer(*(name for name in ("search_text", "search_bigrams", "extra") if name in names))
    keys = _keys(actor, model)
    found = list({row.pk: row for key in keys for row in _beginning(rows, key, text)}.values())[: OPTIONS + 1]
    if len(found) <= OPTIONS:
        others = _holding(rows, model, names, text).exclude(pk__in=[row.pk for row in found]).order_by("-pk")
        found += others[: OPTIONS + 1 - len(found)]
    return [_option(row, keys) for row in found]


def _keys(actor: Actor, model: Any) -> list[str]:
    """The fields by which people write a record: its own codes, its number. None that the reader may not see."""
    hidden = hidden_fields(model, actor)
    own = [name for name in getattr(model, "natural_keys", ()) if name != "name"]
    return [name for name in (*own, "number") if name not in hidden]


def _beginning(rows: Any, key: str, text: str) -> Any:
    """Records whose code or number begins with the text, in any case; the whole one first, being the shortest."""
    if not text:
        return ()
    given = text.upper()
    wanted = Q(**{f"{key}__startswith": given}) | Q(**{f"{key}__startswith": text})
    if key in getattr(rows.model, "caseless", ()):
        rows, wanted, key = rows.alias(in_capitals=Upper(key)), Q(in_capitals__startswith=given), "in_capitals"
    return rows.filter(wanted).order_by(key)[: OPTIONS + 1]


def _holding(rows: Any, model: Any, names: set[str], text: str) -> Any:
    """Records that hold the text; all where nothing is asked."""
    if not text:
        return rows
    if has_search(model):
        wanted = matches(text)
        return rows if wanted is None else rows.filter(wanted)
    return rows.filter(name__icontains=text) if "name" in names else rows.filter(number__istartswith=text)


def _option(row: Any, keys: list[str]) -> dict[str, str]:
    label, code = str(row), next((str(value) for key in keys if (value := getattr(row, key))), "")
    return {"value": str(row.public_id), "label": label, "code": code, "detail": "" if code in label else code}
