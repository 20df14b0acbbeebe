"""What two contacts become when a person was entered twice (2.5.1). What either has withdrawn is withdrawn."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from shangwu.chapters.customers.models import Consent, Contact, Merge, Purpose
from shangwu.chapters.customers.moving import bring_back
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models

FILLED = ("post", "part", "phone", "email", "messenger", "birthday", "note")
"""Fields in which the contact that stays takes over what it says nothing of."""


def older_first(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """The contact that stays, which was entered earlier, and the one that goes."""
    first, second = sorted((one, other), key=lambda each: (each.created_at, each.pk))
    return first, second


def withdrawn(consents: Iterable[Consent]) -> dict[str, str]:
    """Purpose -> how it was withdrawn: those to which one contact has agreed once and agrees no longer."""
    given = list(consents)
    standing = {one.purpose for one in given if one.withdrawn_at is None}
    return {one.purpose: one.withdrawn_way for one in given if one.purpose not in standing}


def take_over(kept: Contact, gone: Contact, consents: Sequence[Consent]) -> None:
    """What the contact that stays becomes, and where the other goes. consents: of both."""
    for name in FILLED:
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.extra = {**gone.extra, **kept.extra}
    kept.is_main = kept.is_main or gone.is_main
    refused = [one.marketing_refused_at for one in (kept, gone) if one.marketing_refused_at is not None]
    kept.marketing_refused_at = min(refused, default=None)
    _agree(kept, gone, consents)
    gone.is_main, gone.merged_into = False, kept


def ended(kept: Contact, consents: Iterable[Consent]) -> dict[str, str]:
    """Purpose -> how it was withdrawn, under either of them; whoever refuses advertisements consents to none."""
    by_contact: dict[int, list[Consent]] = {}
    for one in consents:
        by_contact.setdefault(one.contact_id, []).append(one)
    found = {purpose: way for each in by_contact.values() for purpose, way in withdrawn(each).items()}
    if kept.marketing_refused_at is not None:
        found.setdefault(Purpose.MARKETING, "spoken")
    return found


def _agree(kept: Contact, gone: Contact, consents: Sequence[Consent]) -> None:
    """The whole of the consents in one word."""
    given = Contact.Consent
    over = ended(kept, consents)
    standing = any(one.withdrawn_at is None and one.purpose not in over for one in consents)
    asked = {kept.consent, gone.consent} != {given.NONE}
    kept.consent_text = kept.consent_text or gone.consent_text
    if asked:
        kept.consent = given.GIVEN if standing else given.WITHDRAWN
        kept.consent_at = max(one.consent_at for one in (kept, gone) if one.consent_at is not None)


def with_address(email: str) -> QuerySet[Contact]:
    """Who has this email: also by what was entered of them a second time, which leads to the contact that stays."""
    standing = Q(archived_at=None) | Q(merged_into__archived_at=None, merged_into__isnull=False)
    return Contact.objects.filter(standing, email__iexact=email)


def joined_since(merge: Merge) -> QuerySet[Contact]:
    """Who stands for contacts of several of these files: entered at more than one of them, and made one contact since
    the files are one."""
    moved = merge.moved.filter(table=Contact._meta.label_lower, column="customer_id")
    home = {key: row.file_id for row in moved for key in row.keys}
    pairs = Contact.objects.filter(customer=merge.customer_id, merged_into__isnull=False, erased_at__isnull=True)
    together = ((gone, kept) for gone, kept in pairs.values_list("pk", "merged_into") if kept is not None)
    found = {kept for gone, kept in together if home.get(gone) != home.get(kept)}
    return Contact.objects.filter(pk__in=found).order_by("pk")


def part_again(merge: Merge, by: Actor) -> set[type[models.Model]]:
    """When files were taken apart, who was made one contact across them has an entry at each again, with what was said,
    sent and agreed under it; the tables that were written.

    What one entry told the other stays there, and so does what was withdrawn. Who was erased since stays as they are.
    """
    touched: set[type[models.Model]] = set()
    here = [merge.customer_id, *(one.file_id for one in merge.files.all())]
    split = Contact.objects.filter(customer__in=here, merged_into__isnull=False, erased_at__isnull=True)
    split = split.exclude(customer=F("merged_into__customer"))
    # The last to be merged first: what had gone into it before goes with it, and is not split any more.
    while (gone := split.order_by("-archived_at", "pk").first()) is not None:
        kept = gone.merged_into_id
        assert kept is not None
        Contact.objects.filter(pk=gone.pk).update(
            merged_into=None, archived_at=None, is_main=_is_main_again(gone), version=F("version") + 1,
            changed_at=merge.changed_at, changed_by=by.person_id,
        )  # fmt: skip
        touched |= {Contact} | bring_back(Contact, gone.pk, kept, merge.changed_at, by)
    return touched


def _is_main_again(gone: Contact) -> bool:
    """Whether it was the main contact, and nobody else is."""
    history: Any = history_models[Contact]
    former = history._default_manager.filter(pgh_obj_id=gone.pk, merged_into__isnull=True).order_by("-pgh_id").first()
    others = Contact.objects.filter(customer=gone.customer_id, is_main=True, archived_at__isnull=True)
    return (gone.is_main or former.is_main) and not others.exists()
