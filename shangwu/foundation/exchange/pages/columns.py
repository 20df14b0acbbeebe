"""The second page of an import: which column is which field, how the file is read, and what would happen."""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from shangwu.foundation.exchange.candidates import Candidate
from shangwu.foundation.exchange.engine import Report
from shangwu.foundation.exchange.mapping import Mapping, Mode, missing_targets
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading_in import Opened, importer_of, opened
from shangwu.foundation.exchange.refused import is_ours
from shangwu.foundation.exchange.targets import Target
from shangwu.foundation.files import storage
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import Refusal, Sentence
from shangwu.foundation.text.encodings import CHOICES

Facts = dict[str, Any]

SAMPLES = 3
"""Cells that are shown of each column."""
CHECKED = 200
"""Records that are tried for the preview."""
SHOWN = 50
"""Rows of the preview; refused ones come first."""
SEPARATORS: Sequence[tuple[str, Sentence]] = ((",", ","), (";", ";"), ("\t", _("Tab")), ("|", "|"))


def look(of: Import, by: Actor, mapping: Mapping, *, check: bool) -> Facts:
    """Everything that the page shows; with `check` what would become of the first records."""
    by = by.by_way_of(Source.IMPORT)
    importer = importer_of(of.record_type, by)
    with storage.on_disk(of.blob) as path, opened(path, of.name, importer, by, mapping) as file:
        return {
            "columns": columns_of(file, mapping),
            "targets": [{"name": name, "label": label_of(target)} for name, target in file.targets.items()],
            "needed": needed(file.targets, mapping),
            "fixed": fixed_of(file.targets, mapping),
            "notes": [str(note) for note in (*file.sheet.notes, importer.hint) if note],
            "reading": reading_of(file, mapping),
            "modes": modes(mapping, can_edit=importer.editing is not None),
            "preview": preview(file, mapping) if check else None,
        }


def label_of(target: Target) -> str:
    """The target's label; of a line's input with a mark."""
    label = str(target.label)
    return _("Line: %(label)s") % {"label": label} if target.part else label


def columns_of(file: Opened, mapping: Mapping) -> list[Facts]:
    """Each column with some cells and what it fills."""
    return [
        {
            "at": at,
            "title": title,
            "samples": [cells[at] for cells in file.cells if at < len(cells) and cells[at].strip()][:SAMPLES],
            "filled": list(mapping.columns.get(at, ())) or [""],
            "ours": is_ours(title),
        }
        for at, title in enumerate(file.sheet.header)
    ]


def needed(targets: MappingType[str, Target], mapping: Mapping) -> list[str]:
    """Labels of the required fields that nothing fills yet."""
    return [label_of(target) for target in missing_targets(mapping, targets)]


def fixed_of(targets: MappingType[str, Target], mapping: Mapping) -> list[Facts]:
    """One value for all rows: those that are set, those that are needed, and room for one more."""
    names = list(mapping.fixed) + [target.name for target in missing_targets(mapping, targets)]
    rows = [{"name": name, "value": mapping.fixed.get(name, "")} for name in dict.fromkeys(names)]
    return [*rows, {"name": "", "value": ""}]


def reading_of(file: Opened, mapping: Mapping) -> Facts:
    """How the file was read, and what may be chosen instead."""
    _manner, is_sure = mapping.manner(file.targets, file.cells)
    return {
        "sheets": file.sheet.sheets if len(file.sheet.sheets) > 1 else (),
        "sheet": file.sheet.sheet,
        "encodings": CHOICES if file.sheet.encoding else (),
        "encoding": file.sheet.encoding,
        "separators": SEPARATORS if file.sheet.separator else (),
        "separator": file.sheet.separator,
        "order": mapping.order,
        "order_is_open": not is_sure or bool(mapping.order),
    }


def modes(mapping: Mapping, *, can_edit: bool) -> list[Facts]:
    """What is to happen to records that are there already."""
    found = [(Mode.CREATE, _("Only new records; known ones are passed over"))]
    if can_edit:
        found += [
            (Mode.BOTH, _("New records, and known ones are changed")),
            (Mode.UPDATE, _("Only known records are changed")),
        ]
    return [{"value": str(mode), "label": label, "current": mode is mapping.mode} for mode, label in found]


def preview(file: Opened, mapping: Mapping) -> Facts:
    """The first records through the door and back: which rows would go in, and why the others would not."""
    try:
        candidates = list(islice(file.candidates(mapping), CHECKED))
        report = file.engine(mapping).check(candidates)
    except (ValidationError, Refusal) as refusal:
        said = refusal.messages if isinstance(refusal, ValidationError) else [refusal.sentence]
        return {"refusal": " ".join(said)}
    shown = [at for at in sorted(mapping.columns) if at < len(file.sheet.header)]
    return {
        "counts": report,
        "titles": [file.sheet.header[at] for at in shown],
        "rows": rows_of(candidates, report, shown),
        "of_all": len(candidates) < CHECKED,
    }


def rows_of(candidates: Sequence[Candidate], report: Report, shown: Sequence[int]) -> list[Facts]:
    """Rows with their verdict, refused ones first."""
    rows = [
        {
            "line": row.line,
            "cells": [row.cells[at] if at < len(row.cells) else "" for at in shown],
            "reasons": report.reasons.get(row.line, []),
        }
        for one in candidates
        for row in one.rows
    ]
    rows.sort(key=lambda row: not row["reasons"])
    return rows[:SHOWN]


def posted(post: QueryDict, former: Mapping) -> Mapping:
    """The mapping as the form sends it. Raises Refusal `mapping` for what no form of ours sends."""
    try:
        columns: dict[int, tuple[str, ...]] = {}
        for name in post:
            if name.startswith("column-"):
                filled = tuple(dict.fromkeys(value for value in post.getlist(name) if value))
                if filled:
                    columns[int(name.removeprefix("column-"))] = filled
        pairs = zip(post.getlist("fixed_name"), post.getlist("fixed_value"), strict=True)
        return Mapping(
            columns=columns,
            fixed={name: value.strip() for name, value in pairs if name and value.strip()},
            mode=Mode(post.get("mode", former.mode)),
            order=post.get("order", former.order),
            sheet=post.get("sheet", former.sheet),
            encoding=post.get("encoding", former.encoding),
            separator=post.get("separator", former.separator),
        )
    except ValueError as error:
        raise Refusal("mapping", _("The form was not understood. Reload the page and choose again.")) from error
