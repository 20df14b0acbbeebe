"""Two people at the same moment: the last free place, one pool customer, a merge and what is entered meanwhile.

Each guard is also switched off, to see that the test would notice (2.5.1).
"""

import dataclasses
from typing import Any

import pytest

from shangwu.chapters.customers import gathering, holdings
from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.events.mail import NOT_SENT
from shangwu.chapters.customers.models import Communication, Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.test_mail_bounces import report
from shangwu.chapters.customers.tests.test_opportunities import a_reason, an_opportunity
from shangwu.chapters.customers.tests.writing import a_draft, known
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.chapters.sales.tests.test_races import together, wide_window
from shangwu.foundation.actions import loading, locking, registry
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.policy import parameters
from tests.builders import HOUSE

pytestmark = [pytest.mark.alone, pytest.mark.clause("2.5.1")]
__all__ = ["wide_window"]


def pooled(name: str) -> Customer:
    made: Customer = act(HOUSE, "customers.customer.create", None, {"name": name, "owner": None}).record
    return made


@pytest.mark.parametrize("guarded", [True, False])
def test_one_pool_customer_is_claimed_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    crew, customer = Crew(), pooled("澤川水務")
    people = (crew.sales, crew.colleague)
    if not guarded:
        read = locking.seen
        monkeypatch.setattr(loading.locking, "seen", lambda *given, **how: read(*given, **{**how, "lock": False}))
    request.getfixturevalue("wide_window")
    answers = together(*(lambda by=by: attempt(by, "customers.customer.claim", customer) for by in people))
    if guarded:
        assert answers[0] == "done"
        assert answers[1] in ("missing", "owned")
    else:
        assert answers == ["done", "done"], "without the lock both are told that it is theirs"


@pytest.mark.parametrize("guarded", [True, False])
def test_the_last_free_place_is_taken_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    """One salesperson, two windows, room for one more."""
    crew, customers = Crew(), [pooled("澤川水務"), pooled("岳澄精密")]
    read = parameters._reader
    monkeypatch.setattr(parameters, "_reader", lambda one, on: 1 if one.key == "pool.limit" else read(one, on))
    if not guarded:
        monkeypatch.setattr(holdings, "by_pk", lambda *given, **how: [])
    by = crew.sales
    request.getfixturevalue("wide_window")
    answers = together(*(lambda one=one: attempt(by, "customers.customer.claim", one) for one in customers))
    assert answers == (["done", "limit"] if guarded else ["done", "done"])
    assert Customer.objects.filter(owner=by.person_id).count() == (1 if guarded else 2)


def test_a_talk_logged_during_a_merge_never_stays_behind(committing: None) -> None:
    crew = Crew()
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    head, sales = crew.head, crew.sales
    said = {"customer": str(other.public_id), "method": "phone", "at": "2026-01-05T10:00:00+08:00", "summary": "詢價"}
    answers = together(
        lambda: attempt(
            head, "customers.customer.merge", into, {"others": [{"file": str(other.public_id)}]}, reason="同一家"
        ),
        lambda: attempt(sales, "customers.communication.create", None, said),
    )
    assert "done" in answers
    gathering.look_after()
    assert not Communication.objects.filter(customer=other, customer__merged_into__isnull=False).exists()


@pytest.mark.parametrize("gathered", [True, False])
def test_what_was_entered_for_a_merged_file_goes_after_it(committing: None, gathered: bool) -> None:
    """A form that was open during the merge and writes without asking for the customer again: the clock moves it."""
    from shangwu.foundation.records import gate

    crew = Crew()
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    act(crew.head, "customers.customer.merge", into, {"others": [{"file": other}]}, reason="同一家")
    said = {"customer": into, "method": "phone", "at": "2026-01-05T10:00:00+08:00", "summary": "詢價"}
    late = act(crew.sales, "customers.communication.create", None, said).record
    with gate.door():
        Communication.objects.filter(pk=late.pk).update(customer=other)
    if gathered:
        assert (gathering.look_after(), gathering.look_after()) == (1, 0)
    assert late.fresh.customer_id == (into.pk if gathered else other.pk)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_merge_and_an_edit_at_once_never_lose_the_edit(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    """Whoever comes second is told: the edit finds a file in the archive, or the merge finds another version."""
    crew = Crew()
    into, other = a_customer(crew.sales), a_customer(crew.sales, region="高雄")
    head, sales = crew.head, crew.sales
    if not guarded:
        one = registry.get("customers.customer.merge")
        prepare: Any = lambda *given: _unlocked(one.prepare, *given)  # noqa: E731
        monkeypatch.setitem(registry.actions, one.name, dataclasses.replace(one, prepare=prepare))
    request.getfixturevalue("wide_window")
    merge = {"others": [{"file": other, "version": other.version}]}
    answers = together(
        lambda: attempt(head, "customers.customer.merge", into, merge, reason="同一家"),
        lambda: attempt(sales, "customers.customer.edit", other, {"region": "台南"}, version=other.version),
    )
    region, lost = into.fresh.region, Customer.objects.get(pk=other.pk).region
    if guarded:
        assert answers == ["done", "stale"]
        assert (region, lost) in (("高雄", "高雄"), ("", "台南")), "merged with what it then was, or not merged at all"
    else:
        assert answers == ["done", "done"], "without the lock both go through"
        assert region == "高雄", "and the merge has taken a value that was already changed"


def _unlocked(prepare: Any, *given: Any) -> Any:
    from shangwu.chapters.customers.actions import merging

    kept, merging.by_pk = merging.by_pk, lambda model, pks, lock=False: kept(model, pks)
    try:
        return prepare(*given)
    finally:
        merging.by_pk = kept


@pytest.mark.clause("2.5.2")
@pytest.mark.parametrize("guarded", [True, False])
def test_two_who_close_one_opportunity_decide_it_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    """One says won, the other lost: the first decision stands, and the second one is told."""
    crew = Crew()
    one = an_opportunity(crew.sales)
    sales, head, price = crew.sales, crew.head, a_reason("lost")
    if not guarded:
        read = locking.seen
        monkeypatch.setattr(loading.locking, "seen", lambda *given, **how: read(*given, **{**how, "lock": False}))
        monkeypatch.setattr(loading, "_lock_targets", lambda batch: None)
    request.getfixturevalue("wide_window")
    answers = together(
        lambda: attempt(sales, "customers.opportunity.win", one, {}),
        lambda: attempt(head, "customers.opportunity.lose", one, {"outcome_reason": price}),
    )
    now = one.fresh
    if guarded:
        assert answers == ["done", "state"]
        assert (now.won_at is None) != (now.lost_at is None)
        assert (now.state == "won") == (now.probability == 100)
    else:
        assert answers == ["done", "done"], "without the lock both are told that they have decided it"


@pytest.mark.clause("2.5.2")
def test_two_reports_of_one_lost_mail_fail_it_once(committing: None, settings: Any) -> None:
    desk = Crew()
    _customer, contact = known(desk)
    message = a_draft(desk.sales, contact)
    act(desk.sales, "customers.message.send", message)
    act(HOUSE, "customers.message.deliver", message.fresh)
    raw = [report(message.message_id, own=own, date="") for own in ("r1", "r2")]
    entity = desk.entity
    together(*(lambda one=one: take_in(one, entity=entity) and "done" for one in raw))
    assert message.fresh.state == "failed"
    assert Notice.objects.filter(record_public_id=message.public_id, message=NOT_SENT).count() == 1
