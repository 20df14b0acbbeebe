"""What a proposal changes and what that would have done: on its own page, on that of its request, and on paper."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties.replaying import OPEN_LATE
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.pages.related import Named, named
from shangwu.foundation.policy.judging import warning
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.policy.reading import restored
from shangwu.foundation.policy.saying import beside, said
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation import replaying, values
from shangwu.foundation.regulation.actions.proposals import CHANGE
from shangwu.foundation.regulation.models import Proof, Proposal

Facts = dict[str, Any]


def said_of(proposal: Proposal, raw: Any) -> str:
    """A value of the proposal's parameter, as people say it."""
    one = proposal.parameter
    return said(one, restored(one, raw)) if one else str(raw)


def range_of(one: Parameter) -> list[str]:
    """What it may be at least and at most; "" where there is no bound."""
    return [said(one, bound) if bound is not None else "" for bound in (one.least, one.most)]


def _change(actor: Actor, record: Record | None) -> Facts | None:
    """What holds, what is proposed, and what bounds and law say of it."""
    assert isinstance(record, Proposal)
    one = record.parameter
    if one is None:
        return None
    value = restored(one, record.value)
    return {
        "label": one.label,
        "former": said_of(record, record.former),
        "value": said_of(record, record.value),
        "lines": beside(one, restored(one, record.former), value),
        "warning": warning(one, value),
        "note": one.legal_note,
        "clamps": [clamp.note for clamp in one.clamps.values() if clamp.lawful(value) != value],
        "bounds": range_of(one),
        "touches_pay": one.touches_pay,
    }


def _sheet(actor: Actor, record: Record | None) -> Facts | None:
    """The sheet that was put to those who decide; for a draft, the one that would be put now."""
    assert isinstance(record, Proposal)
    one = record.parameter
    if one is None:
        return None
    if record.state == Proposal.State.DRAFT:
        former = values.value_on(one, record.effective_from)
        return sheet_of(actor, one, replayed(actor, one, former, restored(one, record.value)))
    return sheet_of(actor, one, record.sheet)


def replayed(actor: Actor, one: Parameter, former: Any, value: Any) -> list[Facts]:
    """The rows of a sheet that is made now."""
    return [line.as_row() for line in replaying.sheet(one, former, value, actor)]


def sheet_of(actor: Actor, one: Parameter, lines: Iterable[Mapping[str, Any]]) -> Facts:
    """A sheet as its template draws it. Records are named to those who see them; the others are counted."""
    rows = list(lines)
    names = _names(actor, [tuple(each) for line in rows for each in line.get("named", ())])
    return {
        "lines": [_drawn(line, names) for line in rows],
        "has_open": any(line["what"] == OPEN_LATE for line in rows),
        "can": replaying.can_replay(one.key),
        "why_not": replaying.why_nothing(one),
    }


def _drawn(line: Mapping[str, Any], names: Mapping[tuple[str, str], Named]) -> Facts:
    seen = [names[kind, key] for kind, key in line.get("named", ()) if (kind, key) in names]
    return {
        "said": _line(line), "before": _figure(line, "before"), "after": _figure(line, "after"), "named": seen,
        "more": line.get("changed", 0) - len(seen),
    }  # fmt: skip


def _figure(line: Mapping[str, Any], name: str) -> str:
    """A count, or an amount in the line's currency."""
    value, currency = line[name], line["params"].get("currency", "")
    if currency and isinstance(value, str):
        return formats.money(Decimal(value), currency)
    return formats.number(Decimal(value))


def _names(actor: Actor, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Named]:
    """Names of records that the reader sees, by type and public id."""
    keys: dict[str, list[str]] = defaultdict(list)
    for kind, key in wanted:
        keys[kind].append(key)
    return {
        (kind, one.public_id): one
        for kind, found in keys.items()
        for one in named(actor, apps.get_model(kind), Q(public_id__in=found)).values()
    }


def _line(line: Mapping[str, Any]) -> str:
    """A line in the reader's language; duties, kinds of requests and steps are called by their names."""
    params = dict(line["params"])
    if params.get("duty") in rules:
        params["duty"] = str(rules[params["duty"]].label)
    if params.get("kind") in kinds:
        params["kind"] = str(kinds[params["kind"]].label)
    if "step" in params:
        params["step"] = gettext(params["step"])
    return gettext(line["what"]) % params


def _proofs(actor: Actor, record: Record | None) -> Facts | None:
    """The proofs of 3.1.3, named and lacking; nothing where the parameter bears on neither pay nor discipline."""
    assert isinstance(record, Proposal)
    if not record.touches_pay:
        return None
    # A proof is a file of the proposal itself: who sees the one sees the other.
    proofs = record.proofs.visible_to(actor).joining(StoredFile).select_related("file")
    there = {one.kind: one.file for one in proofs}
    return {
        "proofs": [{"label": label, "file": there.get(kind)} for kind, label in Proof.Kind.choices],
        "lacking": [label for kind, label in Proof.Kind.choices if kind not in there],
        "files": files_on(record),
    }


Draw = Callable[[Actor, Record | None], Facts | None]


def _asked_about(draw: Draw) -> Draw:
    """The same on the page of the request by which a proposal is decided: who decides sees what they decide on."""

    def facts(actor: Actor, record: Record | None) -> Facts | None:
        if not isinstance(record, Request) or record.kind != CHANGE:
            return None
        found = Proposal.objects.visible_to(actor, archived=True).filter(public_id=record.subject_id).first()
        if found is None or (drawn := draw(actor, found)) is None:
            return None
        return {**drawn, "since": found.effective_from, "reason": found.reason}

    return facts


_CHANGES, _WOULD_HAVE = _("What changes"), _("What it would have changed in the last twelve months")
_ON_CHANGE, _ON_SHEET = "administration/proposal_change.html", "administration/proposal_sheet.html"
_ON_PROOFS = "administration/proposal_proofs.html"

panel(
    Proposal,
    Panel("change", _CHANGES, _ON_CHANGE, _change, order=5, on_paper=True),
    Panel("sheet", _WOULD_HAVE, _ON_SHEET, _sheet, order=6, on_paper=True),
    Panel("proofs", _("Proofs"), _ON_PROOFS, _proofs, order=7, clause="3.1.3"),
)
panel(
    Request,
    Panel("change", _CHANGES, _ON_CHANGE, _asked_about(_change), place="first", order=5, on_paper=True),
    Panel("sheet", _WOULD_HAVE, _ON_SHEET, _asked_about(_sheet), place="first", order=6, on_paper=True),
    Panel("proofs", _("Proofs"), _ON_PROOFS, _asked_about(_proofs), place="first", order=7, clause="3.1.3"),
)
