"""The filter bar: a chip for each condition that is set, and an editor for each question that may be asked."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import ON
from shangwu.foundation.pages.elements import Sort
from shangwu.foundation.pages.lists import periods
from shangwu.foundation.pages.lists.asked import Asked
from shangwu.foundation.pages.lists.conditions import ME, Condition, Question
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

Facts = dict[str, Any]


def bar(prepared: Prepared, question: Asked, actor: Actor) -> Facts:
    """What the filter bar draws: chips of what is set. What can be added comes when its menu is opened."""
    questions = [*prepared.questions_for(actor), *(one.question for one in question.conditions)]
    names = [name for one in questions for name in one.names]
    return {
        "chips": [_editor(one.question, one, question) for one in question.conditions],
        "carried": question.pairs(without=("q",)),
        "q": question.q,
        "clear_url": question.address(without=["view", "q", "archived", *names], more=[("view", "all")]),
        "day": question.on,
        "day_carried": question.pairs(without=(ON, "group", "look")),
        "last_day": clock.today(actor.zone) - datetime.timedelta(days=1),
        "archived": question.archived,
        "archive_url": question.address(without=("archived",), more=() if question.archived else [("archived", "yes")]),
    }


def more(prepared: Prepared, question: Asked, actor: Actor) -> list[Facts]:
    """Editors of the questions that are not asked yet."""
    asked_names = {one.question.name for one in question.conditions}
    return [_editor(one, None, question) for one in prepared.questions_for(actor) if one.name not in asked_names]


def _editor(one: Question, condition: Condition | None, question: Asked) -> Facts:
    """Everything that the editor of one question needs. `carried`: the other parts of the address."""
    values = _values(condition)
    facts: Facts = {
        "name": one.name,
        "id": one.name.replace(".", "-"),
        "label": one.label,
        "kind": one.sort.value,
        "set": condition is not None,
        "text": condition.text if condition else "",
        "carried": question.pairs(without=one.names),
        "clear_url": question.address(without=one.names),
        "negated": condition is not None and f"{one.name}.not" in condition.values,
        "empty": _empty(condition, one) if one.field.null or one.field.blank else None,
    }
    facts.update(_MADE[one.sort](one, condition, values))
    return facts


def _values(condition: Condition | None) -> list[str]:
    return [value for values in condition.values.values() for value in values] if condition else []


def _empty(condition: Condition | None, one: Question) -> str:
    return next(iter((condition.values if condition else {}).get(f"{one.name}.empty", ())), "")


def _choices(one: Question, _condition: Condition | None, values: Sequence[str]) -> Facts:
    return {"choices": [(str(key), label, str(key) in values) for key, label in one.field.flatchoices]}


def _references(one: Question, condition: Condition | None, values: Sequence[str]) -> Facts:
    chosen = list(condition.chosen) if condition else []
    if one.related is Person and ME not in values:
        chosen.append((ME, _("me")))
    return {
        "choices": [(value, label, value in values) for value, label in chosen],
        "pick_url": url("pick", record=record_name(one.related)),
    }


def _period(_one: Question, _condition: Condition | None, values: Sequence[str]) -> Facts:
    token = next(iter(values), "")
    since, dots, until = token.partition("..")
    spans = periods.offered()
    if token and not dots and token not in dict(spans) and (found := periods.span(token)):
        spans.append((token, found.text))
    return {
        "spans": [(key, label, key == token) for key, label in spans],
        "since": since if dots else "",
        "until": until if dots else "",
    }


def _range(_one: Question, _condition: Condition | None, values: Sequence[str]) -> Facts:
    token = next(iter(values), "")
    low, dots, high = token.partition("..")
    return {"since": low, "until": high if dots else low}


def _text(_one: Question, _condition: Condition | None, values: Sequence[str]) -> Facts:
    return {"value": next(iter(values), "")}


def _yes_no(_one: Question, _condition: Condition | None, values: Sequence[str]) -> Facts:
    return {"choices": [("yes", _("yes"), "yes" in values), ("no", _("no"), "no" in values)]}


_MADE = {
    Sort.CHOICE: _choices,
    Sort.REFERENCE: _references,
    Sort.PERSONS: _references,
    Sort.PERIOD: _period,
    Sort.RANGE: _range,
    Sort.TEXT: _text,
    Sort.YES_NO: _yes_no,
}
