"""What can be approved: declared by chapters, in code; the route that a request takes is data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shangwu.foundation.people.models import decided
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the subject that a route may ask for: a number, a yes or no, a word, or a set of words.

    words: what each word is called, for those that are words.
    """

    label: Sentence
    of: Callable[[Any], Any]
    words: Mapping[str, Sentence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec:
    """A step of the route that a kind is shipped with; its fields are those of `models.RouteStep`.

    when: (fact, comparison, value), all of which must hold; a value in braces names a parameter.
    """

    name: Sentence
    role: Role | None = None
    superior: int = 0
    field: str = ""
    link: str = "then"
    mode: str = "any"
    share: int = 100
    advisory: bool = False
    from_above: bool = False
    otherwise: bool = False
    days: int | None = None
    when: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A sort of request. on_…: public names of actions on the subject, run by the decision itself.

    amount: of the subject, in `currency(subject)`. persons: fields of the subject that hold a person whom a step may
    name. concerned: persons who may not decide, besides the requester, the subject's owner and who entered it.
    lapses_on: events after which nothing is left to decide. resubmitted_by: the subject's own verb that opens a new
    request after a return; empty when the returned request itself is sent in again. bulk: whether a list may be
    approved at once. Withdrawing and voiding run `on_withdrawn`.
    """

    name: str
    model: type[Record]
    label: Sentence
    clause: str
    route: Sequence[StepSpec]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    amount: Callable[[Any], Decimal | None] = lambda subject: None
    currency: Callable[[Any], str] = lambda subject: ""
    title: Callable[[Any], str] = str
    persons: Mapping[str, Sentence] = field(default_factory=dict)
    concerned: Callable[[Any], Sequence[int | None]] = lambda subject: ()
    on_approved: str = ""
    on_rejected: str = ""
    on_returned: str = ""
    on_withdrawn: str = ""
    lapses_on: Sequence[str] = ()
    resubmitted_by: str = ""
    bulk: bool = True

    def facts_of(self, subject: Any) -> dict[str, Any]:
        """What routes may ask of the subject, as it is kept with the request: numbers as text."""
        found = {name: one.of(subject) for name, one in self.facts.items()}
        return {name: _kept(value) for name, value in found.items()}


kinds: dict[str, Kind] = {}

LATE_FACTS = ("amount", "objected")
"""Facts that every kind has: the amount, and whether someone asked for an opinion has objected."""


def approvable(name: str, **options: Any) -> Kind:
    """Declare what can be approved. Raises ValueError for a name declared twice, or a fact that every kind has."""
    if name in kinds:
        raise ValueError(f"{name} is declared twice")
    made = Kind(name=name, **options)
    if clash := set(LATE_FACTS) & set(made.facts):
        raise ValueError(f"{name}: every kind has {', '.join(sorted(clash))}")
    kinds[name] = made
    decided[name] = made.label
    return made


def _kept(value: Any) -> Any:
    if isinstance(value, Decimal | float):
        return str(value)
    return sorted(value) if isinstance(value, set | frozenset | tuple | list) else value
