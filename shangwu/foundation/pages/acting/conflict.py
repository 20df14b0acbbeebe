"""Two people changed the same record: base, theirs and yours per field, and a choice. Nothing of either is lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.acting.answers import is_htmx
from shangwu.foundation.pages.acting.buttons import address
from shangwu.foundation.pages.acting.conflict_lists import part_conflicts, persons_conflict
from shangwu.foundation.pages.forms.entries import Entries, last, text_of, version_of
from shangwu.foundation.pages.forms.form import offered_inputs
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.refusals import Refusal


def answer(request: Request, one: Action, record: Any, entries: Entries, refusal: Refusal) -> HttpResponse:
    """409 with both versions: in the dialog for htmx, else as a page."""
    facts = _facts(request, one, record, entries, refusal)
    if not is_htmx(request):
        facts["page"] = page_facts(str(record), clause=one.clause)
        return render(request, "pages/form/conflict_page.html", facts, status=409)
    response = render(request, "pages/components/conflict.html", facts, status=409)
    response.headers["HX-Retarget"] = "#sw-dialog-body"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _facts(request: Request, one: Action, record: Any, entries: Entries, refusal: Refusal) -> dict[str, Any]:
    inputs = {each.name: each for each in offered_inputs(one, request.actor)}
    versions: Mapping[str, Mapping[str, Any]] = refusal.details["fields"]
    names = _names(request, inputs, versions, record)
    seen = version_of(request.POST) or 0
    fields = [
        _field(inputs[name], each, entries, names, request)
        for name, each in versions.items()
        if name in inputs and each["theirs"] != each["base"]
    ]
    fields += part_conflicts(request.actor, record, seen, tuple(inputs.values()), entries)
    asked = {field["name"] for field in fields}
    return {
        "fields": fields,
        "hidden": list(_hidden(entries, asked)),
        "theirs_by": names.of(Person, record.changed_by_id).label if record.changed_by_id else _("The system"),
        "theirs_at": formats.moment(record.changed_at, brief=True),
        "action": address(one, record),
        "version": refusal.details["version"],
    }


def _field(one: Input, versions: Mapping[str, Any], entries: Entries, names: Names, request: Request) -> dict[str, Any]:
    """One row of the choice. What only they changed is theirs unless the person says otherwise."""
    if one.kind is Kind.REFERENCES:
        return persons_conflict(request.actor, one, dict(versions), entries, names)
    zone = request.actor.zone
    yours = last(entries, one.name)
    theirs = _plain(one, versions["theirs"], names, zone)
    base = _plain(one, versions["base"], names, zone)
    return {
        "name": one.name,
        "label": one.label,
        "base": _shown(one, versions["base"], names, zone),
        "theirs": _shown(one, versions["theirs"], names, zone),
        "yours": _typed(one, entries, yours),
        "theirs_value": theirs,
        "yours_value": yours,
        "prefer": "theirs" if yours == base else "yours",
    }


def _plain(one: Input, value: Any, names: Names, zone: Any) -> str:
    """The value as its field would send it."""
    if one.kind is Kind.REFERENCE and one.model is not None and value is not None:
        return names.of(one.model, value).public_id
    return text_of(value, zone)


def _shown(one: Input, value: Any, names: Names, zone: Any) -> str:
    """The value as people read it."""
    if one.kind is Kind.REFERENCE and one.model is not None and value is not None:
        return names.of(one.model, value).label
    return _chosen(one, text_of(value, zone))


def _typed(one: Input, entries: Entries, text: str) -> str:
    return last(entries, f"{one.name}_text") or text if one.kind is Kind.REFERENCE else _chosen(one, text)


def _chosen(one: Input, text: str) -> str:
    return next((str(label) for value, label in one.choices if str(value) == text), text)


def _hidden(entries: Entries, asked: set[str]) -> Iterable[dict[str, str]]:
    """Everything else that was sent, to be sent again as it is."""
    for name, values in entries.items():
        if name not in asked and name.removesuffix("_text") not in asked:
            yield from ({"name": name, "value": value} for value in values)


def _names(
    request: Request, inputs: Mapping[str, Input], versions: Mapping[str, Mapping[str, Any]], record: Any
) -> Names:
    wanted: dict[type[models.Model], set[int]] = {Person: {record.changed_by_id}}
    for name, each in versions.items():
        one = inputs.get(name)
        if one is not None and one.kind is Kind.REFERENCE and one.model is not None:
            wanted.setdefault(one.model, set()).update({each["base"], each["theirs"]})
        elif one is not None and one.kind is Kind.REFERENCES and one.model is not None:
            wanted.setdefault(one.model, set()).update([*(each["base"] or ()), *(each["theirs"] or ())])
    names = Names()
    for model, keys in wanted.items():
        names.add(request.actor, model, keys)
    return names
