"""2.7.1: figures obey the same gates as lists: for each role a measure is what the rows that it may see come to."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import ibis
import pyarrow
import pyarrow.parquet as parquet
import pytest

from shangwu.foundation.measures import engine, visibility
from shangwu.foundation.measures.arrow_types import schema
from shangwu.foundation.measures.asking import ask, with_new
from shangwu.foundation.measures.exporting import definition_of, folder
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.registry import FactSet, fact_sets, measures
from shangwu.foundation.measures.rolling import rolled
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal
from tests.authorisation.relations import World, relations_of
from tests.engines.questions import SINCE, made_up

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.1")]

OF_COST = {"sales.profit", "sales.margin"}
"""Measures in which a hidden cost would show."""


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> World:
    """Rows in every relation to one person, and facts about each of them."""
    settings.FACTS = tmp_path
    world = World()
    for facts in fact_sets.values():
        _publish(facts, _about(facts, _rows(world, facts)))
    return world


def _rows(world: World, facts: FactSet) -> list[Any]:
    """What is shared is seen beside one's own scope: figures leave it out."""
    return [world.row(facts.model, one) for one in relations_of(facts.model) if one != "shared"]  # type: ignore[type-abstract]


def _about(facts: FactSet, rows: list[Any]) -> pyarrow.Table:
    """Made-up facts, each about one of the rows, with the scope of what that row is seen with."""
    table = made_up(facts)
    about = [rows[place % len(rows)] for place in range(table.num_rows)]
    seen = [one.customer if facts.seen_with else one for one in about]
    columns = {name: table[name].to_pylist() for name in table.column_names} | {
        "record_id": [one.pk for one in about],
        "owner_id": [one.owner_id for one in seen],
        "department_id": [one.department_id for one in seen],
        "entity_id": [one.entity_id for one in about],
        "secrecy": [max(one.secrecy, other.secrecy) for one, other in zip(about, seen, strict=True)],
        "archived": [one.archived_at is not None for one in about],
    }
    columns |= {name: _first(columns, groups[0]) for name, groups in facts.first_of.items()}
    return pyarrow.table(columns, schema=schema(facts))


def _first(columns: dict[str, list[Any]], grouped: Collection[str]) -> list[int]:
    """1 in the first row of each record in each group, 0 in its others: what counts records promises that."""
    places = list(zip(*(columns[name] for name in ("record_id", *sorted(grouped))), strict=True))
    first = {place: row for row, place in reversed(list(enumerate(places)))}
    return [int(first[place] == row) for row, place in enumerate(places)]


def _publish(facts: FactSet, table: pyarrow.Table) -> None:
    folder(facts).mkdir(parents=True)
    parquet.write_table(table, folder(facts) / "facts.parquet")
    if facts.sums:
        parquet.write_table(rolled(facts, table), folder(facts) / "sums.parquet")
    files = {"2026-01": {"file": "facts.parquet", "rows": table.num_rows, "sums": "sums.parquet"}}
    FactRelease.objects.update_or_create(
        fact_set=facts.name, defaults={"definition": definition_of(facts), "files": files, "as_of": clock.now()}
    )


def _brute_force(actor: Actor, name: str) -> Any:
    """The measure over the facts of those rows that a list would show, found by the lists' own query."""
    measure = measures[name]
    facts = fact_sets[measure.facts]
    shown = list(facts.model._default_manager.visible_to(actor).values_list("pk", flat=True))  # type: ignore[attr-defined]
    table, _as_of = engine.table(facts)
    theirs = table.filter(table.record_id.isin(shown))
    if measure.new_in:
        theirs = with_new(theirs.filter(theirs.day >= SINCE), table, measure.new_in, "day", SINCE)
    return engine.rows(theirs.agg(found=measure.value(theirs)))[0][0]


def _in_turn(place: int) -> list[str]:
    """One measure of each fact set, for each place another."""
    of_facts: dict[str, list[str]] = {}
    for name, measure in measures.items():
        of_facts.setdefault(measure.facts, []).append(name)
    return [names[place % len(names)] for names in of_facts.values()]


def _differing(world: World, role: Role, relation: str, names: Collection[str] = measures) -> list[str]:
    actor = world.person_with(role, relation)
    found = []
    for name in names:
        measure = measures[name]
        if measure.gate is not None and not measure.gate(actor):
            with pytest.raises(Refusal, match="missing"):
                ask(actor, [name])
            continue
        since = SINCE if measure.new_in else None
        shown, brute = ask(actor, [name], since=since).rows[0][0], _brute_force(actor, name)
        if (shown or None) != (brute or None):
            found.append(f"{role} {relation or 'own'} {name}: {shown} is not {brute}")
    return found


@pytest.mark.soak
def test_for_each_role_a_measure_is_what_the_rows_it_may_see_come_to(world: World, full_count: bool) -> None:
    """In short form each role asks one measure of each fact set, in turn for itself and for whom it stands in for."""
    if full_count:
        asked = [(role, relation, list(measures)) for role in Role for relation in ("", "deputy")]
    else:
        asked = [(role, ("", "deputy")[place % 2], _in_turn(place)) for place, role in enumerate(Role)]
    assert [said for one in asked for said in _differing(world, *one)] == []


def test_a_scope_that_lets_all_through_would_be_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visibility, "visible", lambda table, model, actor: table)
    assert _differing(world, Role.SALES, "")


def test_what_is_made_of_a_hidden_cost_is_hidden_with_it(world: World) -> None:
    """Whoever may not see cost has no measure whose expression reads it."""
    system, seller = actors.system(), world.person_with(Role.SALES)
    known, _as_of = engine.table(fact_sets["sales.lines"])
    new = {f"{one.new_in}_is_new": "boolean" for one in measures.values() if one.new_in}
    table = ibis.table({**known.schema(), **new}, name="lines")
    reads_cost = {
        name
        for name, one in measures.items()
        if "cost" in fact_sets[one.facts].columns and "cost" in _columns_of(one.value(table))
    }
    assert reads_cost == OF_COST
    for name in reads_cost:
        gate = measures[name].gate
        assert gate is not None
        assert (gate(system), gate(seller)) == (True, False)


def _columns_of(expression: Any) -> set[str]:
    """The columns that an expression reads."""
    import ibis.expr.operations as operations

    return {one.name for one in expression.op().find(operations.Field)}
