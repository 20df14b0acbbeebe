"""The table of demands (docs/reference/demands.md) names what is there, and claims nothing that is not."""

import re
from pathlib import Path

import pytest

import shangwu
from shangwu.foundation.actions.registry import actions, record_name
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.policy.clauses import CLAUSES, TITLES
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.regulation.texts import wording
from shangwu.foundation.regulation.tracing import is_connected

TABLE = (Path(shangwu.__file__).parents[1] / "docs" / "reference" / "demands.md").read_text(encoding="utf-8")
NOTHING = "not yet connected"
Row = tuple[str, str, str, str, str]


def rows() -> dict[str, list[Row]]:
    parts = re.split(r"^### (\d\S*) .*$", TABLE, flags=re.MULTILINE)
    return {
        code: [_row(line) for line in text.splitlines() if line.startswith("| ") and not line.startswith("| demand")]
        for code, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _row(line: str) -> Row:
    demand, paragraph, keys, duties, program = (cell.strip() for cell in line.strip("|").split("|"))
    return demand, paragraph, keys, duties, program


ROWS = rows()


def test_every_clause_has_its_demands() -> None:
    assert list(ROWS) == list(TITLES)
    assert all(len(found) >= 3 for found in ROWS.values())


@pytest.mark.parametrize("code", ROWS)
def test_each_demand_stands_in_a_paragraph_of_the_text(code: str) -> None:
    count = len(wording(code, "zh-hant").paragraphs)
    assert {int(each) for row in ROWS[code] for each in row[1].split(",")} <= set(range(1, count + 1))


@pytest.mark.parametrize("code", ROWS)
def test_the_parameters_of_a_clause_are_named_and_exist(code: str) -> None:
    named = {key for row in ROWS[code] for key in re.findall(r"`([^`]+)`", row[2])}
    assert named <= set(parameters)
    # The number of a duty stands with the duty, whose name the table has.
    own = {key for key, one in parameters.items() if one.clause == code and not key.startswith("duty.")}
    assert own <= named
    assert wording(code, "zh-hant").blanks <= named


@pytest.mark.parametrize("code", CLAUSES)
def test_duties_carry_the_number_of_their_clause(code: str) -> None:
    named = [duty for row in ROWS[code] for duty in row[3].split(", ") if duty != "–"]
    assert all(re.fullmatch(rf"D\.{re.escape(code)}\.\d", duty) for duty in named)


def test_what_is_claimed_of_the_program_exists() -> None:
    known = set(actions) | set(measures) | {record_name(one.model) for one in actions.values()}
    claimed = {name for found in ROWS.values() for row in found for name in re.findall(r"`([^`]+)`", row[4])}
    assert claimed <= known
    assert "sales.order.confirm" in claimed


@pytest.mark.parametrize("code", [code for code in CLAUSES if code.startswith("2.") and code < "2.7"])
def test_a_clause_without_records_claims_nothing_and_one_with_records_something(code: str) -> None:
    assert is_connected(code) == any(row[4] != NOTHING for row in ROWS[code])
