"""The text changes by editions: drawn up, compared, decided, published from a day ahead; what is past stays."""

import datetime
import re

import pytest
from django.db import DatabaseError, transaction

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.regulation import checking, editions
from shangwu.foundation.regulation.models import Edition, Passage
from shangwu.foundation.regulation.schedule import supersede_former
from shangwu.foundation.regulation.shipped import CODES, LANGUAGES, all_shipped, shipped
from shangwu.foundation.regulation.tests.drafting import House, a_file, in_days, passage
from shangwu.foundation.regulation.texts import clause_text, wording
from tests.builders import an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("1", "3.1.3")]

ADDED = "客戶確認前得以書面撤回。"


@pytest.fixture
def house() -> House:
    return House()


def refused(code: str, *call: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*call)  # type: ignore[arg-type]
    assert caught.value.code == code, caught.value
    return caught.value


def plain(code: str, language: str = "zh-hant", on: datetime.date | None = None) -> str:
    return "\n".join(one.plain for one in clause_text(code, language, on))


def test_before_the_first_edition_the_shipped_text_holds() -> None:
    assert editions.held_on() is None
    assert wording("2.6.1", "en") == shipped("2.6.1", "en")


def test_a_draft_starts_from_the_text_in_force_in_three_languages(house: House) -> None:
    draft = house.draft()
    assert editions.read_texts(draft.pk) == all_shipped()
    assert {code for code, _language in all_shipped()} == set(CODES)
    assert draft.former_id is None
    assert re.fullmatch(r"ZD\d{4}-\d\d", draft.number)


def test_a_draft_alone_changes_nothing(house: House) -> None:
    draft = house.draft()
    house.reword(draft)
    assert ADDED not in plain("2.6.1", on=in_days(400))
    house.approve(house.propose(draft))
    assert ADDED not in plain("2.6.1", on=in_days(400))


def test_a_published_edition_holds_from_its_day_and_never_before(house: House) -> None:
    edition = house.published(in_days(7))
    assert edition.state == "published"
    assert edition.published_by_id == house.executive.person_id
    assert ADDED not in plain("2.6.1", on=in_days(6))
    for language in LANGUAGES:
        assert ADDED in plain("2.6.1", language, in_days(7))
    assert "3 個工作日" in plain("2.6.1", on=in_days(7)), "its blanks are still filled by the parameters"
    held = editions.held_on(in_days(8))
    assert held is not None
    assert held.number == edition.number


def test_the_next_edition_starts_from_the_one_before_and_supersedes_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = house.published(in_days(7))
    second = house.draft("續修")
    assert second.former_id == first.pk
    assert ADDED in passage(second, "2.6.1").text
    house.reword(second, "2.6.2", "合同以中文本為準。")
    house.publish(house.approve(house.propose(second)), in_days(30))
    assert "中文本" not in plain("2.6.2", on=in_days(29))
    assert "中文本" in plain("2.6.2", on=in_days(30))
    assert editions.ended_on(editions.history()[0]) == in_days(29)
    assert supersede_former() == 0
    later = in_days(31)
    monkeypatch.setattr("shangwu.foundation.regulation.schedule.clock.today", lambda zone: later)
    assert supersede_former() == 1
    assert (first.fresh.state, second.fresh.state) == ("superseded", "published")
    assert supersede_former() == 0
    monkeypatch.undo()
    assert ADDED in plain("2.6.1", on=in_days(10)), "what held then is still read as of then"


@pytest.mark.parametrize(("days", "code"), [(0, "past"), (-3, "past"), (7, "overlap"), (5, "overlap")])
def test_an_edition_begins_ahead_and_after_the_one_before(house: House, days: int, code: str) -> None:
    house.published(in_days(7))
    draft = house.draft()
    house.reword(draft, "2.6.2")
    house.approve(house.propose(draft))
    found = refused(code, house.executive, "regulation.edition.publish", draft.fresh, {"effective_from": in_days(days)})
    assert "effective_from" in found.fields


