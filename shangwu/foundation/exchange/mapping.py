"""Which column fills what, and how the file is to be read: proposed, changed by a person, remembered."""

import codecs
import json
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.reading import proposals
from shangwu.foundation.exchange.reading.dates import Order
from shangwu.foundation.exchange.reading.proposals import Proposal, compared
from shangwu.foundation.exchange.targets import Manner, Target, fields_of, manner_of


class Mode(StrEnum):
    """What happens to rows: new ones only, known ones only, or both."""

    CREATE = "create"
    UPDATE = "update"
    BOTH = "both"


@dataclass(frozen=True)
class Mapping:
    """columns: position of a column -> names of the targets it fills. fixed: target -> one value for all rows.

    order: "mdy" or "dmy" where the content does not prove it; empty: by the content.
    sheet, encoding, separator: as `tables.table` takes them.
    """

    columns: MappingType[int, tuple[str, ...]] = field(default_factory=dict)
    fixed: MappingType[str, str] = field(default_factory=dict)
    mode: Mode = Mode.CREATE
    order: str = ""
    sheet: str = ""
    encoding: str = ""
    separator: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for options that no reader takes."""
        if self.order not in {"", *Order} or len(self.separator) > 1 or self.separator in {'"', "\n", "\r"}:
            raise ValueError("order or separator")
        if self.encoding and not is_text_encoding(self.encoding):
            raise ValueError("encoding")

    @classmethod
    def of_text(cls, text: str) -> Self:
        """A stored mapping. An empty text is the empty mapping."""
        given = json.loads(text) if text else {}
        columns = {int(at): tuple(names) for at, names in given.pop("columns", {}).items()}
        return cls(columns=columns, mode=Mode(given.pop("mode", Mode.CREATE)), **given)

    def text(self) -> str:
        """The mapping as it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def filled(self) -> set[str]:
        """All targets that a column or a fixed value fills."""
        return {name for names in self.columns.values() for name in names} | set(self.fixed)

    def manner(self, targets: MappingType[str, Target], rows: Sequence[Sequence[str]]) -> tuple[Manner, bool]:
        """How days and amounts are written; False when the order of day and month is only assumed."""
        width = max(self.columns, default=-1) + 1
        by_column = [
            next((targets[name] for name in self.columns.get(at, ()) if name in targets), None) for at in range(width)
        ]
        manner, is_sure = manner_of(by_column, rows)
        return (replace(manner, order=Order(self.order)), True) if self.order else (manner, is_sure)


def is_text_encoding(name: str) -> bool:
    """Whether Python reads text in an encoding of that name."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def proposed(
    header: Sequence[str], targets: MappingType[str, Target], rows: Sequence[Sequence[str]]
) -> tuple[Mapping, list[Proposal]]:
    """The mapping that names, meanings and content suggest, and the reasons, whose `field` is the target's name."""
    fields = fields_of(targets.values())
    by_field: dict[str, str] = {}
    for one, target in zip(fields, targets.values(), strict=True):
        by_field.setdefault(one.name, target.name)
    found = [pair._replace(field=by_field[pair.field]) for pair in proposals.propose(header, fields, rows)]
    return Mapping(columns={pair.column: (pair.field,) for pair in found}), found


def read_mapping(text: str, header: Sequence[str], targets: MappingType[str, Target]) -> Mapping:
    """A mapping that a person wrote: column name -> target or targets, alone or as "columns" beside options.

    Raises ValidationError `mapping` for what is no such JSON, an unknown column or an unknown target.
    """
    try:
        given = json.loads(text)
        options = dict(given) if isinstance(given.get("columns"), dict) else {"columns": given}
        columns = {
            position(title, header): (names,) if isinstance(names, str) else tuple(map(str, names))
            for title, names in options.pop("columns").items()
        }
        fixed = {str(name): str(value) for name, value in options.pop("fixed", {}).items()}
        found = Mapping(columns=columns, fixed=fixed, mode=Mode(options.pop("mode", Mode.CREATE)), **options)
    except (ValueError, TypeError, AttributeError):
        raise ValidationError(
            _("The mapping can't be read. It is JSON of the form {“column”: “field”}; see the manual."), code="mapping"
        ) from None
    if unknown := found.filled() - set(targets):
        raise ValidationError(
            _("The mapping names fields that there are not: %(names)s. Possible are: %(known)s."),
            code="mapping",
            params={"names": ", ".join(sorted(unknown)), "known": ", ".join(targets)},
        )
    return found


def position(title: str, header: Sequence[str]) -> int:
    """The column of that name. Raises ValidationError `mapping`."""
    names = [compared(name) for name in header]
    if title in header:
        return list(header).index(title)
    if compared(title) in names:
        return names.index(compared(title))
    raise ValidationError(
        _("The file has no column “%(title)s”. Its columns are: %(columns)s."),
        code="mapping",
        params={"title": title, "columns": ", ".join(header)},
    )


def missing_targets(mapping: Mapping, targets: MappingType[str, Target]) -> list[Target]:
    """Required targets that nothing fills, when records are to be made."""
    if mapping.mode is Mode.UPDATE:
        return []
    filled = mapping.filled()
    return [target for target in targets.values() if target.required and target.name not in filled]


def as_shown(mapping: Mapping) -> dict[str, Any]:
    """The mapping for a program."""
    return asdict(mapping)
