"""Clause 2.5.1: a person who was entered twice becomes one contact."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import moving
from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.actions.requests import masks
from shangwu.chapters.customers.contact_merging import ended, older_first, take_over
from shangwu.chapters.customers.models import Consent, Contact
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.actions.loading import Moved
from shangwu.foundation.actions.staleness import stale
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import by_pk

Known = Mapping[int, Sequence[Consent]]


def both(contacts: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """The `prepare`: the consents of each contact and of the one that is the same person, which is locked. Refuses
    `stale` where that one was seen otherwise."""
    others = {given["other"].pk: given["other"] for given in inputs if given.get("other") is not None}
    if any(one.version != others[one.pk].version for one in by_pk(Contact, sorted(others), lock=True)):
        raise Moved
    for given in inputs:
        if given.get("other_version") not in (None, given["other"].version):
            raise stale(given["other"], given["other_version"], {}, by)
    known: dict[int, list[Consent]] = {one.pk: [] for one in (*contacts, *others.values())}
    for row in Consent.objects.filter(contact__in=list(known)).order_by("position", "pk"):
        known[row.contact_id].append(row)
    return known


def sweep(records: Sequence[Any], made: Sequence[Any], by: Actor) -> Iterable[type[models.Model]]:
    """What referred to the contact that goes now refers to the one that stays, consents included."""
    touched: set[type[models.Model]] = set()
    for one in records:
        kept = one.merged_into or one
        gone = list(Contact.objects.filter(merged_into=kept.pk).values_list("pk", flat=True))
        consents = Consent.objects.filter(contact__in=[kept.pk, *gone])
        for purpose, way in ended(kept, consents.order_by("position", "pk")).items():
            standing = consents.filter(purpose=purpose, withdrawn_at__isnull=True)
            if standing.update(withdrawn_at=one.changed_at, withdrawn_way=way):
                touched.add(Consent)
        touched |= moving.take_along(Contact, gone, kept.pk, one.changed_at, by)
    return touched


@action(
    Contact, "merge", clause="2.5.1", label=_("Entered twice"), may=speaks_with_customer, icon="link",
    needs_reason=True, prepare=both, sweeps=sweep, page="customers.entered_twice",
    offered_when=lambda contact: contact.erased_at is None,
    danger=_(
        "The contact that was entered earlier stays, with all that was said, sent and ordered; the other goes to the "
        "archive. It can't be undone."
    ),
)  # fmt: skip
def merge(
    contact: Contact,
    by: Actor,
    known: Known,
    *,
    other: Annotated[Contact, Ask(_("The same person's other contact"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
    other_version: Annotated[int | None, Ask(_("Its version"), _("As it was seen; empty: not compared."))] = None,
) -> None:
    """2.5.1: two contacts of one customer are one person. The earlier one stays, whichever of the two is opened; where
    it says nothing, the other's value stands, and what was withdrawn under either is withdrawn.

    Refuses `same`, `customer` for another customer's contact, `erased`, and `stale` where either was changed since it
    was looked at.
    """
    if other.pk == contact.pk:
        raise Refusal("same", _("This is the contact itself. Choose the other one."))
    if other.customer_id != contact.customer_id:
        said = _("This contact belongs to another customer. Merge the customers first if they are one.")
        raise Refusal("customer", said, fields={"other": [said]})
    if contact.erased_at is not None or other.erased_at is not None:
        raise Refusal("erased", _("One of the two was erased at the person's request, and stays so."))
    kept, gone = older_first(contact, other)
    take_over(kept, gone, [*known[kept.pk], *known[gone.pk]])
    gone.archived_at = contact.changed_at


@action(
    Contact, "blank", clause="2.5.1", label=_("Blank the contact"), may=nobody, shown=False, archive_too=True,
)  # fmt: skip
def blank(contact: Contact, by: Actor) -> None:
    """2.5.1: what was entered twice goes with the person's data; only an erasure does this."""
    for name, none in masks().items():
        setattr(contact, name, none)
    contact.erased_at = contact.changed_at