def test_of_two_drafts_from_one_text_the_second_is_first_brought_up_to_date(house: House) -> None:
    one, other = house.draft("甲"), house.draft("乙")
    house.reword(one)
    house.reword(other, "2.6.2", "合同以中文本為準。")
    house.reword(other, "2.5.1", "客戶檔案每年複核。")
    house.publish(house.approve(house.propose(one)))
    refused("outdated", house.head, "regulation.edition.propose", other.fresh)
    act(house.head, "regulation.edition.catch_up", other.fresh)
    assert ADDED in passage(other, "2.6.1").text, "what it had not changed itself is taken over"
    assert "中文本" in passage(other, "2.6.2").text, "its own change stays"
    refused("latest", house.head, "regulation.edition.catch_up", other.fresh)
    assert house.publish(house.approve(house.propose(other)), in_days(30)).state == "published"


def test_an_unknown_parameter_is_refused_with_what_to_do(house: House) -> None:
    draft = house.draft()
    one = passage(draft, "2.6.1")
    text = one.text.replace("{order.std}", "{order.sdt}")
    found = refused("parameter", house.head, "regulation.passage.edit", one, {"text": text})
    assert "{order.std}" in str(found.fields["text"][0]), "the one that was meant is named"


def test_a_parameter_that_the_text_gives_up_is_warned_of(house: House) -> None:
    draft = house.draft()
    one = passage(draft, "2.6.1")
    texts = {
        name: getattr(one, name).replace("{order.std}", "")
        for name in ("text", "text_zh_hans", "text_en")
    }  # fmt: skip
    house.word(draft, "2.6.1", **texts)
    found = list(checking.warnings(all_shipped(), editions.read_texts(draft.pk)))
    assert [one.code for one in found] == ["2.6.1"]
    assert "{order.std}" in found[0].sentence


def test_the_languages_say_the_same_point_by_point(house: House) -> None:
    draft = house.draft()
    one = passage(draft, "2.6.1")
    house.word(draft, "2.6.1", text_en=one.text_en + "\n\nOne more.")
    refused("languages", house.head, "regulation.edition.propose", draft.fresh)
    house.word(draft, "2.6.1", text_en=one.text_en.replace("{order.std}", "a while"))
    refused("languages", house.head, "regulation.edition.propose", draft.fresh)
    house.word(draft, "2.6.1", text_en="")
    refused("empty", house.head, "regulation.edition.propose", draft.fresh)


def test_a_clause_is_lost_only_by_saying_so(house: House) -> None:
    draft = house.draft()
    one = passage(draft, "2.3.2")
    act(house.head, "regulation.passage.repeal", one, {"because": "品牌工作移交總部"})
    found = list(checking.warnings(all_shipped(), editions.read_texts(draft.pk)))
    assert [(one.code, one.params["because"]) for one in found] == [("2.3.2", "品牌工作移交總部")]
    house.publish(house.approve(house.propose(draft)))
    assert "品牌工作移交總部" in plain("2.3.2", on=in_days(7))
    assert wording("2.3.2", "en", in_days(7)).repealed


def test_a_clause_that_is_missing_or_unknown_is_refused() -> None:
    texts = all_shipped()
    lost = {key: one for key, one in texts.items() if key[0] != "2.6.1"}
    with pytest.raises(Refusal, match="codes"):
        checking.require_whole(lost)
    added = texts | {("2.6.9", language): texts["2.6.1", language] for language in LANGUAGES}
    with pytest.raises(Refusal, match="codes"):
        checking.require_whole(added)
    checking.require_whole(texts)


