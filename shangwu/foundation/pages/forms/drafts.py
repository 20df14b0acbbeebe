"""Drafts: what a person has typed and not sent, kept per form and record, so that going back loses nothing."""

import datetime
import uuid

from shangwu.foundation.pages.forms.entries import Entries
from shangwu.foundation.pages.models import Draft
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

KEPT = datetime.timedelta(days=30)
"""How long an unsent draft waits for its person."""


def keep(actor: Actor, form: str, target: uuid.UUID | None, entries: Entries, version: int | None) -> None:
    """Keep the entries of a form, in one statement. A nameless actor has no drafts."""
    if actor.person_id is None:
        return
    plain = {_plain(name): [_plain(value) for value in values] for name, values in entries.items()}
    draft = Draft(
        person_id=actor.person_id, form=form, target=target, entries=plain, version=version, saved_at=clock.now()
    )
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["person", "form", "target"],
        update_fields=["entries", "version", "saved_at"],
    )


def _plain(text: str) -> str:
    """Without the one character that the database has no place for."""
    return text.replace("\0", "")


def kept(actor: Actor, form: str, target: uuid.UUID | None = None) -> Draft | None:
    """What the person left unsent in this form."""
    return Draft.objects.filter(person=actor.person_id, form=form, target=target).first()


def forget(actor: Actor, form: str, target: uuid.UUID | None = None) -> None:
    """The form has been sent, or its draft thrown away."""
    Draft.objects.filter(person=actor.person_id, form=form, target=target).delete()


def clear() -> int:
    """Delete drafts that nobody has come back to for 30 days; for the daily job. Returns how many."""
    return Draft.objects.filter(saved_at__lt=clock.now() - KEPT).delete()[0]
