"""The log as the auditor and the secrecy officer read it: who did, read, took out and signed in, newest first (3.4.2).

It tells verbs, persons and reasons, never values; a record is named to those alone who may see it.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.audit.reading import BEFORE, How
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.details.readers import WAYS
from shangwu.foundation.pages.forms.fields import pick
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.refusals import Sentence

READERS = frozenset({Role.AUDITOR, Role.SECRECY_OFFICER})
SIZE = 50

KINDS: dict[str, tuple[Sentence, Q]] = {
    "": (gettext_lazy("Everything"), Q()),
    "reading": (
        gettext_lazy("Secrets that were read"),
        Q(record_type__gte=BEFORE, record_type__lt=BEFORE[:-1] + "/"),
    ),
    "export": (gettext_lazy("Lists that were taken out"), Q(record_type="exchange.export")),
    "sign_in": (gettext_lazy("Sign-ins"), Q(record_type="people.account")),
}
"""What can be asked for: label, condition. The conditions are ranges of the index by record type."""

NOTES: dict[str, Sentence] = {
    "people.account.sign_in": gettext_lazy("Signed in"),
    "people.account.sign_out": gettext_lazy("Signed out"),
    "people.account.refuse_sign_in": gettext_lazy("Sign-in refused"),
    "people.account.connect": gettext_lazy("Company sign-in connected"),
    "people.account.change_password": gettext_lazy("Password changed"),
    "people.account.change_factors": gettext_lazy("Second factors changed"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the officer asks for. before: the entry behind which the page begins, for the older ones."""

    kind: str
    person: Person | None
    before: int | None

    def address(self, **other: Any) -> str:
        """The address of this question with some parts changed."""
        parts = {"kind": self.kind, "person": self.person.public_id if self.person else "", **other}
        return "?" + urlencode({name: value for name, value in parts.items() if value})


def show(request: Request) -> HttpResponse:
    """A page of the log."""
    one = _asked(request)
    found = list(_entries(one)[: SIZE + 1])
    names = _names(request, found[:SIZE])
    key, name = (str(one.person.public_id), one.person.name) if one.person else ("", "")
    said = {"id": "id_person", "label": _("Person"), "placeholder": _("Everybody")}
    facts = {
        "page": page_facts(_("Log"), clause="3.4.2"),
        "kinds": [
            {"label": label, "url": one.address(kind=kind), "current": kind == one.kind}
            for kind, (label, _condition) in KINDS.items()
        ],
        "kind": one.kind,
        "pick": pick(Person, "person", key, name, said),
        "lines": [_line(entry, names) for entry in found[:SIZE]],
        "older_url": one.address(before=found[SIZE - 1].pk) if len(found) > SIZE else "",
        "newest_url": one.address() if one.before else "",
    }
    return render(request, "administration/log.html", facts)


def _asked(request: Request) -> Asked:
    kind, before, key = (request.GET.get(name, "") for name in ("kind", "before", "person"))
    try:
        person = Person.objects.visible_to(request.actor, archived=True).filter(public_id=uuid.UUID(key)).first()
    except ValueError:
        person = None
    is_number = before.isascii() and before.isdigit() and len(before) < 19
    return Asked(kind if kind in KINDS else "", person, int(before) if is_number else None)


def _entries(one: Asked) -> "models.QuerySet[Entry]":
    rows = Entry.objects.filter(KINDS[one.kind][1]).order_by("-pk")
    if one.person is not None:
        rows = rows.filter(Q(person=one.person.pk))
    return rows.filter(pk__lt=one.before) if one.before else rows


def _names(request: Request, entries: list[Entry]) -> Names:
    """Names of persons and records, one query per record type that stands on the page."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for one in entries:
        wanted[Person] |= {key for key in (one.person_id, one.acting_for_id) if key is not None}
        model = _model_of(one)
        if model is not None and one.record_id is not None:
            wanted[model].add(one.record_id)
    names = Names()
    for model, keys in wanted.items():
        names.add(request.actor, model, keys)
    return names


def _model_of(entry: Entry) -> type[models.Model] | None:
    """The record type that an entry is about; None for notes about something else."""
    try:
        model = apps.get_model(entry.record_type.removeprefix(BEFORE))
    except (LookupError, ValueError):
        return None
    return model if model in scopes.declared() else None


def _line(entry: Entry, names: Names) -> dict[str, Any]:
    model = _model_of(entry)
    named = names.of(model, entry.record_id) if model is not None and entry.record_id is not None else None
    return {
        "number": entry.pk,
        "when": formats.moment(entry.at),
        "who": names.of(Person, entry.person_id).label if entry.person_id else _("The system"),
        "for": names.of(Person, entry.acting_for_id).label if entry.acting_for_id else "",
        "verb": _verb(entry),
        "clause": entry.clause,
        "kind": capfirst(str(model._meta.verbose_name)) if model is not None else "",
        "record": named.label if named else "",
        "url": named.url if named else "",
        "count": entry.count if entry.count > 1 else 0,
        "reason": "" if entry.record_type.startswith(BEFORE) else entry.reason,
        "address": entry.address or "",
    }


def _verb(entry: Entry) -> Sentence:
    """The deed in words."""
    if entry.record_type.startswith(BEFORE):
        return WAYS[How(entry.reason)]
    if entry.record_type == "exchange.export":
        return _("took the list out: %(record)s") % {"record": _kind_of(entry.verb.removesuffix(".export"))}
    known = actions.get(entry.verb)
    return known.label if known is not None else NOTES.get(entry.verb, entry.verb)


def _kind_of(name: str) -> Sentence:
    """What people call a kind of record; its public name where the program knows it no longer."""
    try:
        return str(apps.get_model(name)._meta.verbose_name)
    except (LookupError, ValueError):
        return name


page(
    Route(
        "log",
        "log/",
        show,
        reason="the officers' own page: verbs and persons; names of records pass the gate of each",
        clause="3.4.2",
        label=gettext_lazy("Log"),
        icon="history",
        roles=READERS,
    )
)
