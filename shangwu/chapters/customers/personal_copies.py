"""All that is kept of one person, as one file (2.5.1, PIPL 45): readable for people, exact for programs."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.erasing import COPY
from shangwu.chapters.customers.legal_bases import bases_of
from shangwu.chapters.customers.models import Complaint, Contact, Customer, Likeness, Merge, PersonalRequest
from shangwu.chapters.customers.strangers import kept_rows
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.records import gate, own
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

OF_THE_HOUSE = frozenset({"id", "entity", "department", "owner", "secrecy", "version", "extra", "created_by",
                          "changed_by", "search_text", "search_bigrams", "position"})  # fmt: skip
"""Columns that say nothing about the person."""

OF_OTHERS = frozenset({Contact, Customer, Likeness, Merge})
"""Records that point to a customer's file and are about other people, or name other files."""


def copy_of(contact: Contact, *, with_file: bool = False) -> dict[str, Any]:
    """What is kept of a person: fields with label and legal basis, consents, and every record that names the contact.

    with_file: the customer's file is this person's own, and belongs to it.
    The caller has the right to all of it (the secrecy officer answers for the person).
    """
    with gate.free_reading():
        copy: dict[str, Any] = {
            "what": _("All that is kept of you, by field, with the reason why we may"),
            "fields": _with_bases(contact),
            "entered_twice": [_with_bases(one) for one in contact.merged_contacts.order_by("pk")],
            "consents": [_as_told(one) for one in contact.consents.order_by("position")],
            "named_in": list(_naming(contact)),
        }
        if with_file:
            file = contact.customer
            copy["file"] = {
                "fields": _with_bases(file),
                "addresses": [_as_told(one) for one in file.addresses.order_by("position")],
                "named_in": list(_naming(file)),
            }
        return copy


def copy_for(asked: PersonalRequest) -> dict[str, Any]:
    """The same for who is no contact: their complaints with the letters, mail with them, what they have asked."""
    with gate.free_reading():
        return {
            "what": _("All that is kept of you, by field, with the reason why we may"),
            "kept_because": _("needed to answer your complaint (PIPL 13, 2 and 3)"),
            "named_in": [
                {
                    "kind": record_name(type(one)), "label": str(capfirst(one._meta.verbose_name)),
                    "fields": _as_told(one), "letters": _letters_of(one),
                }
                for one in kept_rows(asked)
            ],
        }  # fmt: skip


def _letters_of(record: Record) -> list[dict[str, Any]]:
    return [_as_told(one) for one in record.letters.order_by("position")] if isinstance(record, Complaint) else []


def _with_bases(record: Contact | Customer) -> list[dict[str, Any]]:
    bases = bases_of(type(record))
    return [
        {"field": name, "label": label, "value": value, "kept_because": str(bases[name]) if name in bases else ""}
        for name, label, value in _values(record)
    ]


def _values(record: models.Model) -> Iterable[tuple[str, str, Any]]:
    for one in record._meta.concrete_fields:
        value = getattr(record, one.attname)
        if one.name in OF_THE_HOUSE or value in (None, ""):
            continue
        told = str(getattr(record, one.name)) if one.is_relation else value
        yield one.name, str(capfirst(one.verbose_name)), told
    for each in own.fields_of(type(record)):
        if (value := getattr(record, each.name)) is not None:
            yield each.name, str(each.label), value


def _as_told(record: models.Model) -> dict[str, Any]:
    return {label: value for _name, label, value in _values(record)}


def _naming(record: Contact | Customer) -> Iterable[dict[str, Any]]:
    """Records of any room that point to the contact or file: what was said, orders, requests; other persons are not
    the asker's to read about."""
    for one in record._meta.get_fields(include_hidden=True):
        model: Any = one.related_model
        if not isinstance(one, models.ManyToOneRel) or not issubclass(model, Record):
            continue
        if model in OF_OTHERS:
            continue
        rows = model._default_manager.filter(**{one.field.name: record}).order_by("pk")
        for row in rows.iterator():
            told = {name: value for name, _label, value in _values(row)}
            yield {"kind": record_name(model), "label": str(capfirst(model._meta.verbose_name)), "fields": told}


def write(copy: dict[str, Any], path: Path) -> None:
    """Write a copy as JSON, UTF-8."""
    text = json.dumps(copy, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")


@job(COPY, title=gettext_lazy("Copy of personal data"))
def make_copy(running: Running, *, public_id: str) -> None:
    """Write the copy that a person asked for, as the job's result file. Safe to run twice: it only reads."""
    asked = PersonalRequest.objects.visible_to(running.by).filter(public_id=public_id).first()
    if asked is None:
        raise missing()
    copy = _copy_asked_for(asked, running)
    with tempfile.TemporaryDirectory(prefix="copy-") as folder:
        path = Path(folder) / "copy.json"
        write(copy, path)
        running.file(path, f"{asked.number}.json")


def _copy_asked_for(asked: PersonalRequest, running: Running) -> dict[str, Any]:
    if asked.contact_id is None:
        return copy_for(asked)
    contact = Contact.objects.visible_to(running.by, archived=True).filter(pk=asked.contact_id).first()
    if contact is None:
        raise missing()
    return copy_of(contact, with_file=asked.covers_file)
