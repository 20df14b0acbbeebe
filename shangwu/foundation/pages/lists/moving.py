"""Cards that people move between the lanes of a board: which lane takes which card, and the verb that brings it there.

Nothing moves by itself: a card that is dropped sends the record's own action, with the version that was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from shangwu.foundation.actions.registry import Action, actions
from shangwu.foundation.pages.addresses import pattern
from shangwu.foundation.pages.elements import Step
from shangwu.foundation.pages.lists.asked import BOARD, Asked
from shangwu.foundation.pages.lists.lanes import Lane, Part
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.markup import attribute, safe
from shangwu.foundation.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Way:
    """How a card comes to a lane."""

    part: Part
    action: Action
    step: Step

    @property
    def lane(self) -> str:
        """The lane's name in the page."""
        return self.part.pair[1]

    @property
    def asks(self) -> bool:
        """Whether the verb wants more than the lane says, so that its dialog is opened."""
        return self.action.needs_reason or bool(self.action.danger or self.action.input_names - set(self.step.inputs))

    def takes(self, actor: Actor, row: Any) -> bool:
        """Whether this person may bring that card here now."""
        return not self.part.holds(row) and self.action.offered_to(actor, row)


def ways(prepared: Prepared, asked: Asked, actor: Actor, lanes: Sequence[Lane]) -> list[Way]:
    """The ways to the lanes of this board for this person; none on a board that only shows."""
    board = prepared.page.board
    if board is None or board.by != asked.group or asked.look != BOARD:
        return []
    return [way for lane in lanes if (way := _way(prepared, actor, lane.part)) is not None]


def _way(prepared: Prepared, actor: Actor, part: Part) -> Way | None:
    assert prepared.page.board is not None
    step = prepared.page.board.step(part.value) if part.value is not None else None
    if step is None:
        return None
    action = actions[f"{prepared.pages.name}.{step.verb}"]
    is_offered = action.shown and not action.page and action.offered_to(actor, None)
    return Way(part, action, step) if is_offered else None


def attributes(lane: Lane, found: Sequence[Way]) -> SafeString:
    """What the script needs to know of a lane."""
    way = next((one for one in found if one.part is lane.part), None)
    if way is None:
        return safe("")
    told = {
        "data-sw-lane": way.lane,
        "data-sw-lane-label": str(lane.label),
        "data-sw-lane-do": pattern(f"do.{way.action.name}"),
        "data-sw-lane-inputs": urlencode(way.step.inputs),
        "data-sw-lane-asks": "yes" if way.asks else "",
    }
    return safe("".join(attribute(name, value) for name, value in told.items()))
