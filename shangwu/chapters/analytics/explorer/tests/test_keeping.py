"""2.7.2: analyses are kept, shared by an action, and mailed to each receiver with what this receiver may see."""

import datetime
from typing import Any

import pytest
from django.core import mail

from shangwu.chapters.analytics.explorer import mailing
from shangwu.chapters.analytics.explorer.mailing import period_of, send
from shangwu.chapters.analytics.explorer.models import Mailing, SavedAnalysis
from shangwu.chapters.analytics.explorer.tests.selling import Shop, person
from shangwu.chapters.customers.tests.factories import person_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages.tests.visiting import a_client
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.2")]

QUERY = "m=sales.revenue&row=salesperson&period=all"


def kept(by: Any, query: str = QUERY) -> Any:
    return act(by, "analytics.savedanalysis.create", None, {"name": "By person", "query": query}).record


def seen_by(actor: Any) -> set[str]:
    return set(SavedAnalysis.objects.visible_to(actor).values_list("name", flat=True))


def test_a_kept_question_is_its_makers_until_it_is_shared(shop: Shop) -> None:
    one = kept(shop.crew.sales)
    assert (seen_by(shop.crew.sales), seen_by(shop.crew.colleague)) == ({"By person"}, set())
    act(shop.crew.sales, "analytics.savedanalysis.share", one)
    assert seen_by(shop.crew.colleague) == {"By person"}
    with pytest.raises(Refusal, match="forbidden"):
        act(shop.crew.colleague, "analytics.savedanalysis.withdraw", one.fresh)
    act(shop.crew.sales, "analytics.savedanalysis.withdraw", one.fresh)
    assert seen_by(shop.crew.colleague) == set()


@pytest.mark.parametrize(("query", "code"), [("m=sales.profit", "missing"), ("row=nonsense", "invalid")])
def test_only_what_its_keeper_may_ask_is_kept(shop: Shop, query: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        kept(shop.crew.sales, query)


def test_its_page_answers_each_reader_with_their_own_figures(shop: Shop) -> None:
    one = kept(shop.crew.head, "m=sales.profit&row=category&period=all")
    act(shop.crew.head, "analytics.savedanalysis.share", one)
    address = f"/analytics/saved/{one.public_id}/"
    assert "pumps" in a_client(person(shop.crew.head)).get(address).content.decode()
    hidden = a_client(person(shop.crew.sales)).get(address).content.decode()
    assert "pumps" not in hidden
    assert "not yours to see" in hidden


@pytest.fixture
def mailed(morning: Any, shop: Shop) -> Any:
    """An analysis that goes to a head and to a salesperson each week; it is ten in the morning."""
    for name, actor in (("head", shop.crew.head), ("sales", shop.crew.sales)):
        act(HOUSE, "people.person.edit", person(actor), {"email": f"{name}@example.invalid"})
    one = kept(shop.crew.head)
    to = [person_of(shop.crew.head), person_of(shop.crew.sales)]
    return act(shop.crew.head, "analytics.savedanalysis.schedule", one, {"cadence": "week", "receivers": to}).record


def test_nobody_is_mailed_without_saying_whom(shop: Shop) -> None:
    with pytest.raises(Refusal):
        act(shop.crew.head, "analytics.savedanalysis.schedule", kept(shop.crew.head), {"cadence": "day"})


@pytest.mark.parametrize(("cadence", "period"), [("day", "2026-12-31"), ("week", "2026-W53"), ("month", "2026-12")])
def test_one_mail_goes_out_in_each_period(cadence: str, period: str) -> None:
    assert period_of(cadence, datetime.date(2026, 12, 31)) == period


def test_each_receiver_gets_their_own_figures_once_a_period(mailed: Any, shop: Shop) -> None:
    """The head reads all four orders, the salesperson three of them: the same question, two answers."""
    assert send() == 2
    assert send() == 0, "whoever looks again sends nothing twice"
    totals = {
        message.to[0]: [line.split("\t")[1] for line in str(message.body).splitlines() if "\t" in line][-1]
        for message in mail.outbox
    }
    assert totals == {"head@example.invalid": "5,804", "sales@example.invalid": "2,871"}
    assert all(len(message.attachments) == 1 for message in mail.outbox)
    assert Mailing.objects.filter(finished_at__isnull=False).count() == 2


def test_what_the_server_does_not_take_is_tried_again(mailed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "hand_in", lambda message: "smtp")
    assert send() == 0
    assert Mailing.objects.filter(finished_at=None).count() == 2
    monkeypatch.undo()
    assert send() == 0, "not at once"
    Mailing.objects.update(claimed_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    assert send() == 2


def test_a_secret_is_not_mailed_but_where_it_is_read(shop: Shop, mailed: Any) -> None:
    act(shop.crew.head, "analytics.savedanalysis.set_secrecy", mailed.fresh, {"secrecy": 2}, reason="plans")
    send()
    assert all("analytics/explorer" in str(message.body) and not message.attachments for message in mail.outbox)
    assert all("By person" not in message.subject for message in mail.outbox)


def test_mails_of_long_ago_are_forgotten(mailed: Any, morning: Any) -> None:
    assert send() == 2
    assert mailing.sweep() == 0
    morning.now += mailing.KEPT + datetime.timedelta(days=1)
    assert send() == 2, "another week"
    assert mailing.sweep() == 2
    assert Mailing.objects.count() == 2, "the control: what went out now stays"
