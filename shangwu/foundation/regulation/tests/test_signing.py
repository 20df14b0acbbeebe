"""3.1.3: published to all. Everybody opens an edition and signs for it, newcomers too; who has not is reminded."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.calendars.lookup import calendar_of
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.states import State
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.regulation import editions, proving, values
from shangwu.foundation.regulation.models import SignOff
from shangwu.foundation.regulation.schedule import supersede_former
from shangwu.foundation.regulation.tests.drafting import House, in_days, sign_offs
from tests.builders import HOUSE, a_department, a_person, an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("3.1.3")]


@pytest.fixture
def house() -> House:
    return House()


def sign(person: Person, one: SignOff, *verbs: str) -> SignOff:
    for verb in verbs or ("open", "confirm"):
        act(actor_of(person), f"regulation.signoff.{verb}", one.fresh)
    return one.fresh  # type: ignore[no-any-return]


def refused(code: str, person: Person, one: SignOff, verb: str) -> None:
    with pytest.raises(Refusal) as caught:
        sign(person, one, verb)
    assert caught.value.code == code


def duty_of(one: SignOff) -> Duty:
    with gate.free_reading():
        return Duty.objects.get(rule="1.2", subject_id=one.pk)


def visible(person: Person) -> set[Any]:
    return set(SignOff.objects.visible_to(actor_of(person)).values_list("owner_id", flat=True))


def test_everybody_at_work_is_asked_when_an_edition_is_published(house: House) -> None:
    clerk = a_person(name="無職務者")
    left = a_person()
    act(house.staff, "people.person.leave", left, {"left_on": in_days(0)})
    found = sign_offs(house.published())
    assert clerk.pk in found
    assert left.pk not in found
    assert {house.boss.pk, house.head.person_id, house.staff.person_id} <= set(found)
    with gate.free_reading():
        assert Notice.objects.filter(person=clerk, message__contains="signed for").exists()


def test_both_moments_are_kept_and_opening_comes_first(house: House) -> None:
    clerk = a_person()
    one = sign_offs(house.published())[clerk.pk]
    refused("state", clerk, one, "confirm")
    opened = sign(clerk, one, "open")
    assert (opened.state, opened.confirmed_at) == ("opened", None)
    assert opened.opened_at is not None
    signed = sign(clerk, one, "confirm")
    assert signed.opened_at <= signed.confirmed_at
    assert signed.confirmed_by_id == clerk.pk
    refused("state", clerk, one, "confirm")


def test_a_clause_on_discipline_binds_each_from_their_own_signature_on(house: House) -> None:
    """DOMAIN 3.1.3: consultation, publication, and the signature of each; another clause binds whoever works here."""
    clerk, other = a_person(), a_person()
    assert not proving.binds("3.1.3", clerk.pk), "the shipped text has no proof"
    edition = house.published(in_days(7))
    first = in_days(7)
    found = proving.proven("3.1.3", first)
    assert found is not None
    assert found.in_effect
    assert not proving.binds("3.1.3", clerk.pk, first)
    sign(clerk, sign_offs(edition)[clerk.pk])
    assert [proving.binds("3.1.3", one.pk, first) for one in (clerk, other)] == [True, False]
    assert not proving.binds("3.1.3", clerk.pk, in_days(0)), "not before the edition holds"
    assert proving.binds("2.6.1", other.pk, first)
    later = house.published(in_days(30), code="2.6.2")
    sign(other, sign_offs(later)[other.pk])
    assert proving.binds("3.1.3", other.pk, in_days(30)), "a later edition says the whole text"


def test_the_clause_says_to_who_has_not_signed_that_it_does_not_bind_them_yet(house: House) -> None:
    clerk = a_person()
    edition = house.published(in_days(7))
    client, address = a_client(clerk), f"/clause/3.1.3/?on={in_days(7)}"
    assert "It does not bind you yet" in client.get(address).content.decode()
    sign(clerk, sign_offs(edition)[clerk.pk])
    shown = client.get(address).content.decode()
    assert "It does not bind you yet" not in shown
    assert "from their own signature on" in shown


def test_nobody_signs_in_anothers_place(house: House) -> None:
    clerk, other = a_person(), a_person()
    given = {"absent": clerk, "deputy": other, "starts_on": in_days(0), "ends_on": in_days(5), "reason": "年假"}
    act(HOUSE, "people.delegation.create", None, given)
    one = sign_offs(house.published())[clerk.pk]
    for person in (other, house.boss):
        with pytest.raises(Refusal) as caught:
            sign(person, one, "open")
        assert caught.value.code in ("forbidden", "missing")


def test_it_is_a_duty_with_a_deadline_and_the_moments_are_its_evidence(house: House) -> None:
    office = an_entity()
    clerk = a_person(entity=office)
    from shangwu.foundation.administration.calendar_years import seed_calendars

    seed_calendars(HOUSE, range(in_days(0).year, in_days(0).year + 2))
    one = sign_offs(house.published())[clerk.pk]
    found = duty_of(one)
    assert found.holder_id == clerk.pk
    assert found.done_at is None
    assert found.basis == "edition.sign=5"
    calendar = calendar_of(office)
    opened_on = found.opened_at.astimezone(calendar.zone).date()
    assert found.due_at == calendar.close_of_business(calendar.add_working_days(opened_on, 5))
    sign(clerk, one)
    assert duty_of(one).done_at == one.fresh.confirmed_at
    ticking.tick()
    assert duty_of(one).done_at == one.fresh.confirmed_at


def test_who_joins_later_signs_for_what_holds_and_for_what_is_to_come(house: House) -> None:
    first = house.published(in_days(7))
    second = house.published(in_days(30), code="2.6.2")
    newcomer = a_person(name="新人")
    assert newcomer.pk in sign_offs(second)
    assert newcomer.pk in sign_offs(first), "nothing holds yet, so both are to come"
    assert duty_of(sign_offs(second)[newcomer.pk]).holder_id == newcomer.pk


def test_who_leaves_is_asked_no_more(house: House) -> None:
    clerk = a_person()
    edition = house.published()
    act(house.staff, "people.person.leave", clerk, {"left_on": in_days(0)})
    one = sign_offs(edition)[clerk.pk]
    assert one.state == "lapsed"
    assert duty_of(one).cancelled_at is not None


def test_who_comes_back_is_asked_for_what_they_never_were(house: House) -> None:
    clerk = a_person()
    first = house.published(in_days(7))
    act(house.staff, "people.person.leave", clerk, {"left_on": in_days(0)})
    second = house.published(in_days(30), code="2.6.2")
    assert clerk.pk not in sign_offs(second)
    act(house.staff, "people.person.rejoin", clerk.fresh)
    assert sign_offs(second)[clerk.pk].state == "asked"
    assert sign_offs(first)[clerk.pk].state == "lapsed"


def test_the_next_edition_ends_the_asking_for_the_one_before(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, quick = a_person(), a_person()
    first = house.published(in_days(7))
    sign(quick, sign_offs(first)[quick.pk])
    house.published(in_days(30), code="2.6.2")
    later = in_days(31)
    monkeypatch.setattr("shangwu.foundation.regulation.schedule.clock.today", lambda zone: later)
    supersede_former()
    assert sign_offs(first)[clerk.pk].state == "superseded", "there was time left: the later edition is asked for alone"
    assert duty_of(sign_offs(first)[clerk.pk]).cancelled_at is not None
    assert sign_offs(first)[quick.pk].state == "confirmed", "what was signed stays signed"


@pytest.fixture
def later() -> Iterator[Callable[[int], None]]:
    """Lets so many days pass."""
    former = clock.replace_source(lambda: datetime.datetime.now(datetime.UTC))

    def pass_(days: int) -> None:
        clock.replace_source(lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days))
        values.forget()
        editions.forget()

    yield pass_
    clock.replace_source(former)


@pytest.fixture
def owing(house: House, later: Callable[[int], None]) -> tuple[Person, SignOff, SignOff]:
    """One who let the time for the first edition pass, now that the second holds: person, first and second sign-off."""
    from shangwu.foundation.administration.calendar_years import seed_calendars

    clerk = a_person(entity=an_entity())
    seed_calendars(HOUSE, range(in_days(0).year, in_days(0).year + 2))
    first, second = house.published(in_days(7)), house.published(in_days(30), code="2.6.2")
    later(31)
    supersede_former()
    return clerk, sign_offs(first)[clerk.pk], sign_offs(second)[clerk.pk]


def test_what_was_overdue_does_not_fall_away_with_the_next_edition(owing: tuple[Person, SignOff, SignOff]) -> None:
    clerk, first, second = owing
    assert (first.state, second.state) == ("carried", "asked")
    assert duty_of(first).state is State.MISSED
    ticking.tick()
    assert duty_of(first).state is State.MISSED
    refused("state", clerk, first, "open")
    sign(clerk, second)
    assert first.fresh.state == "signed_later"
    found = duty_of(first)
    assert (found.state, found.done_by_id) == (State.LATE, clerk.pk)
    ticking.tick()
    assert duty_of(first).done_at == found.done_at


def test_who_leaves_owes_nothing_any_more(house: House, owing: tuple[Person, SignOff, SignOff]) -> None:
    clerk, first, _second = owing
    act(house.staff, "people.person.leave", clerk, {"left_on": in_days(0)})
    assert first.fresh.state == "lapsed"
    assert duty_of(first).cancelled_at is not None


def test_heads_see_their_department_and_human_resources_everybody(house: House) -> None:
    sales, other = a_department(), a_department()
    seller, clerk = a_person(Role.SALES, department=sales), a_person(department=other)
    leader = a_person(Role.HEAD, department=sales)
    house.published()
    assert visible(clerk) == {clerk.pk}
    assert {seller.pk, leader.pk} <= visible(leader)
    assert clerk.pk not in visible(leader)
    staff = Person.objects.get(pk=house.staff.person_id)
    assert {seller.pk, clerk.pk, house.boss.pk} <= visible(staff)


def test_human_resources_reminds_those_who_have_not_signed(house: House) -> None:
    clerk, quick = a_person(), a_person()
    edition = house.published()
    sign(quick, sign_offs(edition)[quick.pk])
    with gate.free_reading():
        before = {person: Notice.objects.filter(person=person).count() for person in (clerk, quick)}
        act(house.staff, "regulation.edition.remind", edition.fresh)
        assert Notice.objects.filter(person=clerk).count() == before[clerk] + 1
        assert Notice.objects.filter(person=quick).count() == before[quick]
