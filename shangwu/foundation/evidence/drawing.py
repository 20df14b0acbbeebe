"""Records as a bundle shows them: the values that the asker may see, as they stood; personal ones as commitments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api.exposure import Told, open_fields, parts_of
from shangwu.foundation.api.rendering import References, drawer
from shangwu.foundation.evidence.gathering import Gathered
from shangwu.foundation.evidence.proving import Known
from shangwu.foundation.evidence.sight import Subject
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Part, Record, classes_of

Row = Mapping[str, Any]
_UNSAID = frozenset({"public_id", "number", "version"})


def path_of(subject: Subject, records: Mapping[Subject, Record]) -> str:
    """The file of a record in the bundle; "" for one that is not the asker's to see."""
    found = records.get(subject)
    return f"records/{record_name(subject[0])}/{found.public_id}.json" if found is not None else ""


def name_of(record: Record) -> str:
    """What a record is called without telling a personal value."""
    personal = set(classes_of(type(record), record.__dict__)) & {"name", *record.named_by}
    return record.number or str(record.public_id) if personal else str(record)


class Drawn:
    """The records of a bundle with all that they point to: one query per record type."""

    def __init__(self, by: Actor, found: Gathered, log: Known) -> None:
        self.by, self.found, self.log = by, found, log
        self.references = References(by)
        self._parts: dict[Subject, dict[type[models.Model], list[Row]]] = defaultdict(lambda: defaultdict(list))
        for (model, _key), row in log.rows.items():
            if issubclass(model, Part) and row["pgh_label"] != "delete":
                parent = (model._meta.get_field(model.parent).related_model, row[f"{model.parent}_id"])
                self._parts[parent][model].append(row)  # type: ignore[index]
        for subject, record in found.records.items():
            self.references.want(self._fields(subject[0]), [self._row(subject, record)])
            for part, rows in self._parts[subject].items():
                self.references.want(self._fields(part), rows)
        self.references.load()

    def files(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """(path, what stands there) of each record."""
        for subject, record in self.found.records.items():
            yield path_of(subject, self.found.records), self._record(subject, record)

    def _record(self, subject: Subject, record: Record) -> dict[str, Any]:
        model: Any = subject[0]
        return {
            "type": record_name(model),
            "public_id": str(record.public_id),
            "number": record.number,
            "name": name_of(record),
            "kind": str(model._meta.verbose_name),
            "fields": self._values(subject, self._row(subject, record)),
            "parts": {
                relation: [
                    self._values((part, row["pgh_obj_id"]), row) for row in _in_order(self._parts[subject][part])
                ]
                for relation, part in parts_of(model).items()
            },
            "files": [
                {"public_id": str(one.public_id), "sha256": one.sha256, "bytes": one.size, "kind": one.kind}
                for one in files_on(record)
                if one.secrecy <= self.by.clearance
            ],
            "history": self.log.history.get(subject, []),
        }

    def _row(self, subject: Subject, record: Record) -> Row:
        """The record as the log last has it in the period; as it is now where the log has nothing."""
        return self.log.rows.get(subject) or {one.attname: getattr(record, one.attname) for one in _columns(subject[0])}

    def _fields(self, model: type[models.Model]) -> Sequence[Told]:
        return list(open_fields(model, self.by).values())

    def _values(self, subject: Subject, row: Row) -> list[dict[str, Any]]:
        classes = classes_of(subject[0], row)
        told = [one for one in self._fields(subject[0]) if one.name not in _UNSAID and one.column in row]
        drawn = drawer([one for one in told if one.name not in classes], self.references)(row)
        committed = self.log.commitments.get(subject, {})
        found = []
        for one in told:
            said = {"name": one.name, "label": str(one.input.label)}
            if one.name in classes:
                found.append({**said, "withheld": classes[one.name], "commitment": committed.get(one.column, "")})
            elif drawn[one.name] not in (None, "", [], {}):
                found.append({**said, "value": _value(one, drawn[one.name])})
        return found


def _value(one: Told, drawn: Any) -> Any:
    pointed: Any = one.input.model
    if one.kind in (Kind.REFERENCE, Kind.REFERENCES) and pointed is not None and _is_personal(pointed):
        return _without_labels(drawn)
    return drawn


def _columns(model: type[models.Model]) -> Iterable["models.Field[Any, Any]"]:
    return (one for one in model._meta.concrete_fields if not isinstance(one, models.GeneratedField))


def _is_personal(model: Any) -> bool:
    return bool(set(getattr(model, "classes", {})) & {"name", *getattr(model, "named_by", ())})


def _without_labels(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_labels(one) for one in value]
    return {**value, "label": value["number"] or value["public_id"]} if isinstance(value, dict) else value


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.get("position", 0), row["pgh_obj_id"]))
