"""Clause 2.5.1: all files compared when somebody wants it; likely duplicates, found by the house, settled by people."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import merges_customers
from shangwu.chapters.customers.models import Comparison, Likeness
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, action, create
from shangwu.foundation.records.actors import Actor

State = Likeness.State

create(
    Comparison, clause="2.5.1", may=merges_customers, fields=[], label=_("Compare all files"), own=False, icon="copy",
    event="customers.comparison.asked_for",
)  # fmt: skip

Count = Annotated[int, Ask(_("Count"), least=0)]


@action(
    Comparison, "finish", clause="2.5.1", label=_("Finish"), may=nobody, source=Comparison.State.WAITING,
    target=Comparison.State.DONE, shown=False,
)  # fmt: skip
def finish(comparison: Comparison, by: Actor, *, pairs: Count, made: Count, lapsed: Count) -> None:
    """2.5.1: all files were compared; what was found stands among the likely duplicates."""
    comparison.pairs, comparison.made, comparison.lapsed = pairs, made, lapsed


@action(
    Comparison, "end", clause="2.5.1", label=_("End"), may=nobody, source=Comparison.State.WAITING,
    target=Comparison.State.ENDED, shown=False, event="customers.comparison.ended",
)  # fmt: skip
def end(comparison: Comparison, by: Actor) -> None:
    """2.5.1: the work was cancelled before anything was written."""


def place(likeness: Likeness, by: Actor) -> None:
    """2.5.1: two files that may be of one customer; whoever clears up in the department sees them."""
    first, second = likeness.first, likeness.second
    likeness.department_id = first.department_id or second.department_id
    likeness.entity_id = first.entity_id or second.entity_id
    likeness.secrecy = max(first.secrecy, second.secrecy)


create(
    Likeness, clause="2.5.1", may=nobody, fields=["first", "second", "score", "reasons"], body=place, shown=False,
    event="customers.likeness.found",
)  # fmt: skip


@action(
    Likeness, "find_again", clause="2.5.1", label=_("Found again"), may=nobody, shown=False, icon="search",
    source=[State.OPEN, State.LAPSED], target=State.OPEN, event="customers.likeness.found_again",
)  # fmt: skip
def find_again(
    likeness: Likeness, by: Actor, *, score: Annotated[int, Ask(_("Likeness"))], reasons: Annotated[str, Ask(_("Why"))]
) -> None:
    """2.5.1: the files are alike for other reasons now, or again."""
    likeness.score, likeness.reasons = score, reasons


@action(
    Likeness, "lapse", clause="2.5.1", label=_("No longer alike"), may=nobody, shown=False, icon="x",
    source=State.OPEN, target=State.LAPSED,
)  # fmt: skip
def lapse(likeness: Likeness, by: Actor) -> None:
    """2.5.1: one of the files was changed, archived or merged, so that there is nothing to look at."""


@action(
    Likeness, "dismiss", clause="2.5.1", label=_("Not a duplicate"), may=merges_customers, source=State.OPEN,
    target=State.APART, needs_reason=True, icon="circle-off", bulk=True, event="customers.likeness.dismissed",
)  # fmt: skip
def dismiss(likeness: Likeness, by: Actor) -> None:
    """2.5.1: these are two customers; the reason says how one knows. They are not proposed again."""


@action(
    Likeness, "settle", clause="2.5.1", label=_("Merged"), may=nobody, shown=False, icon="link",
    source=[State.OPEN, State.LAPSED, State.APART], target=State.MERGED,
)  # fmt: skip
def settle(likeness: Likeness, by: Actor) -> None:
    """2.5.1: the two files were made one."""


@action(
    Likeness, "part", clause="2.5.1", label=_("Taken apart"), may=nobody, shown=False, icon="circle-off",
    source=State.MERGED, target=State.APART, event="customers.likeness.parted",
)  # fmt: skip
def part(likeness: Likeness, by: Actor) -> None:
    """2.5.1: the merge was taken apart, so they are two customers."""
