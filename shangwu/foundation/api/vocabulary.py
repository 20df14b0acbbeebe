"""The public words of the API: what a token may be allowed, what a webhook may listen to."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

reading_scopes: set[str] = set()
"""What tokens can be allowed because of readings that belong to no record type (`readings`)."""


def record_types() -> list[type[Record]]:
    """The record types that the API serves: all that have a declared scope, by their public names."""
    found = [model for model in scopes.declared() if issubclass(model, Record)]
    return sorted(found, key=record_name)


def token_scopes() -> list[str]:
    """All that a token can be allowed: everything, one record type, one reading, or one action."""
    names = ["read", "write"]
    for model in record_types():
        names += [f"{record_name(model)}:read", f"{record_name(model)}:write"]
    return names + sorted(reading_scopes - set(names)) + sorted(registry.actions)


def events() -> list[str]:
    """All events that the house announces, `<chapter>.<record>.<past participle>`."""
    return sorted({one.event for one in registry.actions.values()})


def validate_scopes(text: str) -> None:
    """A model validator: known scopes, separated by spaces. Raises ValidationError naming the unknown ones."""
    _refuse_unknown(set(text.split()) - set(token_scopes()))


def validate_events(text: str) -> None:
    """A model validator: events separated by spaces; `sales.order.*` means all of a record type, `*` all."""
    known = set(events())
    families = {"*"} | {name.rpartition(".")[0] + ".*" for name in known}
    _refuse_unknown(set(text.split()) - known - families)


def _refuse_unknown(unknown: Iterable[str]) -> None:
    if unknown:
        said = _("Unknown: %(names)s. The reference of the API lists all names.")
        raise ValidationError(said, code="unknown", params={"names": ", ".join(sorted(unknown))})


def listens(patterns: str, event: str) -> bool:
    """Whether a subscription to `patterns` hears `event`."""
    family = event.rpartition(".")[0] + ".*"
    return not {"*", family, event}.isdisjoint(patterns.split())


def may_read(by: Actor, model: type[models.Model]) -> bool:
    """Whether the actor's token, if it is one, lets it read records of `model`."""
    return by.allowed is None or not by.allowed.isdisjoint({"read", f"{record_name(model)}:read"})


def require_reading(by: Actor, model: type[models.Model]) -> None:
    """Raise Refusal("forbidden") when the actor's token may not read `model`."""
    if not may_read(by, model):
        said = _("This token may not read %(record)s. Make one that is allowed “%(record)s:read”.")
        raise Refusal("forbidden", said, {"record": record_name(model)})
