"""Who leaves, and who comes back: a leaver's roles and delegations end with their last day (3.4.2, 3.4.3)."""

import datetime
from typing import Annotated

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.foundation.access.holders import holders_of
from shangwu.foundation.access.predicates import holds
from shangwu.foundation.actions.door import Acted, Ask, Refusal, action, on
from shangwu.foundation.administration.moving import end_from
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Delegation, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.clock import today

keeps_staff = holds(Role.HUMAN_RESOURCES, Role.ADMINISTRATOR)
DAY = datetime.timedelta(days=1)
LEFT = gettext_noop("%(person)s left on %(day)s. Hand over what they kept: their page lists it.")


@action(
    Person, "leave", clause="3.4.3", label=_("Record leaving"), may=keeps_staff, icon="door-exit",
    offered_when=lambda person: person.state == Person.State.ACTIVE,
    danger=_("The person can no longer sign in and holds no role. What they own must be handed over."),
)  # fmt: skip
def leave(person: Person, by: Actor, *, left_on: Annotated[datetime.date, Ask(_("Last day"))]) -> None:
    """Record that a person has left, on their last day or later (3.4.3).

    Refuses `already_left`, a last day before the first, and one that lies ahead: it takes effect at once.
    """
    if person.state == Person.State.LEFT:
        raise Refusal("already_left", _("This person's leaving is already recorded."))
    if person.joined_on and left_on < person.joined_on:
        raise Refusal("invalid", _("The last day lies before the first. Correct one of them."), fields={"left_on": []})
    if left_on > today(by.zone):
        said = _("Leaving is recorded on the last day or later: it takes effect at once.")
        raise Refusal("invalid", said, fields={"left_on": []})
    person.state, person.left_on = Person.State.LEFT, left_on


@on("people.person.left")
def end_rights(acted: Acted) -> None:
    """3.4.2: no role outlives who held it, and nobody stands in any longer for who has left, or by them."""
    for person in acted.records:
        assert isinstance(person, Person)
        assert person.left_on is not None
        after = person.left_on + DAY
        end_from(RoleAssignment.objects.filter(person=person, archived_at__isnull=True), after, acted.by)
        stood_in = Q(absent=person) | Q(deputy=person)
        end_from(Delegation.objects.filter(stood_in, archived_at__isnull=True), after, acted.by)


@on("people.person.left")
def tell(acted: Acted) -> None:
    """3.4.3: the superior and the head of the department know that something is to be handed over."""
    for person in acted.records:
        assert isinstance(person, Person)
        heads = holders_of([Role.HEAD], person.department_id, today(acted.by.zone))
        told = [one for one in (person.superior_id, *heads) if one != person.pk]
        notify(told, LEFT, {"person": person.name, "day": person.left_on}, about=person)


@action(
    Person, "rejoin", clause="3.4.3", label=_("Take on again"), may=keeps_staff, icon="arrow-back-up",
    offered_when=lambda person: person.state == Person.State.LEFT, event="people.person.rejoined",
    danger=_("Roles are given anew, and an administrator unlocks the account."),
)  # fmt: skip
def rejoin(
    person: Person,
    by: Actor,
    *,
    joined_on: Annotated[
        datetime.date | None, Ask(_("Joined on"), help=_("Empty: the leaving was recorded by mistake."))
    ] = None,
) -> None:
    """Take a person on again, or take back a leaving recorded by mistake (3.4.3).

    Who comes back signs the confidentiality agreement anew. Refuses `at_work`, and a first day that is not after the
    last one.
    """
    if person.state == Person.State.ACTIVE:
        raise Refusal("at_work", _("This person is at work. There is nothing to take back."))
    if joined_on is not None:
        if person.left_on and joined_on <= person.left_on:
            said = _("The first day lies before the last day of the former time. Correct it.")
            raise Refusal("invalid", said, fields={"joined_on": []})
        person.joined_on, person.confidentiality_signed_on = joined_on, None
    person.state, person.left_on = Person.State.ACTIVE, None
