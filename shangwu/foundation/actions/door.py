"""The door's public names, for chapters: declare actions with these, and do them."""

from shangwu.foundation.actions.applying import enter_state, newborn
from shangwu.foundation.actions.classifying import classify
from shangwu.foundation.actions.events import Acted, Objected, on, subscribe
from shangwu.foundation.actions.handing_over import hand_over
from shangwu.foundation.actions.inputs import Ask
from shangwu.foundation.actions.registry import action, archive, create, edit, keep
from shangwu.foundation.actions.rows import Done, Outcome, Row
from shangwu.foundation.actions.runner import act, act_many
from shangwu.foundation.actions.trash import trash
from shangwu.foundation.actions.undo import undo
from shangwu.foundation.records.refusals import Refusal

__all__ = [
    "Acted",
    "Ask",
    "Done",
    "Objected",
    "Outcome",
    "Refusal",
    "Row",
    "act",
    "act_many",
    "action",
    "archive",
    "classify",
    "create",
    "edit",
    "enter_state",
    "hand_over",
    "keep",
    "newborn",
    "on",
    "subscribe",
    "trash",
    "undo",
]
