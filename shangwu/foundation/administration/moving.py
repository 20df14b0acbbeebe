"""Who changes department or post: the place is new at once, rights of the former place end, work is handed over."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.foundation.access.predicates import holds
from shangwu.foundation.actions.door import Acted, Ask, Refusal, Row, act_many, action, on
from shangwu.foundation.actions.former import Former, former_of
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Department, Person, Post, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source, system
from shangwu.foundation.records.clock import today

STAYED = gettext_noop(
    "%(person)s was put into %(department)s and holds no more roles for %(former)s: %(roles)s. "
    "Give anew what is needed."
)
BACK = gettext_noop("%(person)s is back in %(department)s and holds these roles again: %(roles)s.")
MOVED = gettext_noop("%(person)s moved to %(department)s on %(day)s. Hand over what stays behind: their page lists it.")


@action(
    Person, "move", clause="3.4.3", label=_("Record a move"), may=holds(Role.HUMAN_RESOURCES, Role.ADMINISTRATOR),
    icon="arrows-exchange",
    danger=_("Roles for other departments end the day before. What they own there must be handed over."),
)  # fmt: skip
def move(
    person: Person,
    by: Actor,
    *,
    department: Annotated[Department, Ask(_("New department"))],  # type: ignore[valid-type]
    post: Annotated[Post | None, Ask(_("New post"), help=_("Empty: no post yet."))] = None,
    superior: Annotated[Person | None, Ask(_("New superior"), help=_("Empty: nobody."))] = None,
    moved_on: Annotated[datetime.date, Ask(_("First day there"))],
    end_all_roles: Annotated[bool, Ask(_("End roles for the whole company too"))] = False,
) -> None:
    """Record that a person works in another department or post from a day on (3.4.3).

    Roles that reach another department than the new one end the day before, those not begun by then are archived; roles
    for the whole company stay unless `end_all_roles` says otherwise. What the person keeps stays in its department and
    is listed to be handed over. Refuses `left`, `no_move` where nothing changes, a day before joining or after today,
    a post of another department, and a superior who has left.
    """
    if person.state == Person.State.LEFT:
        raise Refusal("left", _("This person has left and moves nowhere."))
    place = (department.pk, post.pk if post else None)
    if place == (person.department_id, person.post_id):
        raise Refusal("no_move", _("This is where the person works already. Choose another department or post."))
    if post is not None and post.department_id not in (None, department.pk):
        raise Refusal("invalid", _("This post is of another department. Choose one of the new."), fields={"post": []})
    if superior is not None and superior.state == Person.State.LEFT:
        raise Refusal("invalid", _("This person has left. Choose someone at work."), fields={"superior": []})
    _require_day(person, by, moved_on)
    person.department, person.post, person.superior, person.moved_on = department, post, superior, moved_on


def _require_day(person: Person, by: Actor, moved_on: datetime.date) -> None:
    """A move holds from the moment it is recorded: rights follow a person's place, which has no dates of its own."""
    if moved_on > today(by.zone):
        raise Refusal("invalid", _("A move is recorded on its first day or later."), fields={"moved_on": []})
    if person.joined_on and moved_on < person.joined_on:
        raise Refusal("invalid", _("The move lies before the day of joining. Correct it."), fields={"moved_on": []})


@on("people.person.moved")
def end_roles(acted: Acted) -> None:
    """3.4.2: nobody keeps the rights of a place where they no longer work."""
    for person, given in zip(acted.records, acted.inputs, strict=True):
        assert isinstance(person, Person)
        held = RoleAssignment.objects.filter(person=person, archived_at__isnull=True)
        if not given.get("end_all_roles"):
            held = held.filter(reaches__isnull=False)
        end_from(held.exclude(reaches=person.department_id), given["moved_on"], acted.by)


