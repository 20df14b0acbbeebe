"""Clause 2.5.2: opportunities move from stage to stage, are won, or lost for a reason, and go along with customers."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from shangwu.chapters.customers.models import Customer, Merge, Opportunity, OutcomeReason, Stage
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer, blacklist, person_of
from shangwu.chapters.sales.tests.factories import a_product, attempt
from shangwu.foundation.actions.door import Refusal, Row, act, act_many, undo
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]

FIRST, NEEDS, OFFER, TALKS = "初步接洽", "需求確認", "方案報價", "商務談判"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def an_opportunity(by: Actor, customer: Customer | None = None, **values: Any) -> Opportunity:
    """Of a customer of `by`, worth 250,000, expected at the end of the year."""
    given = {
        "customer": customer or a_customer(by), "name": "球閥年度框架", "amount": "250000", "expected_on": "2026-12-31",
    } | values  # fmt: skip
    made: Opportunity = act(by, "customers.opportunity.create", None, given).record
    return made


def a_reason(kind: str, name: str = "價格") -> OutcomeReason:
    return OutcomeReason.objects.get(kind=kind, name=name)


def stage_of(opportunity: Opportunity) -> str:
    return str(Stage.objects.get(pk=opportunity.fresh.stage_id).name)


def passed(opportunity: Opportunity) -> list[str]:
    names = dict(Stage.objects.values_list("pk", "name"))
    return [names[key] for key in opportunity.fresh.passed]


def does(by: Actor, verb: str, one: Opportunity, **inputs: Any) -> Opportunity:
    reason = inputs.pop("reason", "")
    done: Opportunity = act(by, f"customers.opportunity.{verb}", one.fresh, inputs, reason=reason).record
    return done


def tries(by: Actor, verb: str, one: Opportunity, **inputs: Any) -> str:
    reason = inputs.pop("reason", "")
    return attempt(by, f"customers.opportunity.{verb}", one.fresh, inputs, reason=reason)


# How it begins and moves.


def test_the_house_comes_with_six_stages_and_both_tables_of_reasons() -> None:
    stages = list(Stage.objects.order_by("position").values_list("name", "kind", "share"))
    assert [name for name, _kind, _share in stages] == [FIRST, NEEDS, OFFER, TALKS, "贏單", "輸單"]
    assert [share for _name, kind, share in stages if kind != "open"] == [100, 0]
    assert set(OutcomeReason.objects.values_list("kind", flat=True)) == {"won", "lost"}


def test_it_begins_in_the_first_stage_with_a_number_and_the_default_chance(crew: Crew, time: Time) -> None:
    one = an_opportunity(crew.sales)
    assert one.number == "SJ202603-0001"
    assert (stage_of(one), one.currency, one.probability) == (FIRST, "TWD", 10)
    assert (one.stage_since, passed(one)) == (datetime.date(2026, 3, 25), [FIRST])
    assert one.weighted == Decimal(25000)


def test_a_stage_may_be_chosen_at_once_but_not_an_end(crew: Crew) -> None:
    one = an_opportunity(crew.sales, stage=OFFER)
    assert passed(one) == [FIRST, NEEDS, OFFER], "it has gone beyond the former ones"
    given = {"customer": a_customer(crew.sales), "name": "x", "amount": "1", "expected_on": "2026-12-31"}
    assert attempt(crew.sales, "customers.opportunity.create", None, given | {"stage": "贏單"}) == "stage"


def test_it_advances_moves_and_goes_back(crew: Crew) -> None:
    one = does(crew.sales, "advance", an_opportunity(crew.sales))
    assert stage_of(one) == NEEDS
    does(crew.sales, "move", one, stage=TALKS)
    assert (stage_of(one), one.fresh.probability) == (TALKS, 75)
    assert tries(crew.sales, "advance", one) == "last"
    assert tries(crew.sales, "move", one, stage=TALKS) == "same"
    assert tries(crew.sales, "move", one, stage="輸單") == "stage", "to lose asks why"
    does(crew.sales, "move", one, stage=NEEDS)
    assert passed(one) == [FIRST, NEEDS, OFFER, TALKS], "what it had come to stays known"


def test_a_move_seen_at_an_old_version_is_refused(crew: Crew) -> None:
    one = an_opportunity(crew.sales)
    seen = one.version
    does(crew.sales, "edit", one, amount="300000")
    given = {"stage": OFFER}
    assert attempt(crew.sales, "customers.opportunity.move", one, given, version=seen) == "stale"
    assert stage_of(one) == FIRST


def test_a_move_can_be_taken_back(crew: Crew) -> None:
    one = does(crew.sales, "move", an_opportunity(crew.sales), stage=OFFER)
    undo(crew.sales, Entry.objects.filter(verb="customers.opportunity.move").latest("pk").pk)
    assert (stage_of(one), passed(one), one.fresh.probability) == (FIRST, [FIRST], 10)


def test_the_same_move_sent_twice_has_one_effect(crew: Crew) -> None:
    one = an_opportunity(crew.sales)
    for _time in range(2):
        act(crew.sales, "customers.opportunity.move", one, {"stage": OFFER}, version=1, key="once")
    assert Entry.objects.filter(verb="customers.opportunity.move").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "-1"}, ""), ({"amount": "NaN"}, "amount"), ({"amount": ""}, "amount"),
        ({"expected_on": "2026-02-30"}, "expected_on"), ({"expected_on": ""}, "expected_on"), ({"name": " "}, "name"),
        ({"next_step": "寄樣"}, ""), ({"next_on": "2026-04-01"}, ""), ({"stage": "沒有這階段"}, "stage"),
        ({"name": "x" * 121}, "name"), ({"currency": "ZZZ"}, "currency"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(crew: Crew, given: dict[str, Any], field: str) -> None:
    base = {"customer": a_customer(crew.sales), "name": "球閥", "amount": "1", "expected_on": "2026-12-31"}
    with pytest.raises(Refusal) as refused:
        act(crew.sales, "customers.opportunity.create", None, base | given)
    assert field in {"", *refused.value.fields}
    assert Opportunity.objects.count() == 0


def test_nothing_begins_in_the_pool_or_on_the_blacklist(crew: Crew) -> None:
    pooled: Customer = act(HOUSE, "customers.customer.create", None, {"name": "澤川水務", "owner": None}).record
    given = {"name": "球閥", "amount": "1", "expected_on": "2026-12-31"}
    assert attempt(crew.sales, "customers.opportunity.create", None, given | {"customer": pooled}) == "unowned"
    barred = a_customer(crew.sales)
    blacklist(crew, barred)
    assert attempt(crew.sales, "customers.opportunity.create", None, given | {"customer": barred}) == "blacklisted"


def test_support_enters_it_for_the_owner(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    assert an_opportunity(crew.support, customer).owner_id == crew.sales.person_id


# How it ends.


def test_what_is_won_may_name_its_order(crew: Crew, time: Time) -> None:
    one = an_opportunity(crew.sales, next_step="寄樣", next_on="2026-04-01")
    number = an_order_of(crew, one.customer)
    does(crew.sales, "win", one, order_reference=f" {number} ", outcome_reason=a_reason("won"))
    now = one.fresh
    assert (now.state, now.order_reference, now.probability) == ("won", number, 100)
    assert (now.closed_on, now.next_on, stage_of(one)) == (datetime.date(2026, 3, 25), None, "贏單")
    assert now.won_by_id == crew.sales.person_id


def an_order_of(crew: Crew, customer: Customer) -> str:
    given = {"customer": customer, "lines": [{"product": a_product(), "quantity": "1"}]}
    return str(act(crew.sales, "sales.order.create", None, given).record.number)


def test_the_order_that_was_won_is_one_of_this_customer(crew: Crew) -> None:
    one, elsewhere = an_opportunity(crew.sales), an_order_of(crew, a_customer(crew.sales))
    assert tries(crew.sales, "win", one, order_reference=elsewhere) == "order"
    assert tries(crew.sales, "win", one, order_reference="SO19990101-0001") == "order", "there is no such order"
    assert one.fresh.state == "open"
    assert tries(crew.sales, "win", one, order_reference="CA-2017-152156") == "done", "another ledger's number is taken"


def test_many_are_won_with_one_look_for_their_orders(crew: Crew) -> None:
    found = [an_opportunity(crew.sales) for _n in range(3)]
    numbers = [an_order_of(crew, one.customer) for one in found]
    numbers[2] = numbers[0]
    rows = [Row({"order_reference": number}, one) for one, number in zip(found, numbers, strict=True)]
    outcome = act_many(crew.sales, "customers.opportunity.win", rows)
    assert len(outcome.done) == 2, "the third names another customer's order"
    assert found[2].fresh.state == "open"


def test_a_loss_needs_its_reason_of_the_table_of_losses(crew: Crew) -> None:
    one = an_opportunity(crew.sales)
    assert tries(crew.sales, "lose", one) == "invalid"
    assert tries(crew.sales, "lose", one, outcome_reason=a_reason("won")) == "outcome_reason"
    assert tries(crew.sales, "lose", one, outcome_reason=a_reason("lost"), competitor="宏偉閥業") == "done"
    assert (one.fresh.state, one.fresh.competitor, one.fresh.probability) == ("lost", "宏偉閥業", 0)
    assert tries(crew.sales, "win", one) == "state"


def test_the_database_knows_no_loss_without_a_reason(crew: Crew) -> None:
    """The negative control: the promise does not rest on the action's body alone."""
    one = an_opportunity(crew.sales)
    rows = Opportunity.objects.filter(pk=one.pk)
    with gate.door(), pytest.raises(IntegrityError, match="opportunity_lost_for_a_reason"):
        rows.update(state="lost", closed_on=datetime.date(2026, 3, 25))


