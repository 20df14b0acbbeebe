"""The types of facts in Arrow, as their files hold them."""

from typing import Any

from shangwu.foundation.measures.registry import FactSet

_ARROW = {
    "bigint": "int64",
    "smallint": "int16",
    "integer": "int32",
    "text": "string",
    "boolean": "bool_",
    "date": "date32",
}


def schema(facts: FactSet) -> Any:
    """The Arrow schema of a fact set's files."""
    import pyarrow as arrow

    return arrow.schema([(name, arrow_type(one.kind)) for name, one in facts.all_columns.items()])


def arrow_type(kind: str) -> Any:
    """The Arrow type of a fact column's PostgreSQL type; money stays exact."""
    import pyarrow as arrow

    if kind.startswith("numeric"):
        digits, places = kind[8:-1].split(",")
        return arrow.decimal128(int(digits), int(places))
    return getattr(arrow, _ARROW[kind])()
