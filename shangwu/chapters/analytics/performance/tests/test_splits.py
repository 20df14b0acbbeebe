"""2.7.3: the credit of a team deal is shared in per cent, agreed to by all before the order closes; to the cent."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.urls import reverse

from shangwu.chapters.analytics.performance.models import Split
from shangwu.chapters.analytics.performance.scoring import shared_out
from shangwu.chapters.analytics.performance.tests.sheets import Team, a_scored_sheet, last_month, lock, person, sold
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import CreditNote, Order
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_product, a_shipped_order, attempt
from shangwu.chapters.sales.tests.test_credits import issued, put_through
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.measures import exporting
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, gate
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.3")]

D = Decimal
SYSTEM = actors.system()
BACK = {"lines": [{"position": 2, "quantity": "2"}], "reason": "surplus"}


def inputs(order: Order, *shares: tuple[Actor, str]) -> dict[str, Any]:
    rows = [{"person": person(who), "percent": percent} for who, percent in shares]
    return {"order": order, "why": "共同拜訪成交", "shares": rows}


def an_agreed_split(team: Crew, order: Order, *shares: tuple[Actor, str]) -> Split:
    split: Split = act(team.sales, "analytics.split.create", None, inputs(order, *shares)).record
    for who, _percent in shares:
        if who is not team.sales:
            act(who, "analytics.split.agree", split.fresh)
    agreed: Split = split.fresh
    return agreed


def credited() -> dict[int, Decimal]:
    export("performance.credit")
    answer = ask(SYSTEM, ["performance.revenue", "performance.profit"], by=["credited_person"])
    return {row[0]: row[1] for row in answer.rows}


def test_a_split_counts_once_everybody_named_has_agreed(team: Team) -> None:
    order = sold(team, "1001", last_month(team))
    before = credited()
    assert before == {team.sales.person_id: 1001}
    third = team.one(Role.SALES)
    shares = ((team.sales, "50"), (team.colleague, "30"), (third, "20"))
    split = act(team.sales, "analytics.split.create", None, inputs(order, *shares)).record
    act(team.colleague, "analytics.split.agree", split.fresh)
    assert (split.fresh.state, credited()) == ("proposed", before)
    act(third, "analytics.split.agree", split.fresh)
    assert split.fresh.state == "agreed"
    wanted = shared_out(D(1001), [D(50), D(30), D(20)], 0)
    found = credited()
    assert [found[one.person_id] for one in (team.sales, team.colleague, third)] == wanted == [501, 300, 200]


def test_who_shares_an_order_of_a_locked_month_is_warned_on_the_form(team: Team) -> None:
    order = sold(team, "1001", last_month(team))
    client = a_client(person(team.sales))
    told = f"/analytics/splits/locked/?order={order.public_id}"
    assert "/analytics/splits/locked/" in client.get(reverse("analytics.split.create")).content.decode()
    assert client.get(told).content == b"", "the month is open"
    lock(team, last_month(team))
    assert f"The order is of {last_month(team):%Y-%m}, and that month is locked" in client.get(told).content.decode()
    assert a_client(person(team.colleague)).get(told).content == b"", "who does not see the order learns nothing"
    assert client.get("/analytics/splits/locked/?order=x").status_code == 200


def test_credit_comes_to_the_same_total_as_revenue_and_profit(team: Team) -> None:
    for price in ("999.37", "1000", "7"):
        order = sold(team, price, last_month(team), cost="3.333")
        an_agreed_split(team, order, (team.sales, "33.33"), (team.colleague, "66.67"))
    sold(team, "155", last_month(team))
    export("sales.lines")
    export("performance.credit")
    ours = ask(SYSTEM, ["performance.revenue", "performance.profit"], by=["credited_person", "credited_order"])
    theirs = ask(SYSTEM, ["sales.revenue", "sales.profit"])
    assert (ours.total(0), ours.total(1)) == (theirs.total(0), theirs.total(1))
    assert len(ours.rows) == 7


def assert_totals_agree() -> None:
    export("sales.lines")
    export("sales.loyalty")
    by_grade = ask(SYSTEM, ["sales.bought", "sales.buyers"], by=["customer_grade"])
    assert by_grade.total() == ask(SYSTEM, ["sales.revenue"]).total(), "what each grade bought, too"
    export("performance.credit")
    ours = ask(SYSTEM, ["performance.revenue", "performance.profit"], by=["credited_person", "credited_order"])
    theirs = ask(SYSTEM, ["sales.revenue", "sales.profit"])
    assert (ours.total(0), ours.total(1)) == (theirs.total(0), theirs.total(1))


@pytest.mark.parametrize("large", [exporting.LARGE, 1], ids=["months whole", "records put anew"])
def test_credit_is_less_by_credit_notes_and_goods_that_came_back(
    large: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A person's pay hangs on it: what the customer was credited, nobody has sold."""
    monkeypatch.setattr(exporting, "LARGE", large)
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    house = House()
    lines = [
        {"product": a_product(list_price="33.33", cost="20.333333"), "quantity": "3"},
        {"product": a_product(list_price="77.77", cost="50.1"), "quantity": "7"},
    ]
    order, alone = (a_shipped_order(house, lines)[0] for _each in range(2))
    an_agreed_split(house, order, (house.sales, "33.33"), (house.colleague, "66.67"))
    whole = credited()
    assert_totals_agree()
    for one in (order, alone):
        issued(house, one.fresh, amount="101")
    after_price = credited()
    assert all(after_price[who] < whole[who] for who in whole), "split and unsplit orders alike"
    assert_totals_agree()
    act(house.sales, "sales.order.take_goods_back", order.fresh, BACK)
    act(house.logistics, "sales.return.receive", order.returns.get(), {"fit": True})
    assert_totals_agree()
    put_through(house, CreditNote.objects.get(back=order.returns.get()))
    assert credited()[house.colleague.person_id] < after_price[house.colleague.person_id]
    assert_totals_agree()