def test_what_was_closed_is_opened_again_where_it_had_come_to(crew: Crew) -> None:
    one = an_opportunity(crew.sales, stage=OFFER)
    does(crew.sales, "lose", one, outcome_reason=a_reason("lost"))
    assert tries(crew.sales, "reopen", one) == "invalid", "without saying why"
    does(crew.sales, "reopen", one, reason="客戶重新詢價")
    now = one.fresh
    assert (now.state, stage_of(one), now.closed_on, now.outcome_reason_id) == ("open", OFFER, None, None)
    history: Any = history_models[Opportunity]
    was_lost = history.objects.filter(pgh_obj_id=one.pk, state="lost")
    assert was_lost.exists(), "the former outcome stays in the history"


def test_a_promised_step_is_done_and_followed_by_another(crew: Crew) -> None:
    one = an_opportunity(crew.sales, next_step="寄樣", next_on="2026-04-01")
    assert tries(crew.sales, "finish", one, next_step="報價") == "constraint", "a step needs a day"
    does(crew.sales, "finish", one, next_step="報價", next_on="2026-04-08")
    does(crew.sales, "finish", one)
    assert (one.fresh.next_step, one.fresh.next_on) == ("", None)
    assert tries(crew.sales, "finish", one) == "nothing"


# Whose it is.


