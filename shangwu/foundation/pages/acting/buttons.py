"""The buttons of a record: every registered verb that this person may do to it now, the next one in cinnabar."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from shangwu.foundation.actions.registry import Action, actions_of, record_name
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

TAKEN_KEYS = frozenset("acegjknpx")
"""Letters that mean something on every page or list."""

Button = dict[str, Any]

_PLAIN: Button = {
    "primary": False, "quiet": False, "phone": False, "key": "", "form": "", "method": "", "dialog": False,
    "disabled": "", "confirm": "", "verb": "",
}  # fmt: skip
"""Said of every button, as a template takes ten times as long over a key that is not there."""


def buttons(actor: Actor, record: Record, *, came_from: str = "") -> tuple[list[Button], list[Button]]:
    """(standing in the head, behind the dots). The one primary action stands last."""
    offered = [one for one in verbs(actor, record) if one.verb != "put_back" or not _has(record, "unarchive")]
    nexts = [one for one in offered if one.primary]
    head = [button(one, record, came_from) for one in offered if one.verb == "edit"]
    more = [button(one, record, came_from) for one in offered if one not in nexts and one.verb != "edit"]
    if len(more) == 1 and not more[0]["danger"]:
        head, more = [*more, *head], []
    if not nexts:
        return [{**one, "phone": True} for one in head], more
    head += [button(one, record, came_from) for one in nexts[1:]]
    first = {"primary": True, "phone": True, "key": _key(nexts[0])}
    return [*head, {**button(nexts[0], record, came_from), **first}], more


def verbs(actor: Actor, record: Record) -> Iterable[Action]:
    """What may be done to the record now, in the order of declaration."""
    return [one for one in actions_of(type(record)) if one.shown and not one.makes and one.offered_to(actor, record)]


def button(one: Action, record: Record, came_from: str = "") -> Button:
    """How an action is offered: an edit opens its form, one with entries a dialog, the others are done at once."""
    asks = bool(one.inputs) or one.needs_reason
    query = f"?{urlencode({'from': came_from})}" if came_from else ""
    found: Button = {
        **_PLAIN,
        "label": one.label,
        "icon": one.icon,
        "danger": bool(one.danger),
        "url": address(one, record) + query,
        "verb": one.verb,
    }
    if one.partial and one.verb == "edit":
        url = reverse(f"{record_name(one.model)}.edit", kwargs={"public_id": record.public_id}) + query
        return found | {"url": url, "key": "e"}
    if one.page:
        return found | {"url": reverse(one.page, kwargs={"public_id": record.public_id}) + query}
    if asks:
        return found | {"dialog": True}
    return found | {"method": "post", "confirm": one.danger}


def address(one: Action, record: Record | None = None) -> str:
    """Where the action is sent."""
    if one.makes or record is None:
        return reverse(f"do.{one.name}")
    return reverse(f"do.{one.name}", kwargs={"public_id": record.public_id})


def _key(one: Action) -> str:
    """A letter of the verb that nothing else claims."""
    return next((letter for letter in one.verb if letter.isalpha() and letter not in TAKEN_KEYS), "")


def _has(record: Record, verb: str) -> bool:
    return any(one.verb == verb for one in actions_of(type(record)))
