"""The bundle's index for people: one page without scripts, in the asker's language, that leads to each file."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.foundation.audit.models import Head
from shangwu.foundation.duties.states import LABELS, State
from shangwu.foundation.evidence.gathering import Gathered
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.evidence.periods import Span
from shangwu.foundation.pages import formats
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.texts import wording

_SETTLED = (State.DONE, State.LATE, State.MISSED)


def facts(
    bundle: Bundle, by: Actor, span: Span, found: Gathered, files: Mapping[str, bytes], head: Head | None, key: str
) -> dict[str, Any]:
    """What the page shows; the tables are read from the bundle's own files, so that both say the same."""
    duties = json.loads(files["duties.json"])
    entries = sorted(name for name in files if name.startswith("log/"))
    person = Person.objects.visible_to(by, archived=True).filter(pk=by.person_id or 0).first()
    return {
        "bundle": bundle,
        "title": wording(bundle.clause, by.language).title,
        "made_at": formats.moment(clock.now()),
        "made_for": person.name if person is not None else "",
        "as_of": formats.moment(span.as_of),
        "texts": [(name, files[f"text/{code}.txt"].decode().split("\n\n")) for code, name in _languages()],
        "parameters": json.loads(files["parameters.json"]),
        "rules": duties["rules"],
        "summary": _summary(duties["duties"]),
        "duties": [_duty(one) for one in duties["duties"]],
        "requests": [_request(one) for one in json.loads(files["approvals.json"])],
        "records": [_record(name, files) for name in sorted(files) if name.startswith("records/")],
        "entries": entries,
        "noted": [each for name in entries if (each := _noted(name, files)) is not None],
        "head": head,
        "key": key,
    }


def _languages() -> list[tuple[str, str]]:
    """Code and name of each language of the text, the reader's own first."""
    own = get_language()
    return sorted(((code, str(name)) for code, name in settings.LANGUAGES), key=lambda one: one[0] != own)


def _summary(duties: list[dict[str, Any]]) -> dict[str, Any]:
    """How many stand how, and how many of those that were due were kept."""
    counts = Counter(one["state"] for one in duties)
    settled = sum(counts[state] for state in _SETTLED)
    return {
        "states": [(LABELS[state], counts[state]) for state in State if counts[state]],
        "kept": counts[State.DONE],
        "settled": settled,
    }


def _duty(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one, "said": LABELS[State(one["state"])], "due": _moment(one["due_at"]), "done": _moment(one["done_at"]),
        "opened": _moment(one["opened_at"]), "is_bad": one["state"] in (State.LATE, State.MISSED),
        "log": [(position, _path(position)) for position in one.get("log", ())],
    }  # fmt: skip


def _noted(name: str, files: Mapping[str, bytes]) -> dict[str, Any] | None:
    """An entry as the log tells it to its readers; None for one that stands there in its own words."""
    told = json.loads(files[name])
    found = told.get("noted")
    return {**found, "position": told["position"], "path": name, "when": _moment(found["at"])} if found else None


def _path(position: int) -> str:
    return f"log/{position:012d}.json"


def _request(one: Mapping[str, Any]) -> dict[str, Any]:
    decisions = [{**each, "when": _moment(each["decided_at"])} for each in one["decisions"]]
    return {**one, "opened": _moment(one["opened_at"]), "decisions": decisions}


def _record(name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    told = json.loads(files[name])
    return {
        "path": name, "kind": told["kind"], "name": told["name"], "files": told["files"],
        "fields": [{**one, "said": _said(one.get("value"))} for one in told["fields"]],
        "history": [{**one, "when": _moment(one["at"]), "path": _path(one["position"])} for one in told["history"]],
    }  # fmt: skip


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("label") or value.get("number") or "")
    if isinstance(value, list):
        return _(", ").join(_said(one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _moment(text: str | None) -> str:
    found = parse_datetime(text) if text else None
    return formats.moment(found) if found is not None else ""