def seen(by: Actor, one: Opportunity) -> bool:
    return Opportunity.objects.visible_to(by).filter(pk=one.pk).exists()


def test_it_is_seen_as_its_customer_is(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    one = an_opportunity(crew.sales, customer)
    assert [seen(by, one) for by in (crew.sales, crew.colleague, crew.head, crew.finance, crew.executive)] == [
        True, False, True, True, True,
    ]  # fmt: skip
    act(crew.sales, "customers.customer.share", customer, {"collaborators": [person_of(crew.colleague)]})
    assert seen(crew.colleague, one), "who works on the customer works on it"
    assert tries(crew.colleague, "advance", one) == "done"
    theirs = an_opportunity(crew.colleague, customer)
    assert seen(crew.sales, theirs), "the customer's owner sees what a collaborator has begun"
    assert tries(crew.finance, "advance", one) == "forbidden"


def test_what_is_under_way_goes_along_when_the_customer_is_handed_over(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    act(crew.sales, "customers.customer.share", customer, {"collaborators": [person_of(crew.support)]})
    one, won = an_opportunity(crew.sales, customer), an_opportunity(crew.sales, customer)
    does(crew.sales, "win", won)
    given = {"to": person_of(crew.colleague)}
    act(crew.head, "customers.customer.transfer", customer.fresh, given, reason="調整區域")
    assert one.fresh.owner_id == crew.colleague.person_id
    assert won.fresh.owner_id == crew.sales.person_id, "what was done stays with who did it"


def test_what_others_have_under_way_stays_with_them(crew: Crew) -> None:
    customer, third = a_customer(crew.sales), crew.one()
    act(crew.sales, "customers.customer.share", customer, {"collaborators": [person_of(crew.colleague)]})
    theirs = an_opportunity(crew.colleague, customer)
    act(crew.head, "customers.customer.transfer", customer.fresh, {"to": person_of(third)}, reason="調整區域")
    assert theirs.fresh.owner_id == crew.colleague.person_id


def test_a_sheet_lists_and_moves_them(crew: Crew) -> None:
    one = an_opportunity(crew.sales)
    given = {"giver": person_of(crew.sales), "taker": person_of(crew.colleague), "because": "離職"}
    sheet = act(crew.head, "customers.handover.create", None, given).record
    kinds = {item.kind for item in sheet.fresh.items.all()}
    assert "customers.opportunity" in kinds
    act(crew.sales, "customers.handover.give", sheet)
    act(crew.colleague, "customers.handover.take", sheet.fresh)
    assert one.fresh.owner_id == crew.colleague.person_id


def test_whoever_claims_a_customer_gets_what_was_under_way(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    one = an_opportunity(crew.sales, customer)
    act(crew.sales, "customers.customer.release", customer, reason="顧不上")
    assert not seen(crew.colleague, one), "the pool shows customers, not what others had under way"
    act(crew.colleague, "customers.customer.claim", customer.fresh)
    assert one.fresh.owner_id == crew.colleague.person_id


def test_it_goes_along_when_files_are_merged_and_back_when_they_are_taken_apart(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.colleague)
    one = an_opportunity(crew.colleague, other)
    given = {"others": [{"file": other, "version": other.version}]}
    act(crew.head, "customers.customer.merge", into, given, reason="同一家公司")
    assert one.fresh.customer_id == into.pk
    assert seen(crew.sales, one)
    act(crew.head, "customers.merge.take_apart", Merge.objects.latest("pk"), reason="其實是兩家")
    assert one.fresh.customer_id == other.pk
    assert one.fresh.owner_id == crew.colleague.person_id


# The tables.


def test_a_stage_in_use_is_not_put_away_and_the_ends_never(crew: Crew) -> None:
    one = an_opportunity(crew.sales, stage=OFFER)
    stages = {stage.name: stage for stage in Stage.objects.all()}
    assert attempt(crew.head, "customers.stage.archive", stages[OFFER]) == "held"
    assert attempt(crew.head, "customers.stage.archive", stages["贏單"]) == "end"
    assert attempt(crew.sales, "customers.stage.archive", stages[NEEDS]) == "forbidden"
    act(crew.head, "customers.stage.archive", stages[NEEDS])
    two = does(crew.sales, "advance", an_opportunity(crew.sales))
    assert stage_of(two) == OFFER, "the one that was put away is passed over"
    assert tries(crew.sales, "move", one, stage=stages[NEEDS]) != "done"
    act(crew.head, "customers.stage.unarchive", stages[NEEDS].fresh)


def test_there_is_one_end_of_each_kind_and_a_chance_is_a_percentage(crew: Crew) -> None:
    again = {"kind": "won", "name": "成交", "position": 9}
    assert attempt(crew.head, "customers.stage.create", None, again) != "done"
    for share in ("101", "-1", "x"):
        given = {"kind": "open", "name": "試用", "share": share}
        assert attempt(crew.head, "customers.stage.create", None, given) == "invalid", share
    made = act(crew.head, "customers.stage.create", None, {"kind": "open", "name": "試用", "share": "60"}).record
    assert (made.fresh.share, made.fresh.kind) == (60, "open")


def test_a_new_stage_takes_its_place_by_its_position(crew: Crew) -> None:
    act(crew.head, "customers.stage.create", None, {"kind": "open", "name": "試用", "position": "2", "share": "30"})
    one = does(crew.sales, "advance", does(crew.sales, "advance", an_opportunity(crew.sales)))
    assert stage_of(one) == "試用"