@on("people.person.edited")
@on("people.person.undoed")
def end_roles_left_behind(acted: Acted) -> None:
    """3.4.2: who is put right into another department keeps no right of the former one either, and all are told.

    It is known when it is entered, so the roles end the day before. Those for other departments and for the whole
    company stay: nobody has said that they were wrong.
    """
    for person, changed in zip(acted.records, acted.changes, strict=True):
        assert isinstance(person, Person)
        former = changed.get("department_id", (None, None))[0]
        if former is None:
            continue
        held = RoleAssignment.objects.filter(person=person, archived_at__isnull=True, reaches=former)
        if ended := end_from(held, today(acted.by.zone), acted.by):
            places = Department.objects.in_bulk([former, person.department_id or 0])
            said = {
                "person": person.name,
                "department": places.get(person.department_id or 0, "—"),
                "former": places[former],
                "roles": ", ".join(str(one.get_role_display()) for one in ended),
            }
            notify([acted.by.person_id, person.pk, person.superior_id], STAYED, said, about=person)


def end_from(held: QuerySet[Any], day: datetime.date, cause: Actor) -> list[Any]:
    """Let these roles or delegations end the day before; those not begun by then are archived. Answers all of them.

    cause: who moved the person, or recorded their leaving; the log ties what follows to their deed, so that undoing it
    finds it.
    """
    running = list(held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lt=day).order_by("pk"))
    ahead = list(held.filter(starts_on__gte=day).order_by("pk"))
    last = {"ends_on": day - datetime.timedelta(days=1)}
    name = record_name(held.model)
    _all(f"{name}.edit", [Row(last, target=one) for one in running], cause)
    _all(f"{name}.archive", [Row(target=one) for one in ahead], cause)
    return [*running, *ahead]


def former_places(persons: Sequence[Person], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, int | None]:
    """Person -> the department where they were before this."""
    return {one.pk: one.department_id for one in persons}


def note_place(person: Person, by: Actor, former: Mapping[int, int | None]) -> None:
    """Whoever is put into another department has moved: their page lists what stays behind."""
    if former.get(person.pk) not in (None, person.department_id):
        person.moved_on = today(by.zone)


def _all(verb: str, rows: list[Row], cause: Actor) -> None:
    if rows:
        act_many(replace(system(Source.EVENT), request_id=cause.request_id), verb, rows, whole=True)


@on("people.person.undoed")
def reopen_roles(acted: Acted) -> None:
    """3.4.2: who is put back where they were has the roles again that the edit had ended, as they stood before it.

    A role that somebody has changed since stays as it is: they have decided about it. All are told.
    """
    for person, changed, given in zip(acted.records, acted.changes, acted.inputs, strict=True):
        assert isinstance(person, Person)
        if "department_id" not in changed or not (back := _roles_ended_by(given["entry"], acted.entry_id, person)):
            continue
        running = [
            Row({"ends_on": former.values["ends_on"]}, one) for one, former in back if "ends_on" in former.values
        ]
        ahead = [Row(target=one) for one, former in back if "archived_at" in former.values]
        _all("people.roleassignment.edit", running, acted.by)
        _all("people.roleassignment.unarchive", ahead, acted.by)
        said = {
            "person": person.name,
            "department": person.department or "—",
            "roles": ", ".join(str(one.get_role_display()) for one, _former in back),
        }
        notify([acted.by.person_id, person.pk, person.superior_id], BACK, said, about=person)


def _roles_ended_by(entry: int, undone_by: int, person: Person) -> list[tuple[RoleAssignment, Former]]:
    """The person's roles that an edit has ended and that stand as it left them, each with what it was before."""
    followed = Entry.objects.filter(
        request_id=Subquery(Entry.objects.filter(pk=entry).values("request_id")), pk__gt=entry, pk__lt=undone_by,
        source=Source.EVENT, verb__in=("people.roleassignment.edit", "people.roleassignment.archive"),
    )  # fmt: skip
    former = {key: one for each in followed for key, one in former_of(each, RoleAssignment).items()}
    rows = RoleAssignment.objects.filter(pk__in=former, person=person).order_by("pk")
    return [(one, former[one.pk]) for one in rows if one.version == former[one.pk].left]


@on("people.person.moved")
def tell(acted: Acted) -> None:
    """Who moves, their former superior and their new one know what is to be handed over."""
    for person, changed in zip(acted.records, acted.changes, strict=True):
        assert isinstance(person, Person)
        former, _new = changed.get("superior_id", (person.superior_id, None))
        said = {"person": person.name, "department": person.department, "day": person.moved_on}
        notify([person.pk, former, person.superior_id], MOVED, said, about=person)
