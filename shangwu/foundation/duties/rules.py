"""The registry of duties: each row of the regulation's table, declared once in its chapter's duties.py.

A rule without a source of evidence is "not yet connected": it is listed, and never counts as kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from shangwu.foundation.duties.deadlines import Deadline
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import INTRODUCTION, chapter_of
from shangwu.foundation.policy.parameters import Parameter, declare
from shangwu.foundation.records.refusals import Sentence

OWNER = "owner"
"""The person whose record it is."""
EVERYBODY = "everybody"
"""Each employee of the department, in their own name."""

Who = Role | str


@dataclass(frozen=True, slots=True)
class Facts:
    """What one record says of a duty, at the record's own times.

    period: tells the duties of one record apart; a later one sorts after an earlier. start: from when the deadline is
    counted, if not from the opening. which: the deadline's name, where a rule has several. holder: the person, where
    the record names them. apart_from: persons who may not do it (maker and checker are two). former_done_at: when an
    earlier period of this record, if one is open, was done by the same evidence.
    """

    opened_at: datetime
    done_at: datetime | None = None
    done_by: int | None = None
    cancelled_at: datetime | None = None
    period: str = ""
    start: datetime | None = None
    which: str = ""
    holder: int | None = None
    apart_from: tuple[int | None, ...] = ()
    former_done_at: datetime | None = None


def moment_key(moment: datetime) -> str:
    """A period that is named by the moment at which it began: one text for one instant, sorted as time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Settled:
    """The record has come to where the duty no longer asks: what is open of it was done then, by the same evidence."""

    at: datetime
    by: int | None = None


Judge = Callable[[Any], Facts | Settled | None]


@dataclass(frozen=True, slots=True)
class Proof:
    """That a duty of a period was done, when, and by whom. department: of which department's duty, None for all."""

    period: str
    done_at: datetime
    department: int | None = None
    done_by: int | None = None


Prove = Callable[[Sequence[str]], Sequence[Proof]]


@dataclass(slots=True, eq=False)
class Rule:
    """One duty of the regulation.

    who: a role (several: the first is accountable), OWNER or EVERYBODY. due: the deadline, by name where there are
    several. evidence: what proves it, for people. blocks: the action that is refused while it isn't done. every: a
    cadence, or the parameter that says it; from_start: its deadlines count from the eve of the period, not its end.
    does: the action that makes the evidence, for the button. anew: the one that does so in a period that was opened
    within a round ("00.2026-09-29…"), where that is another. straight_up: the executive hears at once of what is late,
    by night too. urgent: all that is told of it goes out at once, day and night. place: the page of the record that
    leads there, where neither the record itself nor a form that names it does.
    """

    code: str
    label: Sentence
    who: Sequence[Who]
    due: Mapping[str, Deadline]
    evidence: Sentence
    every: str = ""
    from_start: bool = False
    blocks: str = ""
    does: str = ""
    anew: str = ""
    straight_up: bool = False
    urgent: bool = False
    place: str = ""
    model: type[models.Model] | None = None
    watch: frozenset[str] = field(default_factory=frozenset)
    judge: Judge | None = None
    prove: Prove | None = None

    @property
    def clause(self) -> str:
        """The clause that it belongs to."""
        return self.code.rpartition(".")[0]

    @property
    def chapter(self) -> str:
        """The chapter's code; that of the introduction for what holds everywhere."""
        return INTRODUCTION if self.clause == INTRODUCTION else chapter_of(self.clause).code

    @property
    def is_connected(self) -> bool:
        """Whether something in the house can prove it: a record's times, a query, or an action that it blocks."""
        return self.judge is not None or self.prove is not None or self.keeps_itself

    @property
    def keeps_itself(self) -> bool:
        """Whether it can't be broken: the action that it blocks is there, and refuses."""
        return bool(self.blocks) and self.judge is None and self.prove is None

    def done_by(self, period: str) -> str:
        """The name of the action that makes the evidence of a period."""
        return self.anew if self.anew and "." in period else self.does

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters that its deadlines read."""
        return tuple(
            dict.fromkeys(key for one in self.due.values() for key in one.keys if key and not key[:1].isdigit())
        )

    def on(self, model: type[models.Model], *watch: str) -> Callable[[Judge], Judge]:
        """Connect it to a record: a decorator of a pure function of one record in memory.

        watch: the attributes whose change calls for another judgement. Raises ValueError when it is connected already.
        """
        if self.judge is not None or not watch:
            raise ValueError(f"duty {self.code}: connected already, or watching nothing")

        def connect(judge: Judge) -> Judge:
            self.model, self.watch, self.judge = model, frozenset(watch), judge
            by_model.setdefault(model, []).append(self)
            return judge

        return connect

    def proved_by(self, prove: Prove) -> Prove:
        """Connect a duty that comes round: a decorator of a function that answers for many periods by one query."""
        if not self.every:
            raise ValueError(f"duty {self.code} does not come round")
        self.prove = prove
        return prove


rules: dict[str, Rule] = {}
by_model: dict[type[models.Model], list[Rule]] = {}


def duty(
    code: str,
    label: Sentence,
    who: Who | Sequence[Who],
    due: Deadline | Mapping[str, Deadline] | None,
    evidence: Sentence,
    *,
    every: str = "",
    from_start: bool = False,
    blocks: str = "",
    does: str = "",
    anew: str = "",
    straight_up: bool = False,
    urgent: bool = False,
    place: str = "",
) -> Rule:
    """Declare a duty. A number in its deadline becomes the parameter `duty.<code>.due`; a key names one that is there.

    Raises ValueError for a code declared twice, KeyError for a clause that does not exist.
    """
    if code in rules:
        raise ValueError(f"duty {code} is declared twice")
    found = {"": due} if isinstance(due, Deadline) else dict(due or {})
    one = Rule(
        code=code,
        label=label,
        who=(who,) if isinstance(who, str) else tuple(who),
        due={name: _with_parameter(code, name, label, each) for name, each in found.items()},
        evidence=evidence,
        every=every, from_start=from_start, blocks=blocks, does=does, anew=anew, straight_up=straight_up, urgent=urgent,
        place=place,
    )  # fmt: skip
    assert one.chapter
    rules[code] = one
    return one


def _with_parameter(code: str, name: str, label: Sentence, one: Deadline) -> Deadline:
    amount = one.own_amount
    literal = isinstance(amount, int) or (isinstance(amount, str) and amount[:1].isdigit())
    if not literal:
        return one
    key = f"duty.{code}.{name or 'due'}"
    clause = code.rpartition(".")[0]
    if isinstance(amount, int):
        most = max(60, amount * 3)
        declare(Parameter(key, clause, _deadline_of(label), amount, one.unit, least=1, most=most))
    else:
        declare(Parameter(key, clause, _deadline_of(label), amount, kind=one.kind))
    return one.with_key(key)


def _label_of_deadline(label: Sentence) -> str:
    return _("Deadline: %(duty)s") % {"duty": label}


_deadline_of = lazy(_label_of_deadline, str)
