"""A place in a list: the last row seen, by its sort value and public id. Stable when rows come, go or move."""

import base64
import binascii
import datetime
import decimal
import json
import uuid
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Cursor:
    """value: the row's sort value as JSON carries it; None when it was empty. rank: its place when it was seen."""

    public_id: uuid.UUID
    value: str | int | None = None
    rank: int = 0

    @classmethod
    def at(cls, row: Any, sort: str, rank: int) -> Self:
        """The place of a row in an order."""
        value = getattr(row, sort) if sort else None
        if isinstance(value, datetime.date | datetime.datetime):
            value = value.isoformat()
        elif isinstance(value, decimal.Decimal):
            value = format(value, "f")
        return cls(row.public_id, value, rank)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that an address names; None when it names none."""
        if not text or len(text) > LONGEST:
            return None
        try:
            public_id, value, rank = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if (value is None or type(value) in (str, int)) and type(rank) is int and 0 <= rank < 10**9:
                return cls(uuid.UUID(public_id), value, rank)
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            pass
        return None

    def __str__(self) -> str:
        text = json.dumps([str(self.public_id), self.value, self.rank], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def sort_value(self, field: models.Field[Any, Any]) -> Any:
        """The value as the column has it. Raises ValidationError when it does not fit the column."""
        if self.value is None:
            return None
        value = field.to_python(self.value)
        if isinstance(value, decimal.Decimal) and not value.is_finite():
            raise ValidationError("not a number")
        if isinstance(value, str) and "\0" in value:
            raise ValidationError("not a text")
        return value
