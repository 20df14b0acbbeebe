"""Clause 2.5.1: several files of one customer are made one, by choice per field, and apart again if it was wrong."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import moving
from shangwu.chapters.customers.access import merges_customers, sets_terms
from shangwu.chapters.customers.actions.files import FILE, TERMS
from shangwu.chapters.customers.actions.requests import ERASES
from shangwu.chapters.customers.contact_merging import part_again
from shangwu.chapters.customers.merging import Joining, close, default_source, put_back, take_over, unite
from shangwu.chapters.customers.models import Customer, Merge, MergedFile, MovedReference, PersonalRequest
from shangwu.chapters.customers.protection import begin
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, newborn
from shangwu.foundation.actions.loading import Moved
from shangwu.foundation.actions.staleness import stale
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import by_pk
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.scopes import hidden_fields

CHOSEN = [name for name in (*FILE, *TERMS) if name != "duplicate_reason"]
"""Fields whose value is chosen."""


class Named(TypedDict):
    """A file that goes in."""

    file: Annotated[Customer, Ask(_("File"))]  # type: ignore[valid-type]  # the plugin reads notes on models itself


class Other(Named, total=False):
    """version: as it was seen; left out, nothing is compared."""

    version: Annotated[int, Ask(_("Version"))]


class Choice(TypedDict):
    """Whose value of a field is taken."""

    field: Annotated[str, Ask(_("Field"))]
    file: Annotated[Customer, Ask(_("Taken from"))]  # type: ignore[valid-type]  # as above


def joining(customers: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Joining:
    """The files that are to go into one, locked, and what refers to them. Refuses `many` targets in one run."""
    if len(customers) > 1:
        raise Refusal("many", _("Files are merged one customer at a time."))
    if not customers:
        return Joining()
    into, rows = customers[0], inputs[0]["others"]
    files = list(dict.fromkeys(row["file"] for row in rows))
    if not files or into in files:
        raise Refusal("alone", _("Choose another file that is to become a part of this one."))
    versions = {one.pk: one.version for one in by_pk(Customer, [one.pk for one in files], lock=True)}
    if any(versions[one.pk] != one.version for one in files):
        raise Moved
    for row in rows:
        if row.get("version") not in (None, row["file"].version):
            raise stale(row["file"], row["version"], {}, by)
    return Joining(files, moving.found([one.pk for one in files], into.pk))


def sweep(records: Sequence[Any], made: Sequence[Any], by: Actor) -> Iterable[type[models.Model]]:
    """What referred to the files that went in now refers to the one that stays."""
    rows = [one for one in made if isinstance(one, MovedReference)]
    return moving.move(rows[0].merge, rows, by) if rows else ()


@action(
    Customer, "merge", clause="2.5.1", label=_("Merge"), may=merges_customers, icon="link", needs_reason=True,
    prepare=joining, sweeps=sweep, page="customers.compare",
    danger=_("The other files become a part of this one. It can be undone for some days."),
)  # fmt: skip
def merge(
    customer: Customer,
    by: Actor,
    known: Joining,
    *,
    others: Annotated[list[Other], Ask(_("Files that go in"))],
    choices: Annotated[list[Choice], Ask(_("Whose value is taken"))] = [],  # noqa: B006 -- never changed
) -> list[models.Model]:
    """2.5.1: make several files of one customer one. All that refers to the others refers to this one from now on.

    Where nobody chooses, the value verified last is taken. Refuses `alone`, `stale`, `blacklisted`, `kinds`, `choice`,
    and `forbidden` where one of the files or the terms are not the actor's to change.
    """
    files = known.files
    for one in files:
        if not merges_customers(by, one):
            raise Refusal("forbidden", _("One of these files is another department's. Ask its head."))
        if one.state == Customer.State.BLACKLISTED != customer.state:
            raise Refusal("blacklisted", _("One of these is on the blacklist. Have it lifted, or merge into that one."))
        if (one.kind == Customer.Kind.PERSON) != (customer.kind == Customer.Kind.PERSON):
            raise Refusal("kinds", _("A company and a private person are not one customer. Leave them apart."))
    before = customer.version
    take_over(customer, _chosen(customer, files, choices or [], by))
    unite(customer, files, by.zone)
    for one in files:
        close(one, customer)
    return _as_rows(customer, by, known, before, choices or [])


def _chosen(customer: Customer, files: Sequence[Customer], choices: Sequence[Choice], by: Actor) -> dict[str, Customer]:
    """Field -> the file whose value is taken. Refuses `choice` for a field or a file that is not among them."""
    hidden = hidden_fields(Customer, by)
    names = [*CHOSEN, *(one.name for one in own.seen(Customer, by))]
    free = [name for name in names if name not in hidden]
    by_field = {row["field"]: row["file"] for row in choices}
    if unknown := [name for name in by_field if name not in free]:
        raise Refusal("choice", _("“%(field)s” is no field that is chosen here."), {"field": unknown[0]})
    if not set(by_field.values()) <= {customer, *files}:
        raise Refusal("choice", _("A value can only be taken from one of the files that are merged."))
    if not sets_terms(by, customer):
        if set(TERMS) & set(by_field):
            said = _("Credit and payment days are set by finance or the head. Leave them as they are.")
            raise Refusal("forbidden", said)
        free = [name for name in free if name not in TERMS]
    return {name: by_field.get(name) or default_source(customer, files, name) for name in free}


def _as_rows(
    customer: Customer, by: Actor, known: Joining, before: int, choices: Sequence[Choice]
) -> list[models.Model]:
    """The trace of the merge: what was put where, so that it can be put back."""
    made: Merge = newborn(Merge, by, customer.changed_at)
    made.customer, made.department_id, made.secrecy = customer, customer.department_id, customer.secrecy
    made.version_before, made.version_after = before, before + 1
    made.until = customer.changed_at.astimezone(by.zone).date() + datetime.timedelta(days=policy("merge.undo"))
    made.choices = {row["field"]: row["file"].pk for row in choices}
    parts: list[Any] = [MergedFile(merge=made, file=one, position=place) for place, one in enumerate(known.files, 1)]
    return [made, *parts, *_numbered(made, known.moved, 1)]


def _numbered(made: Merge, rows: Sequence[MovedReference], start: int) -> list[MovedReference]:
    for place, one in enumerate(rows, start):
        one.merge, one.position = made, place
    made.count += sum(len(one.keys) for one in rows)
    return list(rows)


class Past:
    """What the file that stayed held before and after a merge, from its history; and whether it was erased since."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        history: Any = history_models[Customer]
        wanted = {(one.customer_id, version) for one in merges for version in (one.version_before, one.version_after)}
        rows = history.objects.filter(
            pgh_obj_id__in={pk for pk, _version in wanted}, version__in={version for _pk, version in wanted}
        )
        self._rows = {(row["pgh_obj_id"], row["version"]): row for row in rows.order_by("-pgh_id").values()}
        erased = PersonalRequest.objects.filter(
            contact__customer__in=[one.customer_id for one in merges], covers_file=True, kind__in=ERASES,
            carried_out_at__isnull=False,
        )  # fmt: skip
        self._erased = set(erased.values_list("contact__customer", flat=True))

    def is_erased(self, one: Merge) -> bool:
        """Whether the files were a private person's and were blanked since."""
        return one.customer_id in self._erased

    def of(self, one: Merge, version: int) -> Mapping[str, Any]:
        """The columns at a version."""
        found: Mapping[str, Any] = self._rows.get((one.customer_id, version), {})
        return found


