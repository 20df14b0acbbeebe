"""What the bundle's tables tell: parameters with their editions, duties with their states, requests with decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.board.drawing import note_of
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.states import state_of
from shangwu.foundation.duties.threads import deadline_of, standing_of, who_of
from shangwu.foundation.evidence.drawing import name_of, path_of
from shangwu.foundation.evidence.gathering import Gathered
from shangwu.foundation.evidence.periods import Span
from shangwu.foundation.evidence.proving import Known
from shangwu.foundation.evidence.sight import subject_of
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.policy.reading import stored
from shangwu.foundation.policy.saying import said
from shangwu.foundation.records.actors import Actor

Told = dict[str, Any]
_MOMENTS = ("opened_at", "due_at", "done_at", "waived_at", "cancelled_at")


def parameters_told(found: Gathered) -> list[Told]:
    """Each parameter with the values that it had in the period, and the proposal that gave each."""
    return [
        {
            "key": key, "label": str(parameters[key].label), "clause": parameters[key].clause,
            "legal_note": str(parameters[key].legal_note),
            "editions": [
                {
                    "from": each.since, "value": stored(each.value), "said": said(parameters[key], each.value),
                    "by": each.by,
                }
                for each in editions
            ],
        }
        for key, editions in found.editions.items()
    ]  # fmt: skip


def duties_told(by: Actor, clause: str, span: Span, found: Gathered, log: Known) -> Told:
    """The rules of the clause, and the duties of the period as they stood at its end.

    A duty whose record is shut to a reader of the log names the entries about that record instead, by their places.
    """
    names = names_of(by, (key for one in found.duties for key in _persons(one)))
    return {
        "as_of": _moment(span.as_of),
        "rules": [
            {
                "code": one.code, "label": str(one.label), "who": who_of(one), "deadline": deadline_of(one),
                "evidence": str(one.evidence), "connected": one.is_connected, "standing": standing_of(one),
            }
            for one in rules.values()
            if one.clause == clause
        ],
        "duties": [_duty(one, span, found, names) | _in_log(one, found, log) for one in found.duties],
    }  # fmt: skip


def _persons(one: Duty) -> Iterable[int | None]:
    return one.holder_id, one.acting_id, one.done_by_id, one.waived_by_id


def _duty(one: Duty, span: Span, found: Gathered, names: dict[int, str]) -> Told:
    times = {name: getattr(one, name) for name in _MOMENTS}
    subject = subject_of(one.subject_type, one.subject_id)
    record = found.records.get(subject) if subject is not None else None
    holder, acting, done_by, waived_by = (names.get(key or 0, "") for key in _persons(one))
    return {
        "rule": one.rule, "period": one.period, "state": state_of(**times, now=span.as_of).value,
        **{name: _moment(moment) for name, moment in times.items()},
        "holder": holder, "stands_in": acting, "done_by": done_by, "waived_by": waived_by, "basis": one.basis,
        "note": note_of(one), "record": path_of(subject, found.records) if subject is not None else "",
        "about": name_of(record) if record is not None else "",
    }  # fmt: skip


def _in_log(one: Duty, found: Gathered, log: Known) -> Told:
    subject = subject_of(one.subject_type, one.subject_id)
    if subject is None or subject not in found.shut:
        return {}
    return {"log": sorted({each["position"] for each in log.history.get(subject, ())})}


def requests_told(by: Actor, found: Gathered) -> list[Told]:
    """The requests about the records: what was asked, through which steps it went, and who decided what, when, why.

    What they are about is called as the records are, without a personal value.
    """
    called = {record.public_id: name_of(record) for record in found.records.values()}
    return [_request(by, one, found, called.get(one.subject_id, one.number or "")) for one in found.requests]


def _request(by: Actor, one: Request, found: Gathered, title: str) -> Told:
    tickets: list[Any] = list(one.tickets.all())
    people = (key for each in tickets for key in (each.person_id, each.decided_by_id, each.acting_for_id))
    names = names_of(by, [one.requester_id, *people])
    kind = kinds.get(one.kind)
    return {
        "record": path_of((Request, one.pk), found.records), "number": one.number, "kind": one.kind,
        "label": str(kind.label) if kind is not None else one.kind, "title": title, "state": one.state,
        "about": {"type": one.subject_type, "public_id": str(one.subject_id), "version": one.subject_version},
        "requester": names.get(one.requester_id or 0, ""), "opened_at": _moment(one.created_at),
        "closed_at": _moment(one.closed_at),
        "steps": [
            {"position": each.position, "name": each.name, "state": each.state}
            for each in one.steps.all()
        ],
        "decisions": [
            {
                "step": each.step, "round": each.round, "person": names.get(each.person_id, ""),
                "decision": each.state, "said": str(each.get_state_display()), "opinion": each.opinion,
                "asked_at": _moment(each.asked_at), "decided_at": _moment(each.decided_at),
                "decided_by": names.get(each.decided_by_id or 0, ""),
                "in_place_of": names.get(each.acting_for_id or 0, ""),
            }
            for each in tickets
        ],
    }  # fmt: skip


def names_of(by: Actor, keys: Iterable[int | None]) -> dict[int, str]:
    """The names of persons that the asker may know, by key; one query."""
    wanted = {key for key in keys if key is not None}
    names = Names()
    names.add(by, Person, wanted)
    return {key: names.of(Person, key).label for key in wanted}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
