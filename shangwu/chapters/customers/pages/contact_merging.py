"""Page of 2.5.1: two contacts of one customer beside each other, and what they become as one."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.contact_merging import FILLED, older_first
from shangwu.chapters.customers.models import Contact
from shangwu.chapters.customers.pages.merging import version_in
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.drawing import resolve
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.pages.related import names_for
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import hidden_fields


def entered_twice(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Choose the person's other contact, look at both, then make them one."""
    contact = record_of(request.actor, Contact, public_id)
    if not speaks_with_customer(request.actor, contact):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    others = _others(request.actor, contact)
    asked = (request.POST if request.method == "POST" else request.GET).get("with", "")
    other = next((one for one in others if str(one.public_id) == asked), None)
    if request.method == "POST" and other is not None:
        try:
            _merge(request, contact, other)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            fresh = record_of(request.actor, Contact, public_id)
            return _drawn(request, fresh, others, other, said=refusal.sentence, status=refusal.status)
        return redirect("customers.contact.detail", public_id=older_first(contact, other)[0].public_id)
    unknown = _("There is no such contact at this customer.") if asked and other is None else ""
    return _drawn(request, contact, others, other, said=unknown)


def _others(actor: Actor, contact: Contact) -> list[Contact]:
    """The customer's other contacts, those first who have something in common with this one."""

    def alike(one: Contact) -> int:
        return sum(getattr(one, name) == getattr(contact, name) != "" for name in ("name", "phone", "email"))

    rows = Contact.objects.visible_to(actor).filter(customer=contact.customer_id, erased_at__isnull=True)
    return sorted(rows.exclude(pk=contact.pk).order_by("pk"), key=alike, reverse=True)


def _merge(request: Request, contact: Contact, other: Contact) -> None:
    act(
        request.actor,
        "customers.contact.merge",
        contact,
        {"other": other, "other_version": version_in(request.POST.get("other_version"))},
        version=version_in(request.POST.get("version")),
        reason=request.POST.get("reason", "")[:2000],
        key=form_key(request),
    )


def _drawn(
    request: Request,
    contact: Contact,
    others: Sequence[Contact],
    other: Contact | None,
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    url = reverse("customers.contact.detail", kwargs={"public_id": contact.public_id})
    facts = {
        "page": frame.page_facts(_("Entered twice"), clause="2.5.1", crumbs=[{"label": str(contact), "url": url}]),
        "contact": contact,
        "others": others,
        "other": other,
        "said": said,
        "reason": request.POST.get("reason", ""),
    }
    if other is not None:
        kept, gone = older_first(contact, other)
        heads = [{"name": one.name, "entered": formats.moment(one.created_at, brief=True)} for one in (kept, gone)]
        facts |= {"heads": heads, "rows": _rows(request.actor, kept, gone)}
    return render(request, "customers/entered_twice.html", facts, status=status)


def _rows(actor: Actor, kept: Contact, gone: Contact) -> list[dict[str, Any]]:
    """Field by field what either says, and which of it stands afterwards; what neither tells is left out."""
    hidden = hidden_fields(Contact, actor)
    fields = ("name", *FILLED, *(one.name for one in own.fields_of(Contact)))
    columns = {name: resolve(Contact, name) for name in fields if name not in hidden}
    names = names_for(actor, list(columns.values()), [kept, gone])
    rows = []
    for name, column in columns.items():
        told = [getattr(one, name) not in (None, "", []) for one in (kept, gone)]
        if any(told):
            stands = [told[0], not told[0]]
            cells = [
                {"html": column.html(one, names), "stands": each}
                for one, each in zip((kept, gone), stands, strict=True)
            ]
            rows.append({"label": column.label, "cells": cells})
    return rows


page(
    Route(
        "customers.entered_twice", "customers/contacts/<uuid:public_id>/merge/", entered_twice, model=Contact,
        verb="customers.contact.merge", methods=("GET", "POST"), clause="2.5.1", sample={"public_id": "public_id"},
    )
)  # fmt: skip
