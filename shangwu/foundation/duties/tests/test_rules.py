"""Every row of the regulation's table of duties is declared, once, with numbers that are parameters."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import shangwu
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.duties.deadlines import WorkingDays
from shangwu.foundation.duties.rules import duty, rules
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CLAUSES, chapter_of
from shangwu.foundation.policy.parameters import Kind, parameters
from shangwu.foundation.policy.units import Unit
from shangwu.foundation.regulation.tracing import trace

DEMANDS = (Path(shangwu.__file__).parents[1] / "docs" / "reference" / "demands.md").read_text(encoding="utf-8")
HOUSE_WIDE = {"1.2"}
"""Under the introduction: signing for the regulation."""

CONNECTED = {
    "1.2", "2.4.1.1", "2.4.1.2", "2.4.2.5", "2.5.1.1", "2.5.1.2", "2.5.1.3", "2.5.2.1", "2.5.2.2", "2.5.2.3", "2.5.2.4",
    "2.5.3.1", "2.5.3.2", "2.5.3.3", "2.5.3.4", "2.5.3.5", "2.5.3.6", "2.6.1.1", "2.6.1.2", "2.6.1.3",
    "2.6.2.1", "2.6.2.2", "2.6.2.3", "2.6.2.4", "2.6.2.5", "2.6.2.6", "2.6.3.1", "2.6.3.2", "2.6.3.3", "2.6.3.4",
    "2.6.3.5",
    "2.7.1.1", "2.7.2.1", "2.7.2.2", "2.7.2.3", "2.7.2.4", "2.7.3.1", "2.7.3.2", "2.7.3.3", "3.4.3.1",
}  # fmt: skip


def test_the_table_of_demands_and_the_registry_name_the_same_duties() -> None:
    named = set(re.findall(r"D\.(\d\.\d\.\d\.\d)", DEMANDS))
    assert len(named) >= 100
    assert set(rules) - HOUSE_WIDE == named


def test_each_is_declared_in_the_room_of_its_chapter() -> None:
    for one in rules.values():
        if one.judge is not None:
            room = "foundation.administration" if one.code in HOUSE_WIDE else f"chapters.{chapter_of(one.clause).room}"
            assert one.judge.__module__.startswith(f"shangwu.{room}.")


def test_what_has_no_evidence_yet_is_not_connected() -> None:
    assert {one.code for one in rules.values() if one.is_connected} == CONNECTED


def test_every_number_is_a_parameter() -> None:
    for one in rules.values():
        for key in one.keys:
            assert key in parameters, f"{one.code} reads {key}"


def test_a_number_in_a_declaration_becomes_a_parameter_of_its_clause() -> None:
    one = parameters["duty.2.1.1.1.due"]
    assert (one.clause, one.default, one.unit, one.kind) == ("2.1.1", 3, Unit.WORKING_DAYS, Kind.NUMBER)
    with override("en"):
        assert str(one.label) == "Deadline: Name who follows the market, and a deputy"
    assert rules["2.1.1.1"].keys == ("duty.2.1.1.1.due",)


def test_a_number_that_is_a_parameter_already_gets_no_second_one() -> None:
    assert rules["2.6.1.1"].keys == ("order.std", "order.special")
    assert not [key for key in parameters if key.startswith("duty.2.6.1")]


def test_what_a_duty_names_is_there() -> None:
    for one in rules.values():
        assert one.clause in CLAUSES or one.code in HOUSE_WIDE
        assert not one.does or one.does in actions
        assert not one.anew or one.anew in actions
        assert not one.blocks or one.blocks in actions
        assert one.judge is None or one.does, f"{one.code}: say which action makes the evidence"
        assert not one.does or actions[one.does].may is not nobody, f"{one.code}: the house alone does {one.does}"


def test_sales_performance_is_scored_when_everybody_is() -> None:
    """2.7.3: "as D.R5.3.2": the later of the 5th, and a working day after the month was locked."""
    assert rules["2.7.3.2"].due == rules["3.5.3.2"].due
    assert "duty.2.7.3.2.due" not in parameters


def test_requests_about_personal_data_are_one_duty_within_what_the_law_allows() -> None:
    """2.4: answered within at most fifteen working days, which no change of the number may pass."""
    assert "duty.1.1.due" not in parameters, "a number that changes nothing is not offered for change"
    one = parameters["duty.2.5.1.3.due"]
    assert (one.default, one.most, one.unit) == (15, 15, Unit.WORKING_DAYS)


def test_a_duty_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        duty("2.6.1.1", "again", Role.HEAD, WorkingDays("order.std"), "nothing")
    with pytest.raises(KeyError):
        duty("9.9.9.1", "no such clause", Role.HEAD, None, "nothing")
    assert "9.9.9.1" not in rules


def test_a_clause_leads_to_its_duties_and_says_which_are_not_connected() -> None:
    with override("en"):
        found = {one.name: one for one in trace("2.6.1")["duties"]}
        unconnected = {one.name: one for one in trace("2.2.1")["duties"]}
    assert set(found) == {"2.6.1.1", "2.6.1.2", "2.6.1.3"}
    assert "not yet connected" not in found["2.6.1.1"].detail
    assert "not yet connected" in unconnected["2.2.1.1"].detail


STEADY = {"created_at", "created_by_id", "changed_by_id", "owner_id", "revision"}
"""What no action changes alone, or what always calls for another judgement."""


@pytest.mark.parametrize("code", [one.code for one in rules.values() if one.judge is not None])
def test_a_function_reads_only_what_is_watched(code: str) -> None:
    rule = rules[code]
    assert rule.model is not None
    names = {one.attname for one in rule.model._meta.concrete_fields}
    assert rule.watch <= names
    assert rule.judge is not None
    read = set(rule.judge.__code__.co_names) & names
    facts = {name for name in read if name.endswith("_by_id")}  # written together with their moment
    assert read - STEADY - facts <= rule.watch | {"changed_at"}
