"""The answers that were worked out apart from our code, and lie beside the data."""

import json
from decimal import Decimal
from functools import cache
from typing import Any

from tests.support import real_data


def answers(name: str) -> dict[str, Any]:
    """The answers of one set; amounts are Decimals, to the cent."""
    return _all()[name]  # type: ignore[no-any-return]


@cache
def _all() -> dict[str, Any]:
    text = real_data("reference_open.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)  # type: ignore[no-any-return]


def amounts(given: dict[str, Any]) -> dict[str, Decimal]:
    """Name -> amount, whole ones too."""
    return {name: Decimal(value) for name, value in given.items()}
