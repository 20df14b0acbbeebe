"""2.7.1: every measure by every grouping has one answer, to the cent, whichever engine is asked."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from shangwu.foundation.measures.engines import MAKERS
from shangwu.foundation.measures.registry import measures
from tests.engines.questions import Answers, answers, answers_of_postgresql, differences, files, groupings
from tests.engines.questions import fact_sets as asked_sets

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.7.1")]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The made-up facts, as files."""
    return files(tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="module")
def at_home(written: dict[str, Path]) -> Answers:
    """What DuckDB answers."""
    return answers(MAKERS["duckdb"](), written)


def test_every_measure_is_asked_by_every_grouping_it_has(at_home: Answers) -> None:
    assert {one.facts for one in measures.values()} == {name for name, _way in at_home}
    for name, facts in asked_sets.items():
        assert {way for asked, way in at_home if asked == name} == set(groupings(facts))
    assert len(at_home) > 60


def test_duckdb_answers_as_postgresql_over_the_same_rows(at_home: Answers) -> None:
    assert differences(at_home, answers_of_postgresql()) == []


def test_another_answer_would_be_found(at_home: Answers) -> None:
    key = ("sales.lines", "month")
    row = at_home[key][0]
    other = {**at_home, key: [(row[0], row[1] + type(row[1])("0.000001"), *row[2:]), *at_home[key][1:]]}
    assert len(differences(at_home, other)) == 1


def test_clickhouse_answers_as_duckdb(at_home: Answers, written: dict[str, Path]) -> None:
    pytest.importorskip("chdb", reason="the extra `clickhouse` is not installed")
    assert differences(at_home, answers(MAKERS["clickhouse"](), written)) == []


def test_spark_answers_as_duckdb(at_home: Answers, written: dict[str, Path], settings: Any) -> None:
    """Two workers on this machine; by `make test-spark`, which installs what it needs."""
    if os.environ.get("SHANGWU_SPARK_MASTER") is None:
        pytest.skip("only by `make test-spark`: a cluster takes a minute")
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine")
    settings.SPARK_MASTER = os.environ["SHANGWU_SPARK_MASTER"]
    assert differences(at_home, answers(MAKERS["spark"](), written)) == []
