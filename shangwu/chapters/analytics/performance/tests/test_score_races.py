"""2.7.3: two who score the same sheet at the same moment: one of them does. The lock is also switched off."""

from decimal import Decimal

import pytest

from shangwu.chapters.analytics.performance.tests.sheets import Team, a_signed_sheet
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.chapters.sales.tests.test_races import together, wide_window  # noqa: F401 -- a fixture
from shangwu.foundation.actions import loading
from shangwu.foundation.actions.door import act

pytestmark = [pytest.mark.alone, pytest.mark.clause("2.7.3")]

MANUAL = {
    "way": "manual", "name": "客戶滿意度", "definition": "問卷平均", "source": "回訪表", "target": "4.5",
    "weight": "100",
}  # fmt: skip


@pytest.mark.parametrize(("guarded", "answers"), [(True, ["done", "state"]), (False, ["done", "done"])])
def test_of_two_scorers_at_once_one_scores(
    committing: None,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    guarded: bool,
    answers: list[str],
) -> None:
    team = Team()
    scorers = [team.head, team.vice]
    sheet = a_signed_sheet(team, lines=[MANUAL])
    act(team.head, "analytics.kpisheet.enter", sheet, {"line": 1, "actual": "4.5", "evidence": "問卷"})
    if not guarded:
        monkeypatch.setattr(loading, "_lock_targets", lambda batch: None)
    request.getfixturevalue("wide_window")
    attempts = [lambda by=by: attempt(by, "analytics.kpisheet.score", sheet) for by in scorers]
    assert together(*attempts) == answers
    assert sheet.fresh.score == Decimal(100)
