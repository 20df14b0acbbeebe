"""What one file becomes when several are made one (2.5.1): whose value is taken, field by field."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangwu.chapters.customers.completeness import note_completeness
from shangwu.chapters.customers.models import Customer, MovedReference
from shangwu.chapters.customers.protection import protect
from shangwu.foundation.records import own

LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(slots=True)
class Joining:
    """What a merge needs: the files to go in, and what refers to them."""

    files: list[Customer] = field(default_factory=list)
    moved: list[MovedReference] = field(default_factory=list)


def value_of(file: Customer, name: str) -> Any:
    """A field's value as it is stored; of a reference its key, of an own field what is kept."""
    if own.is_own(name):
        return own.kept(file.extra, name)
    return getattr(file, Customer._meta.get_field(name).attname)  # type: ignore[union-attr]


def default_source(into: Customer, files: Sequence[Customer], name: str) -> Customer:
    """Whose value is taken unless somebody chooses: the one verified last; else that of the file that stays.

    A file that says nothing is passed over.
    """
    telling = [one for one in (into, *files) if value_of(one, name) not in (None, "", [], {})]

    def weight(one: Customer) -> Any:
        return one.verified_at is not None, one.verified_at or LONG_AGO, one is into, one.changed_at

    return max(telling, key=weight, default=into)


def take_over(into: Customer, chosen: Mapping[str, Customer]) -> None:
    """Put the chosen values on the file that stays, each with the day on which it was compared with the customer.

    All are read before the first is written.
    """
    values = {name: value_of(source, name) for name, source in chosen.items()}
    compared = {name: source.verified_fields.get(name) for name, source in chosen.items()}
    names = {name: (source.name_key, source.sort_key) for name, source in chosen.items() if name == "name"}
    for name, value in values.items():
        if own.is_own(name):
            own.put(into, name, value)
        else:
            setattr(into, Customer._meta.get_field(name).attname, value)  # type: ignore[union-attr]
    if "name" in names:
        into.name_key, into.sort_key = names["name"]
    told = {**into.verified_fields, **compared}
    into.verified_fields = {name: day for name, day in told.items() if day is not None}


def unite(into: Customer, files: Sequence[Customer], zone: datetime.tzinfo) -> None:
    """What needs no choice: who works on it, when it was spoken with last, since when it orders, own fields."""
    together = {pk for one in (into, *files) for pk in one.collaborators} | {one.owner_id for one in files}
    into.collaborators = sorted(pk for pk in together - {into.owner_id} if pk is not None)
    spoken = [one.last_contact_at for one in (into, *files) if one.last_contact_at is not None]
    into.last_contact_at = max(spoken, default=None)
    for one in files:
        into.extra = {**one.extra, **into.extra}
    ordering = [(one.won_at, one.pk, one) for one in (into, *files) if one.won_at]
    won = min(ordering)[2] if ordering else None
    if won is not None and won is not into:
        into.won_at, into.won_by_id = won.won_at, won.won_by_id
        # Who is on the blacklist stays there, whatever the other file had ordered: only the executive lifts it.
        if into.state not in (Customer.State.WON, Customer.State.DORMANT, Customer.State.BLACKLISTED):
            into.state = won.state
    note_completeness(into)
    protect(into, zone)


def close(file: Customer, into: Customer) -> None:
    """The file is now a part of another: it lies in the archive and leads there."""
    file.merged_into_id, file.archived_at = into.pk, into.changed_at
    file.protected_until = None


KEPT_AS_IS = frozenset({"id", "version", "changed_at", "changed_by_id", "archived_at", "protected_until"})


def put_back(into: Customer, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Give the file that stayed what the merge took from it, where nobody has changed it since; what was left."""
    left = []
    for name, value in before.items():
        if name in KEPT_AS_IS or name not in into.__dict__ or after.get(name) == value:
            continue
        if into.__dict__[name] == after.get(name):
            setattr(into, name, value)
        else:
            left.append(name)
    return left


def standing_files(keys: Iterable[int]) -> dict[int, int]:
    """File -> the file that it has become a part of, at the end of all merges; itself where it stands by itself."""
    found = {key: key for key in keys}
    merged = Customer.objects.filter(merged_into__isnull=False)
    while further := dict(merged.filter(pk__in=set(found.values())).values_list("pk", "merged_into")):
        found = {key: further.get(now) or now for key, now in found.items()}
    return found
