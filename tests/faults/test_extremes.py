"""Numbers and days beyond all measure in every input of every action (HAZARDS 14): each is taken, or refused with a
sentence; none is answered with a 500."""

import pytest

from shangwu.foundation.actions import constraints
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action, actions
from tests.builders import unique
from tests.faults.offices import Office
from tests.faults.test_naughty import api_address
from tests.faults.test_repeats import post_api, taken_back

pytestmark = pytest.mark.usefixtures("no_limits")

EXTREMES = {
    Kind.DECIMAL: ("-1", "0", "1", "99999999999", "0.0000001", "99999999999999", "-99999999999", "1e30", "NaN"),
    Kind.INTEGER: ("-1", "0", "32768", "2147483648", "9223372036854775807", "99999999999999999999"),
    Kind.DATE: ("0001-01-01", "1800-01-01", "1900-02-28", "2199-12-31", "9999-12-31"),
    Kind.MOMENT: ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
}
EACH = 2
"""How many of them each input is sent in the short form; from input to input they go round."""


def asked() -> list[tuple[Action, str, Input]]:
    """(action, relation or "", input) of every number and day that an action of pages and API takes."""
    found = []
    for one in actions.values():
        if one.shown:
            found += [(one, "", each) for each in one.inputs]
            found += [(one, rows.name, each) for rows in one.inputs for each in rows.parts]
    return [each for each in found if each[2].kind in EXTREMES]


def answered(office: Office, one: Action, relation: str, field: Input, value: str) -> int:
    """The status of the answer to an action whose other entries are as they should be."""
    with taken_back():
        record = None if one.makes else office.row_for(one)
        entries = office.entries(one.inputs, also=relation or field.name)
        if relation:
            rows = next(each for each in one.inputs if each.name == relation)
            entries[relation] = [office.entries(rows.parts) | {field.name: value}]
        else:
            entries[field.name] = value
        entries |= {"reason": "試"} if one.needs_reason else {}
        return int(post_api(office, api_address(one, record), entries, unique()).status_code)


@pytest.mark.soak
def test_no_number_and_no_day_is_answered_with_a_500(office: Office, full_count: bool) -> None:
    failed, turn = [], 0
    for one, relation, field in asked():
        values = EXTREMES[field.kind]
        for place in range(len(values) if full_count else EACH):
            value = values[(turn + place) % len(values)]
            if answered(office, one, relation, field, value) >= 500:
                failed.append(f"{one.name} {relation} {field.name}={value}")
        turn += EACH
    assert failed == []


@pytest.mark.parametrize("guarded", [True, False])
def test_what_comes_to_more_than_can_be_kept_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """A stock that fits its own column, and what lies there already: the sum of both fits none. The control switches
    the guard off."""
    if not guarded:
        monkeypatch.setattr(constraints, "_OUT_OF_RANGE", "")
    receive = actions["sales.product.receive"]
    quantity = next(one for one in receive.inputs if one.name == "quantity")
    assert answered(office, receive, "", quantity, "99999999999999") == (422 if guarded else 500)
