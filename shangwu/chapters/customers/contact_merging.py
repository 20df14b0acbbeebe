"""What two contacts become when a person was entered twice (2.5.1). What either has withdrawn is withdrawn."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from shangwu.chapters.customers.models import Consent, Contact, Purpose

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
