"""The pages of editions: what changes word by word, who has signed; and the house as it stood on another day."""

import datetime
import json
import re

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangwu.cli import clauses
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.lists.test_list_page import text_of
from shangwu.foundation.pages.tests.visiting import part
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.regulation import editions, proving
from shangwu.foundation.regulation.tests.drafting import House, in_days, passage, sign_offs
from tests.builders import a_person, unique

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("1", "3.1.3")]

ADDED = "客戶確認前得以書面撤回。"
BANNER = "Not today: you are looking at"


@pytest.fixture
def house() -> House:
    return House()


def person_of(house: House) -> Person:
    return Person.objects.get(pk=house.head.person_id)


def visitor(person: Person, language: str = "en") -> Client:
    """A browser of the person, who reads this language from now on."""
    account, _is_new = Account.objects.update_or_create(
        person=person, defaults={"language": language}, create_defaults={"language": language, "username": unique("u")}
    )
    client = Client()
    client.force_login(account)
    return client


def page(person: Person, address: str, language: str = "en") -> str:
    answer = visitor(person, language).get(address)
    assert answer.status_code == 200, address
    return text_of(answer)


def test_the_changes_are_marked_and_said_without_colour(house: House) -> None:
    draft = house.draft()
    one = passage(draft, "2.6.1")
    house.word(draft, "2.6.1", text=one.text.replace("先評審、後確認", "先評審、核對、後確認"))
    shown = page(person_of(house), f"/regulation/editions/{draft.public_id}/changes/?language=zh-hant")
    assert re.search(r"<ins>(?:(?!</ins>).)*核對", shown)
    assert "clause-2.6.1" in shown
    assert "clause-2.6.2" not in shown
    assert "It says the same" in page(person_of(house), f"/regulation/editions/{draft.public_id}/changes/?language=en")


def test_an_edition_tells_its_clauses_its_procedure_and_its_signatures(house: House) -> None:
    edition = house.published()
    clerk = a_person()
    shown = page(person_of(house), f"/regulation/editions/{edition.public_id}/")
    assert "Consultation with employees" in shown
    assert "have signed" in shown
    signed = page(person_of(house), f"/regulation/editions/{edition.public_id}/?tab=sign_offs")
    assert "Not yet opened" in signed
    assert "have signed" in page(clerk, f"/regulation/editions/{edition.public_id}/"), "open to all"
    one = page(person_of(house), f"/regulation/passages/{passage(edition, '2.6.1').public_id}/")
    assert ADDED in one


def test_one_page_tells_who_has_opened_signed_or_not_and_reminds_the_rest(house: House) -> None:
    edition = house.published()
    quick, reading, idle = (a_person(name=name) for name in ("快手", "正讀", "未讀"))
    for person, verbs in ((quick, ("open", "confirm")), (reading, ("open",))):
        for verb in verbs:
            act(actor_of(person), f"regulation.signoff.{verb}", sign_offs(edition)[person.pk])
    address = f"/regulation/editions/{edition.public_id}/signatures/"
    shown = page(person_of(house), address)
    places = [shown.index(name) for name in ("未讀", "正讀", "快手")]
    assert places == sorted(places), "who has not opened it stands first"
    assert "Remind who has not signed" in shown
    remind = f"/act/regulation.edition.remind/{edition.public_id}/"
    answer = visitor(person_of(house)).post(remind, {"version": edition.fresh.version})
    assert answer.status_code == 303
    with gate.free_reading():
        told = {one.pk: Notice.objects.filter(person=one, message__contains="reminds").count() for one in (quick, idle)}
    assert told == {quick.pk: 0, idle.pk: 1}
    own = page(idle, address)
    assert "未讀" in own
    assert "快手" not in own, "of others one sees nothing"
    assert "Remind who has not signed" not in own


def test_the_page_of_signatures_asks_no_more_for_more_people(house: House) -> None:
    edition = house.published()
    client, address = visitor(person_of(house)), f"/regulation/editions/{edition.public_id}/signatures/"
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for _n in range(5):
        a_person()
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) == len(before)


def test_what_is_to_be_read_is_shown_once_it_is_opened(house: House) -> None:
    edition = house.published()
    person = person_of(house)
    one = sign_offs(edition)[person.pk]
    address = f"/regulation/signoffs/{one.public_id}/"
    assert ADDED not in page(person, address, "zh-hant")
    act(house.head, "regulation.signoff.open", one)
    assert ADDED in page(person, address, "zh-hant")


@pytest.mark.parametrize("address", ["/clause/2.6.1/", "/chapter/2.6/"])
def test_the_text_of_a_day_is_shown_with_a_banner(house: House, address: str) -> None:
    house.published(in_days(7))
    person = person_of(house)
    assert BANNER not in page(person, address)
    assert ADDED not in page(person, address, "zh-hant")
    later = page(person, f"{address}?on={in_days(7)}")
    assert BANNER in later
    assert "what will hold on that day" in later
    assert ADDED in page(person, f"{address}?on={in_days(7)}", "zh-hant")
    assert ADDED not in page(person, f"{address}?on={in_days(6)}", "zh-hant")
    assert BANNER not in page(person, f"{address}?on={in_days(0)}"), "today is no other day"


