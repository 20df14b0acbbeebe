"""What can be imported, declared by the chapters in their exchange.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.locking import in_capitals, natural_keys
from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

Adapt = Callable[[dict[str, Any], Actor], dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Importer:
    """How rows of a file become records of one type. Read with `importing`.

    verb: the action that makes a record; edits: the one that changes a known one, "" when there is none.
    key: fields that name a record in a file; the first one that a row fills decides.
    twin: fields by which a row that fills no key is known to tell of a record that is there (a contact by customer and
    name); unless: fields that say otherwise where both fill them and they differ.
    lines: the relation of parts that further rows with the same key fill; "" when each row is a record.
    adapt: the last change of one record's inputs before the door. hint: what people should know who import such.
    """

    model: type[Record]
    clause: str
    verb: str
    edits: str
    key: tuple[str, ...]
    lines: str = ""
    adapt: Adapt | None = None
    hint: Sentence = ""
    twin: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The public name of the record type: `sales.order`."""
        return record_name(self.model)

    @property
    def making(self) -> Action:
        """The action that makes a record."""
        return registry.get(f"{self.name}.{self.verb}")

    @property
    def editing(self) -> Action | None:
        """The action that changes a known record."""
        return registry.actions.get(f"{self.name}.{self.edits}") if self.edits else None

    def folded(self, name: str, text: str) -> str:
        """A key as it is compared: in capitals where the model's keys are written in any case."""
        return in_capitals(text) if name in getattr(self.model, "caseless", ()) else text


importers: dict[str, Importer] = {}


def importing(
    model: type[Record],
    *,
    clause: str,
    verb: str = "create",
    edits: str = "edit",
    key: Sequence[str] = (),
    lines: str = "",
    adapt: Adapt | None = None,
    hint: Sentence = "",
    twin: Sequence[str] = (),
    unless: Sequence[str] = (),
) -> Importer:
    """Let files of this record type be imported. Raises ValueError when it is declared twice."""
    keys = tuple(key) or natural_keys(model)
    one = Importer(model, clause, verb, edits, keys, lines, adapt, hint, tuple(twin), tuple(unless))
    if one.name in importers:
        raise ValueError(f"import of {one.name} is declared twice")
    importers[one.name] = one
    return one
