"""Who sees an import: its owner alone."""

from django.db.models import Q

from shangwu.foundation.access.predicates import owns, predicate
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.scopes import Arm


def _own(actor: Actor) -> list[Arm]:
    """Its uploader's alone, whoever else keeps the system.

    An import holds rows of business that an administrator has no sight of (separation of the three officers); what
    came in is met on the records themselves, and that it came stands in the log. A file is met on its record.
    """
    return [Arm("own", Q(owner=actor.person_id), ("owner",))] if actor.person_id else []


scopes.declare(Import, _own)
scopes.declare(StoredFile, _own)


@predicate
def brings_files(by: Actor, record: object) -> bool:
    """Any person: which records they may make is asked of the record type's own action."""
    return by.person_id is not None


@predicate
def is_at_work(by: Actor, record: object) -> bool:
    """Only the work itself tells how an import has ended: nobody claims it from a page or by the API."""
    return by.source is Source.IMPORT


brings_own = owns & brings_files
ends_own = owns & is_at_work
