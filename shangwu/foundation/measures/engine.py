"""The engine that answers: the one that SHANGWU_ENGINE names, DuckDB at home; always with the same Ibis expressions."""

import datetime
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.measures.engines import MAKERS, Engine
from shangwu.foundation.measures.exporting import definition_of, folder
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.registry import FactSet
from shangwu.foundation.measures.rolling import files_of
from shangwu.foundation.records.refusals import Refusal

_own = threading.local()

FROZEN_KEPT = 64
"""Tables of frozen files that a thread remembers."""


def _engine() -> Engine:
    """This thread's engine; made at its first question, so that a web process without any stays small."""
    if getattr(_own, "name", "") != settings.ENGINE:
        _own.engine, _own.name, _own.tables, _own.frozen = MAKERS[settings.ENGINE](), settings.ENGINE, {}, {}
    engine: Engine = _own.engine
    return engine


def table(facts: FactSet, sums: bool = False) -> tuple[Any, datetime.datetime]:
    """The published facts, or their sums by month, as an Ibis table; and when they were exported.

    Raises Refusal("facts") before the first export, and after an update that changed their columns until the next one.
    """
    release = FactRelease.objects.filter(fact_set=facts.name).first()
    if release is None or not release.files or release.definition != definition_of(facts):
        raise Refusal("facts", _("There is nothing to analyse yet. The figures appear a minute after the first order."))
    engine = _engine()
    key = (facts.name, sums, release.as_of)
    if key not in _own.tables:
        paths = [folder(facts) / name for name in files_of(release.files, sums=sums)]
        _own.tables = {other: kept for other, kept in _own.tables.items() if other[:2] != key[:2]}
        _own.tables[key] = engine.read(paths, _name(key))
    return _own.tables[key], release.as_of


def frozen(paths: Sequence[Path]) -> Any:
    """Files that never change again, as one Ibis table; what a former definition lacked is empty."""
    engine = _engine()
    key = tuple(paths)
    if key not in _own.frozen:
        while len(_own.frozen) >= FROZEN_KEPT:
            del _own.frozen[next(iter(_own.frozen))]
        _own.frozen[key] = engine.read(paths, _name(key))
    return _own.frozen[key]


def _name(key: object) -> str:
    return f"facts_{abs(hash(key))}"


def rows(question: Any) -> list[tuple[Any, ...]]:
    """The answer's rows as plain Python values; money as Decimal."""
    return _engine().rows(question)
