"""What a person keeps, type by type: the list that is handed over when they move or leave (3.4.3)."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.handing_over import handing_over
from shangwu.foundation.pages.panels import Panel
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def kept_by(person: Person, reader: Actor) -> list[dict[str, Any]]:
    """What `reader` sees of what `person` keeps: record type, how many, and the list where they are handed over.

    behind: how many of them belong to another department than the person's, as they do after a move.
    """
    elsewhere = ~Q(department=person.department_id)
    found = []
    for one in handing_over():
        pages = record_pages.get(one.model)
        kept = one.model.objects.visible_to(reader).filter(owner=person)
        asked = [("owner", str(person.public_id))]
        if one.source:
            kept = kept.filter(Q(**{"state__in": one.source}))
            asked += [("state", state) for state in sorted(one.source)]
        counts = kept.aggregate(count=Count("pk"), behind=Count("pk", filter=elsewhere))
        if pages and counts["count"]:
            url = f"{reverse(f'{pages.name}.list')}?{urlencode(asked)}"
            found.append({"name": capfirst(one.model._meta.verbose_name_plural), **counts, "url": url})
    return found


def _facts(actor: Actor, person: Record | None) -> dict[str, Any] | None:
    assert isinstance(person, Person)
    kept = kept_by(person, actor)
    if not kept:
        return None
    has_left = person.state == Person.State.LEFT
    behind = sum(one["behind"] for one in kept) if person.moved_on and not has_left else 0
    return {"kept": kept, "has_left": has_left, "behind": behind, "moved_on": person.moved_on}


HANDOVER = Panel(
    "handover", _("To hand over"), "administration/handover.html", _facts, place="side", order=20, clause="3.4.3"
)
