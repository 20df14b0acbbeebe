"""Reads the definitions: one query per edition and process; the edition's mark rides on queries made anyway."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from shangwu.foundation.own_fields.models import OwnField, OwnOption
from shangwu.foundation.records import own
from shangwu.foundation.records.own import Kind, Own

MARK = f"SELECT concat(count(*), '/', sum(version), '/', max(changed_at)) FROM {OwnField._meta.db_table}"
"""SQL of the edition's mark. Every change of a definition raises its version, and none is ever deleted."""

_COLUMNS = (
    "record_type", "key", "kind", "label", "label_hans", "label_en", "help", "heading", "seen_by", "kept_by",
    "needed_from", "since", "until",
)  # fmt: skip

_DEFINITIONS = f"""
    SELECT {", ".join(f"f.{one}" for one in _COLUMNS)}, COALESCE(
        (SELECT json_agg(json_build_array(o.key, o.label, o.label_hans, o.label_en) ORDER BY o.position)
         FROM {OwnOption._meta.db_table} o WHERE o.own_field_id = f.id), '[]')
    FROM {OwnField._meta.db_table} f WHERE f.archived_at IS NULL ORDER BY f.place, f.id
"""


def freshen() -> None:
    """Ask for the mark on its own, and read the definitions if it is another."""
    with connection.cursor() as cursor:
        cursor.execute(MARK)
        own.freshen(cursor.fetchone()[0])


def definitions() -> Iterator[Own]:
    """All own fields that are not archived, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFINITIONS)
        rows = cursor.fetchall()
    for *values, options in rows:
        if made := _made(dict(zip(_COLUMNS, values, strict=True)), options):
            yield made


def _made(row: dict[str, Any], options: list[list[str]]) -> Own | None:
    """The own field of a definition; None when this release has no such record type."""
    try:
        model = apps.get_model(row["record_type"])
    except LookupError:
        return None
    return Own(
        model=model,
        key=row["key"],
        kind=Kind(row["kind"]),
        label=own.said(row["label"], row["label_hans"], row["label_en"]),
        help=row["help"],
        heading=row["heading"],
        choices=tuple((key, own.said(*labels)) for key, *labels in options),
        seen_by=roles_of(row["seen_by"]),
        kept_by=roles_of(row["kept_by"]),
        needed_from=row["needed_from"],
        since=row["since"],
        until=row["until"],
    )


def roles_of(text: str) -> frozenset[str]:
    """Codes of roles as they are typed: apart by commas or spaces."""
    return frozenset(text.replace(",", " ").replace("\uff0c", " ").replace("\u3001", " ").upper().split())
