"""Why can I see this? Which arm of the scope holds, what the secrecy level does, what is kept from the reader."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.registry import actions_of
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.drawing import resolve
from shangwu.foundation.pages.forms.fields import pick
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record, Secrecy
from shangwu.foundation.records.refusals import Sentence

ASKS_ABOUT_OTHERS = frozenset({Role.HEAD, Role.EXECUTIVE, Role.ADMINISTRATOR, Role.AUDITOR, Role.SECRECY_OFFICER})
"""Who may ask why somebody else sees a record: it tells of that person's rights."""

ARMS: dict[str, Sentence] = {
    "all": gettext_lazy("A role sees every record of this kind."),
    "department": gettext_lazy("It belongs to a department that a role reaches."),
    "own": gettext_lazy("It belongs to this person, to one of their team, or to one they stand in for."),
    "shared": gettext_lazy("This person is named among those who work on it."),
    "open": gettext_lazy("It is open to everybody with such a role, as long as nobody owns it."),
}


def show(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The reasons, for the reader or (for those who oversee) another person."""
    record = record_of(request.actor, pages.model, public_id)
    asked = _person_asked(request)
    about = actor_of(asked) if asked is not None else request.actor
    facts = {
        "page": page_facts(_("Why is this shown?"), clause=pages.clause),
        "record": record,
        "about": asked.name if asked is not None else "",
        "sees": reasons(about, record),
        "blocks": blocks(about, record),
        "hidden": hidden_labels(about, record),
        "verbs": verbs(about, record),
        "roles": [str(Role(role).label) for role in sorted(about.roles)],
        "may_ask": request.actor.holds_any(ASKS_ABOUT_OTHERS),
        "pick": _picker(request, asked),
        "in_panel": fragment(request) == "sw-panel",
    }
    return render(request, "pages/detail/why_panel.html" if facts["in_panel"] else "pages/detail/why.html", facts)


def _person_asked(request: Request) -> Person | None:
    """The other person asked about; None for oneself and for who may not ask."""
    key = request.GET.get("person", "")
    if not key or not request.actor.holds_any(ASKS_ABOUT_OTHERS):
        return None
    try:
        return Person.objects.visible_to(request.actor).filter(public_id=uuid.UUID(key)).first()
    except ValueError:
        return None


def _picker(request: Request, asked: Person | None) -> str:
    said = {"id": "id_person", "label": _("Person"), "placeholder": _("Another person")}
    key, name = (str(asked.public_id), asked.name) if asked is not None else ("", "")
    return pick(Person, "person", key, name, said)


def reasons(about: Actor, record: Record) -> list[Sentence]:
    """The arms of the scope under which `about` sees the record; none when they don't."""
    found = []
    for arm, rows in type(record).objects.visible_arms(about, archived=True):
        if rows.filter(pk=record.pk).exists():
            found.append(ARMS.get(arm.name, arm.name))
    return found


def blocks(about: Actor, record: Record) -> list[Sentence]:
    """What keeps the record from them, whatever their roles."""
    found: list[Sentence] = []
    if record.secrecy > about.clearance:
        said = _("Its secrecy level is “%(level)s”; this person may read up to “%(clearance)s”.")
        found.append(said % {"level": Secrecy(record.secrecy).label, "clearance": Secrecy(about.clearance).label})
    if not scopes.arms(type(record), about):
        found.append(_("None of the roles reaches records of this kind."))
    return found


def hidden_labels(about: Actor, record: Record) -> list[str]:
    """Entries of the record that are kept from them."""
    model = type(record)
    return sorted(str(resolve(model, name).label) for name in scopes.hidden_fields(model, about))


def verbs(about: Actor, record: Record) -> list[dict[str, Sentence]]:
    """Every verb of the record: may it be done now, and if not, what is in the way."""
    found: list[dict[str, Sentence]] = []
    for one in actions_of(type(record)):
        if one.makes or not one.shown:
            continue
        if not one.may(about, record):
            found.append({"label": one.label, "mark": "waived", "why": _("not among the duties")})
        elif not one.fits(record):
            found.append({"label": one.label, "mark": "", "why": _("does not fit the state now")})
        else:
            found.append({"label": one.label, "mark": "done", "why": ""})
    return found