def test_the_side_panel_tells_the_edition_and_the_day(house: House) -> None:
    edition = house.published(in_days(7))
    client = visitor(person_of(house), "en")
    shown = text_of(client.get(f"/clause/2.6.1/?on={in_days(8)}", headers=part("aside#sw-panel")))
    assert BANNER in shown
    assert str(edition.number) in shown


@pytest.mark.parametrize("address", ["/regulation/", "/regulation/parameters/"])
def test_contents_and_parameters_carry_the_day_along(house: House, address: str) -> None:
    shown = page(person_of(house), f"{address}?on=2026-01-15")
    assert BANNER in shown
    assert "?on=2026-01-15" in shown


@pytest.mark.parametrize("address", ["/board/", "/duties/", "/duties/2.6.1.1/"])
def test_the_board_and_the_duties_say_that_they_show_another_day(house: House, address: str) -> None:
    person = person_of(house)
    assert BANNER in page(person, f"{address}?on=2026-01-15")
    assert BANNER not in page(person, address)
    assert BANNER not in page(person, f"{address}?on=x")


def test_the_duties_of_a_day_are_those_that_were_open_then(house: House) -> None:
    edition = house.published()
    clerk = a_person()
    one = sign_offs(edition)[clerk.pk]
    for verb in ("open", "confirm"):
        act(actor_of(clerk), f"regulation.signoff.{verb}", one.fresh)
    assert str(edition.number) not in page(clerk, "/duties/")
    assert str(edition.number) in page(clerk, "/duties/?show=done")
    yesterday = in_days(-1)
    assert str(edition.number) not in page(clerk, f"/duties/?show=done&on={yesterday}")
    assert str(edition.number) not in page(clerk, f"/duties/?on={yesterday}"), "it was not asked yet"


def test_who_may_not_act_meets_a_sentence_and_no_error(house: House) -> None:
    client = visitor(a_person(Role.SALES), "en")
    assert client.get("/act/regulation.edition.create/").status_code == 403
    assert client.get("/regulation/editions/00000000-0000-4000-8000-000000000000/changes/").status_code == 404


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    class Opened:
        def __init__(self, var: str | None) -> None: ...

        def opened(self) -> "Opened":
            return self

        def __enter__(self) -> None: ...

        def __exit__(self, *failure: object) -> None: ...

    monkeypatch.setattr(clauses, "Installation", Opened)


@pytest.mark.usefixtures("_here")
def test_the_command_answers_as_of_a_day(house: House) -> None:
    edition = house.published(in_days(7))
    told = {}
    for day in (in_days(6), in_days(7)):
        with gate.free_reading():
            answer = CliRunner().invoke(
                clauses.command, ["2.6.1", "--json", "--language", "zh-hant", "--on", day.isoformat()]
            )
        told[day] = json.loads(answer.output)
    assert told[in_days(6)]["edition"] == ""
    assert told[in_days(7)]["edition"] == edition.number
    assert ADDED not in "".join(told[in_days(6)]["text"])
    assert ADDED in "".join(told[in_days(7)]["text"])


@pytest.mark.parametrize("address", ["/clause/3.1.3/", "/chapter/3.1/"])
def test_what_bears_on_pay_is_said_not_to_be_in_effect_before_its_proofs_are_there(house: House, address: str) -> None:
    """3.1.3: it takes effect only with its proofs; before, the values that the program ships are none that hold."""
    shown = page(person_of(house), address)
    assert "Not in effect yet." in shown
    assert "Consultation with employees, Publication" in shown
    assert re.search(r'class="sw-parameter is-pending"[^>]*>', shown)
    assert "(not in effect yet)" in shown
    house.published(in_days(7))
    assert "Not in effect yet." in page(person_of(house), address), "it begins in a week"
    then = page(person_of(house), f"{address}?on={in_days(8)}")
    assert "Not in effect yet." not in then
    assert "is-pending" not in then
    assert "In effect: the proofs of 3.1.3 are there" in then


def test_a_clause_that_bears_on_neither_pay_nor_discipline_says_nothing_of_proofs(house: House) -> None:
    shown = page(person_of(house), "/clause/2.6.1/")
    assert "in effect" not in shown.lower().partition("<main")[2]


def test_an_edition_that_leaves_pay_alone_leaves_the_proofs_as_they_are(house: House) -> None:
    first = house.published(in_days(7))
    second = house.published(in_days(14), said="客戶亦得以傳真撤回。")
    assert not second.touches_pay
    found = proving.proven("3.1.3", in_days(15))
    assert found is not None
    assert found.in_effect
    assert found.edition is not None
    assert found.edition.pk == first.pk


def test_the_board_counts_who_has_not_signed_for_the_edition_that_holds(house: House) -> None:
    """Design 04: two of twenty-eight are still to sign."""
    edition = house.published(in_days(1))
    signed = next(iter(sign_offs(edition).values()))
    former = clock.replace_source(lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2))
    try:
        editions.forget()
        owner = actor_of(Person.objects.get(pk=signed.owner_id))
        act(owner, "regulation.signoff.open", signed)
        act(owner, "regulation.signoff.confirm", signed.fresh)
        shown = page(house.boss, "/board/")
        of = len(sign_offs(edition))
        assert "Signatures to come" in shown
        assert f"1 of {of} have signed" in shown
    finally:
        clock.replace_source(former)
