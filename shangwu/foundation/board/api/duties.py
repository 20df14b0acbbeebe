"""Duties and their rules through the API: who has what to do by when, as the page of duties shows it."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api.cursors import opened, sealed
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.board.drawing import Drawn
from shangwu.foundation.board.panels import mine
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import OPEN, Duty
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.states import State
from shangwu.foundation.duties.threads import deadline_of, who_of
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

AFTER, WHOSE, RULE, STATE, SINCE, UNTIL = "after", "whose", "rule", "state", "since", "until"
MOST = 200
"""Duties of one answer."""
WHOSES = ("mine", "all")
STATES = ("open", "late", "done", "planned", "all")
_DAYS = {SINCE: Input(SINCE, Kind.DATE, _("Since")), UNTIL: Input(UNTIL, Kind.DATE, _("Until"))}
_DAY = datetime.timedelta(days=1)

Given = Mapping[str, str]


def duties(by: Actor, given: Given) -> dict[str, Any]:
    """The caller's duties, or all that they see, by deadline. Raises Refusal `invalid`, `cursor`."""
    now = clock.now()
    found = _asked(by, given, now).order_by(F("due_at").asc(nulls_last=True), "pk")
    question = repr(sorted((name, value) for name, value in given.items() if name != AFTER))
    if AFTER in given:
        due, key = opened(question, given[AFTER])
        found = found.filter(_behind(datetime.datetime.fromisoformat(due) if due else None, key))
    rows = list(found[: MOST + 1])
    more, rows = len(rows) > MOST, rows[:MOST]
    drawn = Drawn(by, rows, now)
    last = rows[-1] if more else None
    return {
        "as_of": now,
        "duties": [_told(one, drawn) for one in rows],
        AFTER: sealed(question, last.due_at.isoformat() if last.due_at else None, last.pk) if last else None,
    }


def _behind(due: datetime.datetime | None, key: int) -> Q:
    """What comes after a duty: those without a deadline stand last."""
    if due is None:
        return Q(due_at__isnull=True, pk__gt=key)
    return Q(due_at__gt=due) | Q(due_at=due, pk__gt=key) | Q(due_at__isnull=True)


def _asked(by: Actor, given: Given, now: datetime.datetime) -> "models.QuerySet[Duty]":
    """What a query asks for, of what the caller sees."""
    whose, state = _one_of(given, WHOSE, WHOSES, "mine"), _one_of(given, STATE, STATES, "open")
    found = seen_by(by) if whose == "all" else Duty.objects.filter(mine(by))
    if RULE in given:
        if given[RULE] not in rules:
            raise _wrong(RULE, _("There is no such duty. The reading of rules lists them; check the number."))
        found = found.filter(rule=given[RULE])
    days = {name: validated((one,), name, {name: given[name]})[name] for name, one in _DAYS.items() if name in given}
    if SINCE in days:
        found = found.filter(due_at__gte=_midnight(days[SINCE], by))
    if UNTIL in days:
        found = found.filter(due_at__lt=_midnight(days[UNTIL] + _DAY, by))
    conditions = {
        "open": OPEN & Q(opened_at__lte=now),
        "late": OPEN & Q(opened_at__lte=now, due_at__lt=now),
        "done": Q(done_at__lte=now),
        "planned": OPEN & Q(opened_at__gt=now),
        "all": Q(),
    }
    return found.filter(conditions[state])


def _one_of(given: Given, name: str, choices: tuple[str, ...], usual: str) -> str:
    if given.get(name, usual) not in choices:
        raise _wrong(name, _("Choose one of: %(choices)s."), choices)
    return given.get(name, usual)


def _wrong(name: str, said: Sentence, choices: tuple[str, ...] = ()) -> Refusal:
    sentence = str(said) % {"choices": ", ".join(choices)} if choices else said
    return Refusal("invalid", sentence, fields={name: [sentence]})


def _midnight(day: datetime.date, by: Actor) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), by.zone)


def _told(one: Duty, drawn: Drawn) -> dict[str, Any]:
    subject = drawn.subject(one)
    return {
        "duty": one.pk,
        "rule": one.rule,
        "clause": one.clause,
        "label": one.declared.label,
        "period": one.period,
        "subject_type": one.subject_type,
        "subject": subject.public_id or None,
        "subject_name": subject.label,
        "holder": _person(drawn, one.holder_id),
        "acting": _person(drawn, one.acting_id),
        "state": one.state_at(drawn.moment).value,
        "opened_at": one.opened_at,
        "due_at": one.due_at,
        "done_at": one.done_at,
        "waived_at": one.waived_at,
        "waived_because": one.waived_because,
    }


