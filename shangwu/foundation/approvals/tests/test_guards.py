"""What the database refuses by itself, whoever writes; each guard is also switched off, to see that it was it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions import loading, runner
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.kinds import StepSpec
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.approvals.tests.asking import Company, a_request, asking, do, subject
from shangwu.foundation.people.models import Post
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.history import history_models

pytestmark = pytest.mark.clause("3.3.2")


@pytest.fixture
def by_one() -> Iterator[None]:
    with asking([StepSpec(name="Head", role=Role.HEAD)]):
        yield


OWN = (
    "UPDATE approvals_ticket SET state = 'approved', decided_by_id = {by}, acting_for_id = {place}, person_id = {who},"
)
OWN += " decided_at = now() WHERE request_id = {request}"
TRIGGERS = ("not_own", "decided_stays", "ends_once")


def write(sql: str) -> bool:
    """Whether the database takes a statement that goes round the door; it is taken back at once."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def switch_off(table: str, *constraints: str) -> None:
    """Without the guards of a table: its triggers of approvals, and these constraints."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        for (name,) in cursor.fetchall():
            if any(one in name for one in TRIGGERS):
                cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
        for one in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {one}")


@pytest.mark.django_db
@pytest.mark.parametrize("guarded", [True, False])
def test_nobody_approves_their_own_even_past_the_program(company: Company, by_one: None, guarded: bool) -> None:
    request = a_request(company.seller)
    if not guarded:
        switch_off("approvals_ticket", "ticket_not_own")
    seller, head, ticket = company.seller.pk, company.head.pk, Ticket.objects.get(request=request)
    ways = {
        "as the one asked": OWN.format(by=seller, place="NULL", who=seller, request=request.pk),
        "as a deputy": OWN.format(by=seller, place=head, who=head, request=request.pk),
        "by a deputy of one's own": OWN.format(by=head, place=seller, who=seller, request=request.pk),
        "with another's name as the requester": OWN.format(by=seller, place="NULL", who=seller, request=request.pk)
        .replace("SET state", f"SET requester_id = {company.money.pk}, state"),
        "by asking oneself": f"UPDATE approvals_ticket SET person_id = {seller} WHERE id = {ticket.pk}",
    }  # fmt: skip
    assert {way: write(sql) for way, sql in ways.items()} == dict.fromkeys(ways, not guarded)


@pytest.mark.django_db
@pytest.mark.parametrize("guarded", [True, False])
def test_a_request_neither_waits_for_its_own_nor_forgets_whom_it_concerns(
    company: Company, by_one: None, guarded: bool
) -> None:
    request = a_request(company.seller)
    if not guarded:
        switch_off("approvals_request", "request_not_own")
    seller, where = company.seller.pk, f"WHERE id = {request.pk}"
    for sql in (
        f"UPDATE approvals_request SET waiting = ARRAY[{seller}] {where}",
        f"UPDATE approvals_request SET concerned = ARRAY[{company.money.pk}] {where}",
        f"UPDATE approvals_request SET requester_id = {company.money.pk} {where}",
    ):
        assert write(sql) is not guarded, sql


@pytest.mark.django_db
@pytest.mark.parametrize("guarded", [True, False])
def test_a_decision_stays_and_an_ended_request_stays_ended(company: Company, by_one: None, guarded: bool) -> None:
    request = a_request(company.seller)
    assert do(company.head, "approve", request) == "done"
    if not guarded:
        switch_off("approvals_ticket")
        switch_off("approvals_request")
    for sql in (
        f"UPDATE approvals_ticket SET opinion = '其實不同意' WHERE request_id = {request.pk}",
        f"DELETE FROM approvals_ticket WHERE request_id = {request.pk}",
        f"UPDATE approvals_request SET state = 'rejected' WHERE id = {request.pk}",
    ):
        assert write(sql) is not guarded, sql


@pytest.mark.alone
@pytest.mark.parametrize("guarded", [True, False])
def test_two_who_decide_at_once_leave_one_decision(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """One approves, another rejects, at the same moment; without lock and version both believe that it was theirs."""
    with asking([StepSpec(name="Check", role=Role.SALES_SUPPORT)]):
        company = Company()
        people = [company.clerk, company.other]
        request = a_request(company.seller)
        if not guarded:
            monkeypatch.setattr(loading, "_lock_targets", lambda batch: None)
            switch_off("approvals_ticket")
            switch_off("approvals_request")
        meet = threading.Barrier(2, timeout=10)
        apply = runner.applying.apply

        def slowly(batch: Any) -> None:
            apply(batch)
            if not guarded and batch.action.model is Request:
                meet.wait()

        monkeypatch.setattr(runner.applying, "apply", slowly)
        verbs = [("approve", {}), ("reject", {"opinion": "不"})]
        answers = _together([_decide(*each, request) for each in zip(people, verbs, strict=True)])
        done = [one for one in answers if one == "done"]
        with gate.free_reading():
            history: Any = history_models[Post]
            names = set(history.objects.filter(name__contains="ed by").values_list("name", flat=True))
            decided = Ticket.objects.filter(request=request, state__in=["approved", "rejected"]).count()
        if guarded:
            assert (len(done), decided, len(names)) == (1, 1, 1), answers
            assert subject(request) in names
        else:
            assert len(done) + decided + len(names) > 3, "switched off, the test sees two decisions"


def _decide(person: Any, verb: tuple[str, dict[str, str]], request: Request) -> Callable[[], str]:
    actor = actor_of(person)

    def decide() -> str:
        try:
            act(actor, f"approvals.request.{verb[0]}", request, verb[1], version=request.version)
        except Refusal as refusal:
            return refusal.code
        except IntegrityError:
            return "constraint"
        return "done"

    return decide


def _together(attempts: list[Callable[[], str]]) -> list[str]:
    answers: list[str] = []
    start = threading.Barrier(len(attempts), timeout=10)

    def run(attempt: Callable[[], str]) -> None:
        start.wait()
        try:
            answers.append(attempt())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[one]) for one in attempts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers
