"""What goes into the door and what comes out: rows to act on, and the answer to each."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal


@dataclass(slots=True)
class Row:
    """One record to act on, or to make.

    target: the record, its public id, or None for a creation. version: what the caller has seen; None skips the check.
    occurred_at: business time; only imports, the demo and devices may give it.
    number: a number that the record already has in another ledger; only imports and the demo may give it.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict)
    target: Record | uuid.UUID | str | None = None
    version: int | None = None
    occurred_at: datetime.datetime | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an action has done. repeated: the same request had been done before; this is its stored answer."""

    public_id: uuid.UUID
    number: str | None
    version: int
    entry_id: int
    record: Any = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answers of `act_many`, one per row in the order given."""

    results: Sequence[Done | Refusal]
    entry_id: int | None

    @property
    def done(self) -> list[Done]:
        """The rows that went in."""
        return [one for one in self.results if isinstance(one, Done)]

    @property
    def refused(self) -> list[tuple[int, Refusal]]:
        """(position, refusal) of the rows that did not."""
        return [(place, one) for place, one in enumerate(self.results) if isinstance(one, Refusal)]
