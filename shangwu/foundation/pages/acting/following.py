"""What may follow a creation at once: take the order and send it to review, with one button."""

from typing import Any

from shangwu.foundation.actions.registry import Action, actions_of
from shangwu.foundation.records.actors import Actor

THEN = "_then"
"""Name of the button that does the next action right after a creation."""


def following(one: Action, actor: Actor) -> Action | None:
    """The primary verb of the first state, when it asks for nothing; None when there is none."""
    model: Any = one.model
    if not one.makes or not hasattr(model, "state"):
        return None
    state = model._meta.get_field("state")
    first = one.target or state.default
    for each in actions_of(one.model):
        asks = each.needs_reason or any(asked.required for asked in each.inputs)
        if each.primary and each.source and first in each.source and not asks and each.may(actor, None):
            return each
    return None
