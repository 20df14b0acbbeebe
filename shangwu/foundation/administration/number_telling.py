"""A line of the ledger of numbers in words: on the page, in the workbook, and that a secret record was read."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.administration.number_ledger import Line
from shangwu.foundation.audit.reading import How, read_many, secret_ones
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.tones import tone_of
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

FROM_ELSEWHERE = gettext_lazy("The number behind it came from elsewhere, and the series went on behind it.")
UNEXPLAINED = gettext_lazy("Nothing explains it. Compare with a backup, and check the log.")


def why(line: Line) -> Sentence:
    """Why no record bears a number; "" for one that a record does."""
    if line.model is not None:
        return ""
    return FROM_ELSEWHERE if line.explained else UNEXPLAINED


def kind_of(line: Line) -> str:
    """What kind of record bears the number."""
    return capfirst(str(line.model._meta.verbose_name)) if line.model is not None else ""


def name_of(line: Line) -> str:
    """The record's name for whom it may be named."""
    if line.model is None:
        return ""
    with gate.free_reading():
        return str(line.record) if line.record is not None else CONCEALED


def state_of(record: Record | None) -> tuple[str, str]:
    """The record's state and the kind of its pill; what was archived says so."""
    if record is None:
        return "", ""
    if record.archived_at is not None:
        return _("in the archive"), "void"
    kept: Any = getattr(record, "get_state_display", None)
    return (str(kept()), tone_of(record.state)) if kept is not None else ("", "")  # type: ignore[attr-defined]


def titles() -> list[str]:
    """The columns of the workbook."""
    return [
        _("Series"), _("From"), _("To"), _("Numbers"), _("Kind"), _("Record"), _("State"), _("Created at"), _("Why")
    ]  # fmt: skip


NUMBERS = (3,)


def cells(series: Sentence, line: Line) -> list[str]:
    """A row of the workbook."""
    made = formats.moment(line.record.created_at) if line.record is not None else ""
    state, _tone = state_of(line.record)
    told = [kind_of(line), name_of(line), state, made, str(why(line))]
    return [str(series), line.first, line.last, str(line.count), *told]


class Secrets:
    """Gathers the secret records of the lines that pass, so that their reading is written down at the end."""

    def __init__(self) -> None:
        self._found: dict[type[models.Model], list[int]] = defaultdict(list)

    def among(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The same lines."""
        for line in lines:
            if line.model is not None and line.record is not None:
                self._found[line.model] += secret_ones([line.record])
            yield line

    def were_read(self, by: Actor, how: How) -> None:
        """Write it down."""
        for model, keys in self._found.items():
            read_many(by, model, keys, how)