def _person(drawn: Drawn, key: int | None) -> dict[str, Any] | None:
    if key is None:
        return None
    found = drawn.names.of(Person, key)
    return {"public_id": found.public_id or None, "name": found.label}


def all_rules(by: Actor, given: Given) -> dict[str, Any]:
    """Every duty of the regulation: who, by when, and what proves it. Open to everybody, as the regulation is."""
    return {"rules": [_rule(one) for one in rules.values()]}


def _rule(one: Rule) -> dict[str, Any]:
    return {
        "code": one.code,
        "clause": one.clause,
        "label": one.label,
        "who": who_of(one),
        "deadline": deadline_of(one),
        "parameters": list(one.keys),
        "evidence": one.evidence,
        "every": one.every or None,
        "action": one.does or None,
        "blocks": one.blocks or None,
        "connected": one.is_connected,
    }


TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": ["string", "null"]}
KEY: Schema = {"type": ["string", "null"], "format": "uuid"}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
PERSON: Schema = {"type": ["object", "null"], "properties": {"public_id": KEY, "name": TEXT}}
DUTY: Schema = {
    "type": "object",
    "properties": {
        "duty": {"type": "integer", "description": "What names it where a waiver of it is asked for."},
        "rule": {**TEXT, "description": "The number of its rule."},
        "clause": TEXT,
        "label": TEXT,
        "period": TEXT,
        "subject_type": {**TEXT, "description": "The type of the record that it is about; a department's as well."},
        "subject": {**KEY, "description": "The record's public id; null when the caller may not see it."},
        "subject_name": TEXT,
        "holder": PERSON,
        "acting": {**PERSON, "description": "Who stands in while the holder is away."},
        "state": {**TEXT, "enum": [one.value for one in State]},
        "opened_at": MOMENT,
        "due_at": {**MOMENT, "description": "Null while the calendar of its year is not known."},
        "done_at": MOMENT,
        "waived_at": MOMENT,
        "waived_because": TEXT,
    },
}
RULE_SHAPE: Schema = {
    "type": "object",
    "properties": {
        "code": TEXT,
        "clause": TEXT,
        "label": TEXT,
        "who": TEXT,
        "deadline": {**TEXT, "description": "Its parameters with their values of today."},
        "parameters": {"type": "array", "items": TEXT},
        "evidence": TEXT,
        "every": {**NAME, "description": "How often it comes round, or the parameter that says so."},
        "action": {**NAME, "description": "The action that makes the evidence."},
        "blocks": {**NAME, "description": "The action that is refused while it is not done."},
        "connected": {"type": "boolean", "description": "Whether anything in the house can prove it."},
    },
}

reading(
    Reading(
        "duties",
        "duties/",
        duties,
        "duties:read",
        _("Duties"),
        "The caller's own duties, or all that they may see, by their deadlines; at most 200 at once.",
        {
            "type": "object",
            "properties": {
                "as_of": {"type": "string", "format": "date-time"},
                "duties": {"type": "array", "items": DUTY},
                AFTER: {**NAME, "description": "Cursor of the next page; null on the last."},
            },
        },
        asks={
            WHOSE: {"type": "string", "enum": list(WHOSES), "default": "mine"},
            RULE: {"type": "string", "description": "Only of this rule, by its number."},
            STATE: {"type": "string", "enum": list(STATES), "default": "open"},
            SINCE: {"type": "string", "format": "date", "description": "Due on this day or later."},
            UNTIL: {"type": "string", "format": "date", "description": "Due up to this day."},
            AFTER: {"type": "string", "description": "The cursor of the page before."},
        },
    )
)
reading(
    Reading(
        "duties.rules",
        "duties/rules/",
        all_rules,
        "duties:read",
        _("Rules of duties"),
        "Every duty that the regulation asks for: who has it, by when, what proves it, and whether anything can.",
        {"type": "object", "properties": {"rules": {"type": "array", "items": RULE_SHAPE}}},
    )
)
