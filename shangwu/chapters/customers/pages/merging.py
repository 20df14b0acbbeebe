"""Pages of 2.5.1: files beside each other, field by field, made one; and the merges that were made."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.access import merges_customers, sets_terms
from shangwu.chapters.customers.actions.files import TERMS
from shangwu.chapters.customers.actions.merging import CHOSEN
from shangwu.chapters.customers.contact_merging import joined_since
from shangwu.chapters.customers.merging import default_source, value_of
from shangwu.chapters.customers.models import Contact, Customer, Merge, MergedFile
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.drawing import resolve
from shangwu.foundation.pages.kit import Group, Pages, Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.pages.related import names_for
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import hidden_fields

MOST = 6
"""Files beside each other."""

Pages(
    Merge,
    clause="2.5.1",
    columns=["customer", "state", "count", "until", "owner", "created_at"],
    filters=["state", "customer", "owner"],
    facts=[Group(gettext_lazy("Merge"), "customer", "count", "until", "created_at", "owner")],
    title=["customer"],
    empty=gettext_lazy("No files were merged yet. Likely duplicates are listed beside this."),
    icon="link",
    order=45,
)


def _files(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The files that went in: by name, since their own pages lead to the one that stayed."""
    assert isinstance(record, Merge)
    parts = MergedFile.objects.visible_to(actor).filter(merge=record).values_list("file_id", flat=True)
    files = Customer.objects.visible_to(actor, archived=True).filter(pk__in=list(parts)).order_by("pk")
    return {"files": [{"name": one.name, "number": one.number} for one in files], "persons": _persons(actor, record)}


def _persons(actor: Actor, merge: Merge) -> list[Contact]:
    """Contacts that become several when the files are taken apart."""
    if merge.state != Merge.State.DONE:
        return []
    with gate.free_reading():  # the files that went in are led to the one that stayed: who sees that, sees its persons
        found = list(joined_since(merge).values_list("pk", flat=True))
    return list(Contact.objects.visible_to(actor).filter(pk__in=found).order_by("pk"))


panel(Merge, Panel("files", gettext_lazy("Files that went in"), "customers/merged_files.html", _files, order=5))


def compare(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Files beside each other: choose whose value stays, field by field, then make them one."""
    actor = request.actor
    into = record_of(actor, Customer, public_id)
    if not merges_customers(actor, into):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    others, unknown = _others(request, into)
    if request.method == "POST" and others:
        try:
            _merge(request, into, others)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            return _drawn(request, into, others, said=refusal.sentence, status=refusal.status)
        return redirect("customers.customer.detail", public_id=into.public_id)
    return _drawn(request, into, others, said=_("There is no such file, or it is not yours to see.") if unknown else "")


def _others(request: Request, into: Customer) -> tuple[list[Customer], bool]:
    """The other files, named by public id or number; and whether one was not found."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("with")
    asked = list(dict.fromkeys(text.strip()[:40] for text in given if text.strip()))[: MOST - 1]
    found = []
    for text in asked:
        named = {"public_id": text} if _is_id(text) else {"number": text}
        one = Customer.objects.visible_to(request.actor).filter(**named).exclude(pk=into.pk).first()
        found += [one] if one is not None and one not in found else []
    return found, len(found) < len(asked)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _merge(request: Request, into: Customer, others: Sequence[Customer]) -> None:
    files = {str(one.public_id): one for one in (into, *others)}
    choices = [
        {"field": name, "file": files[source]}
        for name in _fields(request.actor, into)
        if (source := request.POST.get(f"of_{name}", "")) in files
    ]
    rows = [{"file": one, "version": version_in(request.POST.get(f"version_{one.public_id}"))} for one in others]
    act(
        request.actor,
        "customers.customer.merge",
        into,
        {"others": rows, "choices": choices},
        version=version_in(request.POST.get("version")),
        reason=request.POST.get("reason", "")[:2000],
        key=form_key(request),
    )


def version_in(text: str | None) -> int:
    """A version; one that is none matches nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _fields(actor: Actor, into: Customer) -> list[str]:
    hidden = hidden_fields(Customer, actor)
    free = [name for name in CHOSEN if name not in hidden]
    return free if sets_terms(actor, into) else [name for name in free if name not in TERMS]


def _drawn(
    request: Request, into: Customer, others: Sequence[Customer], *, said: str = "", status: int = 200
) -> HttpResponse:
    files = [into, *others]
    facts = {
        "page": frame.page_facts(_("Merge"), clause="2.5.1", crumbs=[{"label": str(into), "url": _url(into)}]),
        "into": into,
        "files": [_head(request.actor, one, files) for one in files],
        "rows": _rows(request, into, others) if others else [],
        "said": said,
        "reason": request.POST.get("reason", ""),
        "days": _days(),
    }
    return render(request, "customers/merge.html", facts, status=status)


def _days() -> int:
    from shangwu.foundation.policy.parameters import policy

    return int(policy("merge.undo"))


def _url(one: Customer) -> str:
    return reverse("customers.customer.detail", kwargs={"public_id": one.public_id})


def _head(actor: Actor, one: Customer, files: Sequence[Customer]) -> dict[str, Any]:
    """A file's column: what it is called, and the same page with this one as the file that stays."""
    others = "&".join(f"with={each.public_id}" for each in files if each is not one)
    return {
        "file": one,
        "url": _url(one),
        "keep_url": f"{reverse('customers.compare', kwargs={'public_id': one.public_id})}?{others}",
        "verified": formats.moment(one.verified_at, brief=True) if one.verified_at else "",
        "state": one.get_state_display(),
    }


def _rows(request: Request, into: Customer, others: Sequence[Customer]) -> list[dict[str, Any]]:
    """Fields in which the files differ come first to choose from; those in which all agree are left out."""
    actor, files = request.actor, [into, *others]
    columns = {name: resolve(Customer, name) for name in _fields(actor, into)}
    names = names_for(actor, list(columns.values()), files)
    rows = []
    for name, column in columns.items():
        values = [value_of(one, name) for one in files]
        if len({str(value) for value in values}) < 2:
            continue
        chosen = request.POST.get(f"of_{name}") or str(default_source(into, others, name).public_id)
        cells = [
            {"key": str(one.public_id), "html": column.html(one, names), "checked": str(one.public_id) == chosen}
            for one in files
        ]
        rows.append({"name": name, "label": column.label, "cells": cells})
    return rows


page(
    Route(
        "customers.compare", "customers/customers/<uuid:public_id>/merge/", compare, model=Customer,
        verb="customers.customer.merge", methods=("GET", "POST"), clause="2.5.1", sample={"public_id": "public_id"},
    )
)  # fmt: skip
