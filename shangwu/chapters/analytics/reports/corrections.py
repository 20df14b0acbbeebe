"""Clause 2.7.2: what was corrected after the months of a report were locked: shown apart, never in its figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shangwu.chapters.analytics.reports.figures import Frozen, figure, may_see, today
from shangwu.foundation.records.actors import Actor

KEYS = ("sold", "orders", "invoiced", "collected", "delivery", "complaints")
"""The figures of the whole that are compared; their rows are compared on each figure's own page."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A number of a report, as locked and by the facts as they are now."""

    figure: str
    measure: str
    locked: Decimal | None
    today: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Now less locked; None where one of them is no number."""
        return None if self.locked is None or self.today is None else self.today - self.locked


def corrections(sheet: Frozen, actor: Actor) -> Iterator[Corrected]:
    """The numbers that corrections have changed since, of those that the reader may see."""
    for key in KEYS:
        one = figure(sheet, key)
        names = [name for name in one.kept["names"] if may_see(actor, name)] if one is not None else []
        now = today(sheet, key) if names else None
        for name in names if now is not None and one is not None else ():
            assert one is not None
            assert now is not None
            found = Corrected(key, name, one.value(name), now.value(name))
            if found.locked != found.today:
                yield found
