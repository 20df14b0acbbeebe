"""Makes the file: gathers, proves, draws, lists and signs. The same state at the same moment makes the same bytes."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.evidence import verify
from shangwu.foundation.evidence.drawing import Drawn, name_of
from shangwu.foundation.evidence.gathering import Gathered, gather
from shangwu.foundation.evidence.index import facts
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.evidence.noting import note
from shangwu.foundation.evidence.periods import Span, span_of
from shangwu.foundation.evidence.proving import Known, known
from shangwu.foundation.evidence.signing import latest_head, paths_to, public_key, statement
from shangwu.foundation.evidence.telling import duties_told, parameters_told, requests_told
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.shipped import LANGUAGES
from shangwu.foundation.regulation.texts import clause_text, wording

Progress = Callable[[int, int, object], None]
Counts = dict[str, int]


def build(bundle: Bundle, by: Actor, progress: Progress) -> tuple[bytes, Counts]:
    """The bundle's bytes, and how much it holds. Raises Refusal `too_much`, `unsealed`, and what `progress` raises."""
    span = span_of(bundle.first, bundle.last, by)
    found = gather(by, bundle.clause, span)
    total = len(found.entries) + len(found.records)
    head = latest_head(list(found.entries))
    wanted = frozenset(found.records) | found.shut
    log = known(by, found.entries, wanted, lambda done: progress(done, total, _("Log entries")))
    note(by, log)
    files = _told(bundle, by, span, found, log)
    if head is not None and log.entries:
        for position, path in paths_to(head, list(log.entries)).items():
            files[f"log/{position:012d}.json"] = _json({**log.entries[position], "path": path})
    for done, (name, record) in enumerate(Drawn(by, found, log).files(), 1):
        files[name] = _json(record)
        progress(len(found.entries) + done, total, _("Records"))
    files["verify.py"] = Path(verify.__file__).read_bytes()
    files["index.html"] = render_to_string(
        "evidence/index.html", facts(bundle, by, span, found, files, head, public_key())
    ).encode()  # fmt: skip
    manifest = verify.canonical(
        {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    )
    files["manifest.json"] = manifest
    files["statement.json"] = statement(_about(bundle, by, span), head, manifest)
    counts = {
        "duties": len(found.duties), "records": len(found.records), "entries": len(log.entries),
        "position": head.position if head is not None else 0,
    }  # fmt: skip
    return verify.container(files), counts


def _told(bundle: Bundle, by: Actor, span: Span, found: Gathered, log: Known) -> dict[str, bytes]:
    files = {
        f"text/{language}.txt": _text(bundle.clause, language, span).encode()
        for language in LANGUAGES
    }  # fmt: skip
    files["parameters.json"] = _json(parameters_told(found))
    files["duties.json"] = _json(duties_told(by, bundle.clause, span, found, log))
    files["approvals.json"] = _json(requests_told(by, found))
    return files


def _text(code: str, language: str, span: Span) -> str:
    head = f"{code} {wording(code, language, span.last).title}"
    return "\n\n".join([head, *(one.plain for one in clause_text(code, language, span.last))]) + "\n"


def _about(bundle: Bundle, by: Actor, span: Span) -> dict[str, Any]:
    person = Person.objects.visible_to(by, archived=True).filter(pk=by.person_id or 0).first()
    return {
        "bundle": bundle.number,
        "clause": bundle.clause,
        "first": bundle.first.isoformat(),
        "last": bundle.last.isoformat(),
        "as_of": span.as_of.isoformat(),
        "made_at": clock.now().isoformat(),
        "made_for": {"name": name_of(person), "roles": sorted(by.roles)} if person is not None else None,
        "language": get_language(),
        "type": record_name(Bundle),
    }


def _json(value: Any) -> bytes:
    """Readable, and one form per value."""
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode() + b"\n"
