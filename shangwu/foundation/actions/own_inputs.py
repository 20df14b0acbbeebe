"""Own fields among the inputs of an action: the same kinds, bounds and validators as for a field of the model."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, of_column
from shangwu.foundation.records import clock, own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.own import Own
from shangwu.foundation.records.refusals import Refusal, Sentence

if TYPE_CHECKING:
    from shangwu.foundation.actions.registry import Action


def inputs_of(one: "Action", by: Actor) -> tuple[Input, ...]:
    """All inputs of an action for an actor of today: its own ones, and the own fields of what it makes or edits.

    Nothing is needed of the house itself, whose records come from events.
    """
    if not one.takes_own or not (fields := own.fields_of(one.model)):
        return one.inputs
    today = clock.today(by.zone)
    asked = [each for each in fields if each.is_kept_on(today) and each.is_kept_by(by)]
    return (*one.inputs, *(_input(each, _need(each, today, by), one.partial) for each in asked))


def _need(each: Own, today: datetime.date, by: Actor) -> bool:
    return each.is_needed_on(today) and not by.is_system


@lru_cache(maxsize=2000)
def _input(each: Own, needed: bool, partial: bool) -> Input:
    """Kept, because compiled models are looked up by their inputs' identity."""
    made = replace(of_column(each.column), required=needed)
    return made.optional if partial else made


def explained(
    refusal: Refusal, model: type[models.Model], by: Actor, inputs: Iterable[Input], given: Mapping[str, Any]
) -> Refusal:
    """The refusal, with the reason in place of "no such entry" where an own field was given that is not taken."""
    known = {one.name for one in inputs}
    for name in given:
        if own.is_own(name) and name not in known:
            refusal.fields[name] = [_why_not(model, name, by)]
    return refusal


def _why_not(model: type[models.Model], name: str, by: Actor) -> Sentence:
    each, today = own.named(model, name), clock.today(by.zone)
    if each is None or not each.is_seen_by(by):
        return _("There is no such own field. Leave it out.")
    if each.until is not None and each.until < today:
        return str(_("“%(field)s” was kept until %(day)s. Leave it out.")) % {"field": each.label, "day": each.until}
    if each.since is not None and today < each.since:
        said = str(_("“%(field)s” is kept from %(day)s on. Leave it out until then."))
        return said % {"field": each.label, "day": each.since}
    return str(_("“%(field)s” is not yours to change. Leave it out.")) % {"field": each.label}
