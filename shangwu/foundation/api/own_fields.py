"""Own fields over the API: together under `extra`, by their keys, sent and answered alike."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import Action
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

NAME = "extra"


def flattened(given: Mapping[str, Any], action: Action) -> dict[str, Any]:
    """Inputs as the door takes them: each own field by its name. Raises Refusal("invalid").

    What stands under `extra` and is no object stays there, for the door to refuse.
    """
    wrong: dict[str, list[Sentence]] = {
        name: [_("There is no such entry. Remove it.")] for name in given if own.is_own(name)
    }
    if wrong:
        raise Refusal("invalid", _("Some entries need your attention."), fields=wrong)
    inputs = dict(given)
    if action.takes_own and isinstance(inputs.get(NAME), dict):
        inputs |= {own.PREFIX + key: value for key, value in inputs.pop(NAME).items()}
    return inputs


def named(refusal: Refusal, action: Action) -> Refusal:
    """A refusal that calls own fields as the API does: `extra.visit_rhythm`."""
    refusal.fields = {_place(name): said for name, said in refusal.fields.items()}
    if action.takes_own and NAME in refusal.fields:
        refusal.fields[NAME] = [_("Give an object: own fields by their keys.")]
    if isinstance(fields := refusal.details.get("fields"), dict):
        refusal.details["fields"] = {_place(name): sides for name, sides in fields.items()}
    return refusal


def _place(name: str) -> str:
    return f"{NAME}.{name.removeprefix(own.PREFIX)}" if own.is_own(name) else name


def seen(model: type[models.Model], by: Actor, extra: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `extra` holds for this reader: own fields that there are, and are theirs to see."""
    held = extra or {}
    return {one.key: held[one.key] for one in own.seen(model, by) if one.key in held}