@pytest.mark.parametrize(("first", "second"), [("50", "49"), ("100", "0"), ("60", "50")])
def test_shares_come_to_a_hundred(team: Team, first: str, second: str) -> None:
    order = sold(team, "100", last_month(team))
    given = inputs(order, (team.sales, first), (team.colleague, second))
    assert attempt(team.sales, "analytics.split.create", None, given) == "percent"


def test_the_database_keeps_shares_at_a_hundred(team: Team) -> None:
    split = an_agreed_split(team, sold(team, "100", last_month(team)), (team.sales, "50"), (team.colleague, "50"))
    with gate.door(), connection.cursor() as cursor:
        split.shares.filter(position=1).update(percent=D(40))
        with pytest.raises(IntegrityError, match="differ from its lines"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nothing_is_shared_once_the_order_is_closed(team: Team) -> None:
    order = sold(team, "100", last_month(team))
    given = inputs(order, (team.sales, "50"), (team.colleague, "50"))
    split = act(team.sales, "analytics.split.create", None, given).record
    act(team.executive, "sales.order.cancel", order.fresh, reason="客戶取消")
    assert attempt(team.colleague, "analytics.split.agree", split.fresh) == "closed"
    assert attempt(team.sales, "analytics.split.create", None, given) == "closed"


def test_another_split_replaces_the_agreed_one(team: Team) -> None:
    order = sold(team, "1000", last_month(team))
    former = an_agreed_split(team, order, (team.sales, "50"), (team.colleague, "50"))
    latter = an_agreed_split(team, order, (team.sales, "80"), (team.colleague, "20"))
    assert (former.fresh.state, latter.state) == ("replaced", "agreed")
    assert credited()[team.colleague.person_id] == 200
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_split_shows_in_a_large_month_too(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LARGE", 1)
    monkeypatch.setattr(exporting, "MARGIN", 0)
    order, other = (sold(team, price, last_month(team)) for price in ("1000", "300"))
    assert credited() == {team.sales.person_id: 1300}
    an_agreed_split(team, order, (team.sales, "50"), (team.colleague, "50"))
    assert credited() == {team.sales.person_id: 800, team.colleague.person_id: 500}
    an_agreed_split(team, order, (team.sales, "80"), (team.colleague, "20"))
    assert credited() == {team.sales.person_id: 1100, team.colleague.person_id: 200}
    assert other.owner_id == team.sales.person_id


def test_the_named_see_the_split_and_agree_in_person(team: Team) -> None:
    order = sold(team, "100", last_month(team))
    given = inputs(order, (team.sales, "50"), (team.colleague, "50"))
    split = act(team.sales, "analytics.split.create", None, given).record
    stranger = team.one(Role.SALES)
    assert attempt(stranger, "analytics.split.agree", split.fresh) in ("missing", "forbidden")
    assert attempt(team.head, "analytics.split.agree", split.fresh) == "forbidden"
    assert attempt(team.colleague, "analytics.split.create", None, given) == "invalid", "not a colleague's order"
    assert attempt(team.colleague, "analytics.split.decline", split.fresh, reason="比例不合") == "done"
    assert split.fresh.state == "dropped"


def test_a_share_counts_in_the_score_of_who_has_it(team: Team) -> None:
    order = sold(team, "1000", last_month(team) + datetime.timedelta(days=3))
    an_agreed_split(team, order, (team.sales, "50"), (team.colleague, "50"))
    sheet = a_scored_sheet(team, owner=team.colleague)
    assert (sheet.lines.get().actual, sheet.score) == (500, 50)
