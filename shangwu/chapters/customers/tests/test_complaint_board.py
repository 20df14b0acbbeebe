"""Clause 2.5.3: complaints stand on a board by state; a card moves by the complaint's own verb, or not at all."""

import re

import pytest

from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.pages.complaints import STEPS, step_to
from shangwu.chapters.customers.tests.complaining import SENT, Desk
from shangwu.foundation.actions import registry
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]

BOARD = "/customers/complaints/?state=registered&state=accepted&state=investigating&group=state&look=board"


def moves(by: Actor, complaint: Complaint) -> set[str]:
    """The states to which a person may bring a complaint on the board now."""
    answer = client_of(by).get(BOARD)
    assert answer.status_code == 200
    found = re.search(rf'data-sw-row="{complaint.public_id}"[^>]* data-sw-moves="([^"]*)"', text_of(answer))
    assert found, "the card stands on the board"
    return set(found[1].split())


def test_every_lane_is_reached_by_the_verb_that_leads_to_it() -> None:
    for state, verb in STEPS.items():
        action = registry.get(f"customers.complaint.{verb}")
        assert action.target in (state, None), f"{verb} leads elsewhere"
    assert step_to("registered") is None, "nobody moves a complaint back to where it came from"


def test_a_card_goes_only_where_its_state_allows(desk: Desk) -> None:
    one = desk.complaint()
    assert moves(desk.service, one) == {"accepted"}
    desk.does("accept", one)
    assert moves(desk.service, one) == {"investigating"}


def test_who_may_only_look_moves_nothing(desk: Desk) -> None:
    one = desk.complaint()
    answer = client_of(desk.law).get(BOARD)
    assert str(one.public_id) in text_of(answer)
    assert not re.search(rf'data-sw-row="{one.public_id}"[^>]* data-sw-moves="[^"]', text_of(answer))


def test_no_card_skips_what_the_clause_demands(desk: Desk) -> None:
    """Dropping a card is no way round: the verb asks for its proof and refuses what comes too early."""
    one = desk.complaint()
    assert desk.tries("close", one, lesson="x") == "state"
    desk.does("accept", one)
    assert desk.tries("reply", one, answer="已換貨", proof=SENT) == "state"
