"""Who moves keeps no right of the place they left, and hands over what stays behind (3.4.2, 3.4.3)."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import an_order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act, undo
from shangwu.foundation.administration.handover import kept_by
from shangwu.foundation.administration.moving import BACK
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Department, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import Refusal
from tests.builders import HOUSE, a_department, a_person, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4.2", "3.4.3")]

TODAY = clock.today(datetime.UTC)
DAY = datetime.timedelta(days=1)
HERE = clock.today(HOUSE.zone)


def moved(person: Person, by: Any = None, **given: Any) -> Person:
    """The person, after a move to a department of their own from today on."""
    given = {"department": a_department(), "moved_on": TODAY} | given
    return act(by or an_actor(Role.HUMAN_RESOURCES), "people.person.move", person, given).record


def given(person: Person, role: Role, **values: Any) -> RoleAssignment:
    start = values.pop("starts_on", "2020-01-01")
    return act(
        HOUSE, "people.roleassignment.create", None, {"person": person, "role": role, "starts_on": start} | values
    ).record


def test_the_place_is_new_and_the_move_is_one_deed_of_the_log() -> None:
    old, new, chief = a_department(), a_department(), a_person()
    person = a_person(department=old)
    post = act(HOUSE, "people.post.create", None, {"name": "專員", "department": new}).record
    after = moved(person, department=new, post=post, superior=chief)
    assert (after.department, after.post, after.superior, after.moved_on) == (new, post, chief, TODAY)
    entry = Entry.objects.get(record_type="people.person", record_id=person.pk, verb="people.person.move")
    assert entry.clause == "3.4.3"


def test_roles_of_the_old_department_end_the_day_before() -> None:
    old, new = a_department(), a_department()
    person = a_person(Role.SALES, department=old)
    ended = given(person, Role.SALES_SUPPORT, reaches=old, ends_on="2020-12-31")
    begins = given(person, Role.LOGISTICS, reaches=old, starts_on=TODAY + DAY)
    ahead = given(person, Role.HEAD, reaches=new)
    everywhere = given(person, Role.FINANCE)
    moved(person, department=new)
    running = RoleAssignment.objects.get(person=person, role=Role.SALES)
    assert running.ends_on == TODAY - DAY
    assert ended.fresh.ends_on == datetime.date(2020, 12, 31)
    assert begins.fresh.archived_at is not None
    assert ahead.fresh.ends_on is None
    assert everywhere.fresh.ends_on is None
    now = actor_of(person.fresh)
    assert not now.holds(Role.SALES)
    assert now.holds(Role.HEAD)
    assert now.holds(Role.FINANCE)


def test_roles_for_the_whole_company_end_when_it_is_said() -> None:
    person = a_person(Role.FINANCE)
    moved(person, end_all_roles=True)
    assert actor_of(person.fresh).grants == ()


def test_a_new_post_in_the_same_department_ends_no_role() -> None:
    place = a_department()
    person = a_person(Role.SALES, department=place)
    post = act(HOUSE, "people.post.create", None, {"name": "組長", "department": place}).record
    moved(person, department=place, post=post)
    assert actor_of(person.fresh).holds(Role.SALES)


def test_what_stays_behind_is_listed_and_those_concerned_are_told() -> None:
    crew = Crew()
    person = Person.objects.get(pk=crew.sales.person_id)
    a_customer(crew.sales)
    (row,) = kept_by(person, crew.head)
    assert (row["count"], row["behind"]) == (1, 0)
    chief = a_person()
    person = moved(person, superior=chief)
    (row,) = kept_by(person, crew.head)
    assert (row["count"], row["behind"]) == (1, 1)
    page = a_client(Person.objects.get(pk=crew.head.person_id), "en").get(
        reverse("people.person.detail", args=[person.public_id])
    )
    assert f"This person moved on {TODAY}. 1 of these stays" in page.content.decode()
    told = Notice.objects.filter(record_public_id=person.public_id).values_list("person_id", flat=True)
    assert {person.pk, chief.pk} <= set(told)


def test_human_resources_record_it_by_the_form() -> None:
    person, new = a_person(), a_department()
    client = a_client(a_person(Role.HUMAN_RESOURCES), "en")
    url = f"/act/people.person.move/{person.public_id}/"
    assert "New department" in client.get(url).content.decode()
    sent = {"department": str(new.public_id), "moved_on": str(TODAY)}
    assert client.post(url, sent).status_code in (200, 204, 302, 303)
    assert person.fresh.department == new


def test_others_may_not() -> None:
    with pytest.raises(Refusal):
        moved(a_person(), by=an_actor(Role.HEAD))


def test_a_move_that_is_none_or_out_of_time_is_refused() -> None:
    place, other = a_department(), a_department()
    person = a_person(department=place, joined_on="2026-03-02")
    post = act(HOUSE, "people.post.create", None, {"name": "專員", "department": other}).record
    gone = act(HOUSE, "people.person.leave", a_person(), {"left_on": "2026-01-31"}).record
    for code, wrong in (
        ("no_move", {"department": place}),
        ("invalid", {"post": post}),
        ("invalid", {"superior": gone}),
        ("constraint", {"superior": person}),
        ("invalid", {"moved_on": TODAY + 2 * DAY}),
        ("invalid", {"moved_on": "2026-03-01"}),
    ):
        with pytest.raises(Refusal) as refused:
            moved(person, **wrong)
        assert refused.value.code == code, wrong
    with pytest.raises(Refusal) as refused:
        moved(gone)
    assert refused.value.code == "left"
    assert person.fresh.department == place


# Put right in the file, without a word of a move.


def put(person: Person, department: Department, by: Any = None) -> Person:
    """The person, after somebody has corrected their department in the file."""
    return act(by or HOUSE, "people.person.edit", person, {"department": department}).record  # type: ignore[return-value]


def test_whoever_is_put_into_another_department_keeps_no_role_for_the_former() -> None:
    old, new, third = a_department(), a_department(), a_department()
    person = a_person(Role.SALES, department=old)
    ended = given(person, Role.SALES_SUPPORT, reaches=old, ends_on="2020-12-31")
    begins = given(person, Role.LOGISTICS, reaches=old, starts_on=HERE + DAY)
    elsewhere = given(person, Role.HEAD, reaches=third)
    everywhere = given(person, Role.FINANCE)
    after = put(person, new)
    assert (after.department, after.moved_on) == (new, HERE)
    assert RoleAssignment.objects.get(person=person, role=Role.SALES).ends_on == HERE - DAY
    assert ended.fresh.ends_on == datetime.date(2020, 12, 31)
    assert begins.fresh.archived_at is not None
    assert (elsewhere.fresh.ends_on, everywhere.fresh.ends_on) == (None, None), "nobody has said these were wrong"
    assert {one.role for one in actor_of(person.fresh).grants} == {Role.HEAD, Role.FINANCE}


def test_the_editor_and_those_concerned_are_told_which_roles_ended() -> None:
    old, new = a_department(name="商務一部"), a_department(name="商務二部")
    chief, staff = a_person(), an_actor(Role.HUMAN_RESOURCES)
    person = a_person(Role.SALES, department=old, superior=chief)
    put(person, new, by=staff)
    found = Notice.objects.filter(record_public_id=person.public_id)
    assert set(found.values_list("person_id", flat=True)) == {staff.person_id, person.pk, chief.pk}
    params = found.get(person_id=staff.person_id).params
    assert (params["former"], params["department"]) == ("商務一部", "商務二部")
    assert params["roles"] == str(Role.SALES.label)


def test_who_changes_no_department_loses_and_hears_nothing() -> None:
    """The control."""
    place = a_department()
    person = a_person(Role.SALES, department=place)
    act(HOUSE, "people.person.edit", person, {"department": place, "name": "林怡君"})
    assert actor_of(person.fresh).holds(Role.SALES)
    assert person.fresh.moved_on is None
    assert not Notice.objects.filter(record_public_id=person.public_id).exists()


def test_a_first_department_ends_nothing() -> None:
    person = a_person(department=None)
    act(HOUSE, "people.person.edit", person, {"department": None})
    elsewhere = given(person, Role.SALES, reaches=a_department())
    put(person, a_department())
    assert elsewhere.fresh.ends_on is None
    assert person.fresh.moved_on is None


def undone(person: Person, by: Any = HOUSE) -> Person:
    """The person, after the last edit of the file was taken back."""
    edited = Entry.objects.filter(record_type="people.person", record_id=person.pk, verb="people.person.edit")
    undo(by, edited.latest("pk").pk)
    return person.fresh  # type: ignore[no-any-return]


def test_undoing_the_edit_gives_the_roles_back_that_it_ended() -> None:
    old, new, staff = a_department(), a_department(), an_actor(Role.HUMAN_RESOURCES, whole_company=True)
    person = a_person(Role.SALES, department=old)
    until = given(person, Role.SALES_SUPPORT, reaches=old, ends_on="2036-12-31")
    over = given(person, Role.MARKETING, reaches=old, ends_on="2020-12-31")
    begins = given(person, Role.LOGISTICS, reaches=old, starts_on=HERE + 7 * DAY)
    put(person, new, by=staff)
    assert actor_of(person.fresh).grants == ()
    after = undone(person, staff)
    assert (after.department, after.moved_on) == (old, None)
    assert {one.role for one in actor_of(after).grants} == {Role.SALES, Role.SALES_SUPPORT}
    assert RoleAssignment.objects.get(person=person, role=Role.SALES).ends_on is None
    assert until.fresh.ends_on == datetime.date(2036, 12, 31)
    assert begins.fresh.archived_at is None
    assert over.fresh.ends_on == datetime.date(2020, 12, 31), "what had ended before stays ended"
    assert Notice.objects.filter(person_id=person.pk, message=BACK).count() == 1


def test_a_role_that_somebody_has_changed_since_stays_as_it_is() -> None:
    """The control."""
    old, new = a_department(), a_department()
    person = a_person(Role.SALES, department=old)
    put(person, new)
    held = RoleAssignment.objects.get(person=person, role=Role.SALES)
    act(HOUSE, "people.roleassignment.edit", held, {"ends_on": HERE - 3 * DAY})
    undone(person)
    assert held.fresh.ends_on == HERE - 3 * DAY
    assert not Notice.objects.filter(message=BACK).exists()


def test_undoing_another_edit_gives_nothing_back() -> None:
    place = a_department()
    person = a_person(Role.SALES, department=place)
    ended = given(person, Role.FINANCE, reaches=place, ends_on=HERE - DAY)
    act(HOUSE, "people.person.edit", person, {"name": "林怡君"})
    undone(person)
    assert ended.fresh.ends_on == HERE - DAY


def test_the_form_says_what_another_department_does() -> None:
    person = a_person(department=a_department())
    page = a_client(a_person(Role.HUMAN_RESOURCES), "en").get(reverse("people.person.edit", args=[person.public_id]))
    assert "Another department ends the roles" in page.content.decode()


def test_duties_of_the_role_follow_to_who_holds_it_now() -> None:
    """2.6.1: the review of an order falls to the next who holds the role for its department."""
    crew = Crew()
    clerk = Person.objects.get(pk=crew.support.person_id)
    order = an_order(crew)
    (before,) = reviews_of(order)
    assert before.holder_id == clerk.pk
    put(clerk, a_department())
    ticking.tick()
    (after,) = reviews_of(order)
    assert after.holder_id not in (clerk.pk, None)
    next_one = a_person(Role.SALES_SUPPORT, department=crew.department, entity=crew.entity)
    ticking.tick()
    (now,) = reviews_of(order)
    assert now.holder_id == next_one.pk


def reviews_of(order: Order) -> list[Duty]:
    """The duties to review an order."""
    return list(Duty.objects.filter(subject_type="sales.order", subject_id=order.pk, rule="2.6.1.1"))


def test_a_delegation_begins_with_the_deputy_that_the_file_names() -> None:
    """2.1: who is away is stood in for by the B角 of their post, unless they name another."""
    deputy = a_person(Role.SALES, name="代理人")
    person = a_person(Role.SALES, department=deputy.department, deputy=deputy)
    form = reverse("people.delegation.create")

    def begun(client: Any, address: str) -> list[bool]:
        page = client.get(address).content.decode()
        return [f'value="{one.public_id}"' in page for one in (person, deputy)]

    assert begun(a_client(person), form) == [True, True]
    staff = a_client(a_person(Role.HUMAN_RESOURCES, deputy=deputy))
    assert begun(staff, form) == [False, False], "they delegate for others too"
    assert begun(staff, f"{form}?absent={person.public_id}") == [True, True]
    other = a_person(Role.SALES, department=deputy.department)
    asked = f"{form}?absent={person.public_id}&deputy={other.public_id}"
    assert begun(staff, asked) == [True, False], "what the address asks for counts"
