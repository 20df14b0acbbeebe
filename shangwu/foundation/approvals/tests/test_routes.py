"""Routes are data with editions: drawn by one, put in force by another, tried before, never rewritten."""

import datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.actions.routes import seed_routes
from shangwu.foundation.approvals.kinds import StepSpec, kinds
from shangwu.foundation.approvals.models import Route, RouteEdition
from shangwu.foundation.approvals.tests.asking import KIND, Company, a_request, asking, do, tickets, waiting
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.3.2")]

BY_HEAD = [StepSpec(name="Head", role=Role.HEAD)]
STEP: dict[str, Any] = {"name": "Check", "role": "FIN"}


def day(days: int = 0) -> datetime.date:
    return clock.today(timezone.get_default_timezone()) + datetime.timedelta(days=days)


def draws(by: Person, steps: list[dict[str, Any]], conditions: list[dict[str, Any]] | None = None, **given: Any) -> Any:
    """An edition of the tests' route, drawn up by somebody."""
    values = {"route": Route.objects.get(kind=KIND), "effective_from": day(), "reason": "重新分工"} | given
    values |= {"steps": steps, "conditions": conditions or []}
    return act(actor_of(by), "approvals.routeedition.create", None, values).record


def puts_in_force(by: Person, edition: RouteEdition) -> str:
    try:
        act(actor_of(by), "approvals.routeedition.put_in_force", edition.fresh)
    except Refusal as refusal:
        return refusal.code
    return "done"


@pytest.fixture
def with_route(company: Company) -> Any:
    with asking(BY_HEAD):
        act(HOUSE, "approvals.route.create", None, {"kind": KIND, "name": "職位"})
        yield


def test_an_edition_needs_two_and_holds_for_what_begins_from_then_on(company: Company, with_route: None) -> None:
    before = a_request(company.seller)
    edition = draws(company.gm, [STEP])
    assert puts_in_force(company.gm, edition) == "forbidden", "nobody puts their own edition in force"
    assert puts_in_force(company.head, edition) == "forbidden"
    assert puts_in_force(company.vice, edition) == "done"
    assert waiting(a_request(company.seller)) == ["財務"]
    assert waiting(before) == ["主管"], "what runs keeps its route"
    assert a_request(company.seller).edition_id == edition.pk


def test_an_edition_in_force_is_never_rewritten(company: Company, with_route: None) -> None:
    edition = draws(company.gm, [STEP])
    puts_in_force(company.vice, edition)
    for verb, given in (("edit", {"reason": "x"}), ("archive", {})):
        with pytest.raises(Refusal) as found:
            act(actor_of(company.gm), f"approvals.routeedition.{verb}", edition.fresh, given)
        assert found.value.code == "state", verb


def test_two_editions_never_overlap_and_none_begins_in_the_past(company: Company, with_route: None) -> None:
    first, second = draws(company.gm, [STEP]), draws(company.gm, [STEP | {"role": "HEAD"}])
    assert puts_in_force(company.vice, first) == "done"
    with pytest.raises(Refusal) as found:
        act(actor_of(company.vice), "approvals.routeedition.put_in_force", second.fresh)
    assert found.value.code == "constraint"
    later = draws(company.gm, [STEP | {"role": "HEAD"}], effective_from=day(1))
    assert puts_in_force(company.vice, later) == "done"
    assert waiting(a_request(company.seller)) == ["財務"], "the first holds until the next begins"
    assert puts_in_force(company.vice, draws(company.gm, [STEP], effective_from=day(-1))) == "past"


@pytest.mark.parametrize(
    ("steps", "conditions", "code"),
    [
        ([STEP | {"role": "LEGAL"}], [], "route"),  # nobody holds it
        ([STEP | {"advisory": True}], [], "route"),  # opinions alone decide nothing
        ([STEP | {"role": ""}], [], "route"),  # nobody is named
        ([STEP | {"superior": 1}], [], "route"),  # two are named
        ([STEP | {"role": "", "field": "nobody"}], [], "route"),
        ([STEP | {"share": 50}], [], "route"),  # a share without all of them
        ([STEP | {"from_above": True, "mode": "all"}], [], "route"),
        ([STEP], [{"step": 2, "fact": "amount", "comparison": "above", "value": "1"}], "route"),
        ([STEP], [{"step": 1, "fact": "mood", "comparison": "is", "value": "good"}], "fact"),
        ([STEP], [{"step": 1, "fact": "amount", "comparison": "above", "value": "much"}], "fact"),
        ([STEP], [{"step": 1, "fact": "amount", "comparison": "above", "value": "{no.such}"}], "fact"),
        ([STEP], [{"step": 1, "fact": "amount", "comparison": "above", "value": "{brief.due}"}], "fact"),
        ([], [], "route"),
    ],
)
def test_a_route_that_cannot_work_is_refused_with_what_to_do(
    company: Company, with_route: None, steps: list[dict[str, Any]], conditions: list[dict[str, Any]], code: str
) -> None:
    with pytest.raises(Refusal) as found:
        draws(company.gm, steps, conditions)
    assert (found.value.code, bool(str(found.value.sentence))) == (code, True)


def test_who_has_left_is_no_step_and_a_leaver_after_that_gives_way(company: Company, with_route: None) -> None:
    named = STEP | {"role": "", "person": company.money}
    edition = draws(company.gm, [named])
    act(HOUSE, "people.person.leave", company.money.fresh, {"left_on": day()})
    assert puts_in_force(company.vice, edition) == "left"
    with pytest.raises(Refusal) as found:
        draws(company.gm, [named])
    assert found.value.code in ("left", "invalid")


def test_changing_the_route_makes_nobody_judge_of_their_own(company: Company, with_route: None) -> None:
    """An executive writes themselves into the route: their own request still goes to another, or is refused."""
    edition = draws(company.vice, [STEP | {"role": "", "person": company.vice}])
    assert puts_in_force(company.gm, edition) == "done"
    request = a_request(company.vice)
    assert tickets(request) == [("總", "superior", "waiting")]
    assert do(company.vice, "approve", request) == "forbidden"
    with pytest.raises(Refusal) as found:
        _asks_alone(company)
    assert found.value.code == "route"


def _asks_alone(company: Company) -> None:
    """Everybody above has left; the last one asks."""
    act(HOUSE, "people.person.leave", company.gm.fresh, {"left_on": day()})
    a_request(company.vice)


def test_a_kind_the_program_does_not_know_has_no_route(company: Company) -> None:
    with pytest.raises(Refusal) as found:
        act(actor_of(company.gm), "approvals.route.create", None, {"kind": "no.such", "name": "x"})
    assert found.value.code == "kind"


def test_every_shipped_route_stands_as_data_after_a_first_start(company: Company) -> None:
    seed_routes(HOUSE)
    seed_routes(HOUSE)
    assert set(Route.objects.values_list("kind", flat=True)) == set(kinds)
    assert RouteEdition.objects.filter(state="in_force").count() == len(kinds)


def test_shipped_routes_are_called_as_people_of_the_house_call_them(company: Company) -> None:
    with translation.override("en"):
        seed_routes(HOUSE)
    with translation.override("zh-hant"):
        assert {one.name for one in Route.objects.all()} == {str(one.label) for one in kinds.values()}
