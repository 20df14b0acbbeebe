"""Judges records as actions change them, in the action's own transaction, from the records in memory."""

from collections.abc import Iterable
from typing import Any

from shangwu.foundation.actions.events import Acted, subscribe
from shangwu.foundation.duties import engine
from shangwu.foundation.duties.judging import Ended, Judged, judged
from shangwu.foundation.duties.rules import Rule, by_model
from shangwu.foundation.records import clock


@subscribe
def judge_again(acted: Acted) -> None:
    """Judge the records that an action made, or changed where a rule watches. One statement, or none."""
    if not by_model:
        return
    found: list[Judged | Ended] = []
    now = clock.now()
    for rule, fresh, records in _concerned(acted):
        found += judged(rule, records, now, fresh=fresh)
    if found:
        engine.write(found)


def _concerned(acted: Acted) -> Iterable[tuple[Rule, bool, list[Any]]]:
    """(rule, whether just made, records) for each rule that has something to see."""
    for rule in by_model.get(acted.action.model, ()):
        if acted.action.makes:
            yield rule, True, list(acted.records)
        elif records := [
            record
            for record, changed in zip(acted.records, acted.changes, strict=True)
            if _watched(rule, changed, acted)
        ]:
            yield rule, False, records
    for row, changed in zip(acted.also, acted.also_changes, strict=True):
        for rule in by_model.get(type(row), ()):
            if changed is None or _watched(rule, changed, acted):
                yield rule, changed is None, [row]


def _watched(rule: Rule, changed: dict[str, Any], acted: Acted) -> bool:
    """Whether what changed matters; archiving and handing over always do, and bookkeeping when it is watched."""
    return not rule.watch.isdisjoint(changed) or "owner_id" in changed or bool(changed and "changed_at" in rule.watch)
