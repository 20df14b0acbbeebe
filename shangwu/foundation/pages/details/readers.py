"""Who has read a secret record: a card for its owner, and for those who answer for secrets (3.4.2)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import holds, owns
from shangwu.foundation.audit.reading import FROM, How, readings
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.panels import Panel, panel_everywhere
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

WAYS: dict[How, Sentence] = {
    How.PAGE: _("opened its page"),
    How.PRINT: _("printed it"),
    How.FILE: _("took the file"),
    How.API: _("fetched it by the API"),
    How.EXPORT: _("exported it in a list"),
}

SHOWN = 20
"""So many of the latest readings stand on the page; the log holds all."""

answers_for_it = owns | holds(Role.HEAD, Role.SECRECY_OFFICER, Role.AUDITOR)


def facts_of(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The readings, the latest first; None for records that are no secret, and for those who do not answer for it."""
    if record is None or record.secrecy < FROM or not answers_for_it(actor, record):
        return None
    found = readings(record, SHOWN)
    names = Names()
    names.add(actor, Person, {one.person_id for one in found})
    lines = [
        {
            "who": names.of(Person, one.person_id).label,
            "how": WAYS[one.how],
            "when": formats.moment(one.at),
            "address": one.address or "",
        }
        for one in found
    ]
    return {"readings": lines}


panel_everywhere(
    Panel("readers", _("Read by"), "pages/detail/readers.html", facts_of, place="side", order=90, clause="3.4.2")
)
