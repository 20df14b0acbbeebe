"""What a person keeps, type by type: the list that is handed over when they move or leave (3.4.3)."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.handing_over import handing_over
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.administration.leaving import keeps_staff
from shangwu.foundation.pages.panels import Panel
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def kept_by(person: Person, reader: Actor) -> list[dict[str, Any]]:
    """What of what `person` keeps concerns `reader`: record type, how many, and the list where they are handed over.

    behind: how many of them belong to another department than the person's, as they do after a move. closed: how many
    more there are that the reader does not see, told only to those who keep the staff: they record who leaves, and
    nothing may be left behind because it is not theirs to open.
    """
    found = []
    keeps = bool(keeps_staff(reader, person))
    for one in handing_over():
        pages = record_pages.get(one.model)
        asked = [("owner", str(person.public_id)), *(("state", state) for state in sorted(one.source or ()))]
        counts = _counted(one, one.model.objects.visible_to(reader), person)
        if keeps:
            rows = one.model.objects.unscoped(reason="those who keep the staff are told how many, never which")
            every = _counted(one, rows.filter(archived_at__isnull=True), person)
            counts = {**counts, "behind": every["behind"], "closed": every["count"] - counts["count"]}
        if pages and (counts["count"] or counts.get("closed")):
            url = f"{reverse(f'{pages.name}.list')}?{urlencode(asked)}"
            found.append({"name": capfirst(one.model._meta.verbose_name_plural), "closed": 0, **counts, "url": url})
    return found


def _counted(one: Action, rows: Any, person: Person) -> dict[str, int]:
    """How many of these rows the person keeps, and how many of them belong to another department."""
    kept = rows.filter(owner=person, **({"state__in": one.source} if one.source else {}))
    elsewhere = Count("pk", filter=~Q(department=person.department_id))
    counts: dict[str, int] = kept.aggregate(count=Count("pk"), behind=elsewhere)
    return counts


def _facts(actor: Actor, person: Record | None) -> dict[str, Any] | None:
    assert isinstance(person, Person)
    kept = kept_by(person, actor)
    if not kept:
        return None
    has_left = person.state == Person.State.LEFT
    behind = sum(one["behind"] for one in kept) if person.moved_on and not has_left else 0
    return {
        "kept": kept,
        "has_left": has_left,
        "behind": behind,
        "moved_on": person.moved_on,
        "opens": any(one["count"] for one in kept),
        "closed": any(one["closed"] for one in kept),
    }


HANDOVER = Panel(
    "handover", _("To hand over"), "administration/handover.html", _facts, place="side", order=20, clause="3.4.3"
)