def test_pay_and_discipline_do_not_take_effect_without_their_proofs(house: House) -> None:
    """3.1.3: consulted before it is decided, published with proof before it holds."""
    house.published()
    draft = house.draft()
    house.reword(draft, "3.1.3", "扣減不影響最低工資。")
    refused("procedure", house.head, "regulation.edition.propose", draft.fresh)
    given = {"held_on": in_days(0), "with_whom": "職工代表大會", "outcome": "意見三條，採納二條"}
    elsewhere = a_file(house.draft(), house.head)
    step = given | {"kind": "consultation", "file": elsewhere.name}
    refused("file", house.head, "regulation.edition.record_procedure", draft.fresh, step)
    step["file"] = a_file(draft, house.head).name
    ahead = step | {"held_on": in_days(1)}
    refused("ahead", house.head, "regulation.edition.record_procedure", draft.fresh, ahead)
    act(house.head, "regulation.edition.record_procedure", draft.fresh, step)
    proposed = house.propose(draft)
    assert proposed.touches_pay
    assert house.approve(draft).state == "approved"
    day = {"effective_from": in_days(30)}
    refused("procedure", house.executive, "regulation.edition.publish", draft.fresh, day)
    act(house.head, "regulation.edition.record_procedure", draft.fresh, step | {"kind": "publication"})
    assert house.publish(draft, in_days(30)).state == "published"


def test_the_first_edition_puts_all_rules_in_force_and_so_needs_the_proofs(house: House) -> None:
    draft = house.draft()
    refused("procedure", house.head, "regulation.edition.propose", draft.fresh)
    house.prove(draft, "consultation")
    assert house.propose(draft).touches_pay


def test_human_resources_and_legal_decide_over_pay_alone(house: House) -> None:
    house.published()
    draft = house.draft()
    house.reword(draft, "2.6.2")
    assert house.propose(draft).touches_pay is False
    with gate.free_reading():
        from shangwu.foundation.approvals.models import Request

        waiting = Request.objects.get(subject_id=draft.public_id).waiting
    assert waiting == [house.boss.pk], "an edition that leaves pay alone goes to the superior of the head"


def test_what_is_decided_over_is_no_longer_changed(house: House) -> None:
    draft = house.draft()
    house.reword(draft)
    house.propose(draft)
    refused("state", house.head, "regulation.passage.edit", passage(draft, "2.6.1"), {"text": "x"})
    with gate.free_reading():
        from shangwu.foundation.approvals.models import Request

        request = Request.objects.get(subject_id=draft.public_id)
    act(house.head, "approvals.request.withdraw", request)
    assert draft.fresh.state == "draft"
    house.reword(draft, "2.6.2")


def test_nobody_approves_or_publishes_by_themselves(house: House) -> None:
    draft = house.draft()
    house.reword(draft)
    refused("state", house.executive, "regulation.edition.publish", draft.fresh, {"effective_from": in_days(7)})
    house.propose(draft)
    refused("forbidden", house.executive, "regulation.edition.approve", draft.fresh)
    sales = an_actor(Role.SALES)
    refused("forbidden", sales, "regulation.edition.create", None, {"title": "x", "reason": "y"})
    refused("forbidden", sales, "regulation.edition.publish", draft.fresh, {"effective_from": in_days(7)})


def test_the_database_refuses_a_second_text_for_a_day_and_a_text_changed_afterwards(house: House) -> None:
    """What the program refuses, raw SQL is refused too."""
    first = house.published(in_days(7))
    second = house.published(in_days(30), said="再修。")
    rows, clauses = Edition._base_manager.filter(pk=second.pk), Passage._base_manager.filter(edition=first)
    for change in (
        lambda: rows.update(effective_from=in_days(7)),
        lambda: rows.update(effective_from=in_days(3)),
        lambda: rows.update(former=None),
        lambda: rows.update(state="draft"),
        lambda: clauses.update(text="x"),
        lambda: clauses.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), gate.free_reading(), gate.door():
            change()
    other = house.draft()
    draft = Edition._base_manager.filter(pk=other.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), gate.free_reading(), gate.door():
        draft.update(state="published", effective_from=in_days(20))
    with gate.free_reading(), gate.door():
        draft.update(state="published", effective_from=in_days(40))
