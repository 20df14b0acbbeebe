"""What may follow a creation at once: take the order and send it to review, with one button."""

from typing import Any

from shangwu.foundation.actions.registry import Action, actions_of
from shangwu.foundation.records.actors import Actor

THEN = "_then"
"""Name of the button that does the next action right after a creation."""

DRAFT = "draft"


def following(one: Action, actor: Actor) -> Action | None:
    """The verb that the creation declares to follow it, when this person may do it; None when there is none."""
    if not one.makes or not one.then:
        return None
    found = next(each for each in actions_of(one.model) if each.verb == one.then)
    return found if found.may(actor, None) else None


def first_state(one: Action) -> str | None:
    """The state that a record has when this creation is done; None for records without states."""
    model: Any = one.model
    if not any(field.name == "state" for field in model._meta.concrete_fields):
        return None
    return str(one.target or model._meta.get_field("state").default)


def is_draft(one: Action) -> bool:
    """Whether what is made is a draft, and "Save as draft" is what saving does."""
    return first_state(one) == DRAFT