def past_of(merges: Sequence[Merge], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Past:
    """What taking apart needs to know."""
    return Past(merges)


def sweep_back(records: Sequence[Any], made: Sequence[Any], by: Actor) -> Iterable[type[models.Model]]:
    """What the merges moved goes back, as far as it still is where they put it; contacts that were made one across the
    files stand apart again."""
    return {model for one in records for model in moving.move_back(one, by) | part_again(one, by)}


@action(
    Merge, "take_apart", clause="2.5.1", label=_("Take apart"), may=merges_customers, source=Merge.State.DONE,
    target=Merge.State.APART, locks=["customer", "files.file"], reads=["moved"], prepare=past_of, sweeps=sweep_back,
    needs_reason=True, icon="arrow-back-up", primary=True, event="customers.merge.taken_apart",
    danger=_("The files come back with all that was theirs. What was changed since the merge stays as it is now."),
)  # fmt: skip
def take_apart(merge: Merge, by: Actor, past: Past) -> None:
    """2.5.1: undo a merge. Values and references that are still as the merge left them go back; a person who was
    entered at several of the files and made one contact since has an entry at each again.

    Refuses `too_late` when its days are over, `merged_again` when the file that stayed has gone into another since, and
    `erased` when the files of a private person were blanked: none of them comes back.
    """
    if past.is_erased(merge):
        raise Refusal("erased", _("These files were erased at the person's request, and stay so."))
    today = merge.changed_at.astimezone(by.zone).date()
    if today > merge.until:
        said = _("It could be taken apart until %(day)s. Open a new file and move there what belongs to it.")
        raise Refusal("too_late", said, {"day": merge.until})
    if merge.customer.merged_into_id is not None:
        raise Refusal("merged_again", _("The file has gone into another since. Take that merge apart first."))
    put_back(merge.customer, past.of(merge, merge.version_before), past.of(merge, merge.version_after))
    for part in merge.files.all():
        file = part.file
        file.merged_into_id = file.archived_at = None
        if file.owner_id is not None:
            begin(file, today, by.zone)


def late(merges: Sequence[Merge], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, list[MovedReference]]:
    """What has come to point to merged files since: entered by somebody who had the form open."""
    return {one.pk: moving.found([part.file_id for part in one.files.all()], one.customer_id) for one in merges}


@action(
    Merge, "gather", clause="2.5.1", label=_("Move what came later"), may=nobody, source=Merge.State.DONE,
    reads=["files", "moved"], prepare=late, sweeps=sweep, shown=False, icon="link",
)  # fmt: skip
def gather(merge: Merge, by: Actor, known: Mapping[int, list[MovedReference]]) -> list[MovedReference]:
    """2.5.1: what was entered for a merged file while it was being merged goes to the one that stays."""
    return _numbered(merge, known[merge.pk], len(merge.moved.all()) + 1)
