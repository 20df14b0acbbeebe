"""Duties as the face shows them: a row of My day, a line of a table. Names come through their own gates."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import Rule
from shangwu.foundation.duties.states import LABELS, State
from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.frame import clause_facts
from shangwu.foundation.pages.related import Named, Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

MARKS = {State.DONE: "done", State.LATE: "done", State.MISSED: "late", State.WAIVED: "waived", State.PLANNED: "waived"}
TONES = {
    State.DONE: "done", State.LATE: "wait", State.MISSED: "bad", State.WAIVED: "draft", State.CANCELLED: "void",
    State.SOON: "wait", State.OPEN: "run", State.PLANNED: "draft",
}  # fmt: skip

Facts = dict[str, Any]


class Drawn:
    """A set of duties with the names that they need: one query per type of record, one for people.

    moment: as of when they are drawn; now when None. of: the record that the reader has open, whose name is known.
    """

    def __init__(
        self,
        actor: Actor,
        duties: Sequence[Duty],
        moment: datetime.datetime | None = None,
        *,
        of: Record | None = None,
    ) -> None:
        self.duties, self.names, self.moment = duties, Names(), moment or clock.now()
        if of is not None:
            self.names.know(of)
        keys: dict[str, set[int]] = defaultdict(set)
        for one in duties:
            keys[one.subject_type].add(one.subject_id)
        for kind, found in keys.items():
            self.names.add(actor, apps.get_model(kind), found)
        people = {key for one in duties for key in (one.holder_id, one.acting_id, one.done_by_id) if key is not None}
        if people:
            self.names.add(actor, Person, people)

    def subject(self, duty: Duty) -> Named:
        """The record that it is about."""
        return self.names.of(apps.get_model(duty.subject_type), duty.subject_id)

    def who(self, duty: Duty) -> str:
        """Who answers for it: 李四(代張三) while somebody stands in."""
        holder = self.names.of(Person, duty.holder_id).label if duty.holder_id else _("nobody")
        if duty.acting_id is None:
            return holder
        return _("%(deputy)s (for %(absent)s)") % {
            "deputy": self.names.of(Person, duty.acting_id).label,
            "absent": holder,
        }

    def rows(self, *, with_who: bool = False) -> list[Facts]:
        """Rows of the component duty.html."""
        return [self._row(one, with_who) for one in self.duties]

    def _row(self, duty: Duty, with_who: bool) -> Facts:
        subject, rule, state = self.subject(duty), duty.declared, duty.state_at(self.moment)
        return {
            "mark": MARKS.get(state, ""),
            "clause": clause_facts(rule.clause) if rule.clause.count(".") == 2 else None,
            "title": rule.label,
            "subject": subject.label,
            "url": subject.url or url("duty_rule", code=rule.code),
            "action": None if with_who else place_of(rule, duty, subject),
            "who": self.who(duty) if with_who else "",
            "due": due_words(duty, self.moment),
            "due_kind": {State.MISSED: "late", State.SOON: "soon"}.get(state, ""),
        }

    def lines(self) -> list[Facts]:
        """Lines of a table: clause, duty, subject, who, due, done, by how much it was late, state."""
        return [self._line(one) for one in self.duties]

    def _line(self, duty: Duty) -> Facts:
        subject, rule, state = self.subject(duty), duty.declared, duty.state_at(self.moment)
        done = next((each for each in (duty.done_at, duty.waived_at) if each and each <= self.moment), None)
        return {
            "clause": clause_facts(rule.clause) if rule.clause.count(".") == 2 else None,
            "title": rule.label,
            "rule_url": url("duty_rule", code=rule.code),
            "subject": subject,
            "who": self.who(duty),
            "due": formats.moment(duty.due_at) if duty.due_at else _("no calendar for its year"),
            "done": formats.moment(done) if done else "",
            "late": lateness(duty, self.moment),
            "state": face.state(LABELS[state], TONES[state]),
            "word": LABELS[state],
            "note": note_of(duty),
            "waive_url": waive_url(duty),
        }


def place_of(rule: Rule, duty: Duty, subject: Named) -> Facts | None:
    """The button that leads to where the evidence is made: the rule's own place, the form of a new record, or the
    record itself."""
    one = actions.get(rule.done_by(duty.period))
    if one is None or not subject.url:
        return None
    address = subject.url
    if rule.place:
        address = url(rule.place, public_id=subject.public_id)
    elif one.makes:
        kind = duty.subject_type.rpartition(".")[2]
        address = f"{url(one.name)}?{urlencode({kind: subject.public_id})}"
    return {"label": one.label, "url": address}


def waive_url(duty: Duty) -> str:
    """Where one asks that an open duty be waived; "" for what is closed."""
    closed = duty.done_at or duty.cancelled_at or duty.waived_at
    return "" if closed else f"{url('duties.waiver.create')}?{urlencode({'duty': duty.pk})}"


def note_of(duty: Duty) -> str:
    """What else is to be said of a duty: a vacant role, an outage, a waiver's reason."""
    if duty.waived_because:
        return duty.waived_because
    if duty.lacking:
        return _("Nobody holds the role %(role)s") % {"role": duty.lacking}
    if duty.moved:
        return ngettext(
            "moved by %(count)s working day: the system was down",
            "moved by %(count)s working days: the system was down",
            duty.moved,
        ) % {"count": duty.moved}
    return ""


def due_words(duty: Duty, now: datetime.datetime) -> Sentence:
    """The deadline as My day says it: overdue by so much, today's time, else the day."""
    if duty.due_at is None:
        return _("no calendar for its year")
    if duty.due_at < now:
        return _("overdue %(time)s") % {"time": length(now - duty.due_at)}
    if duty.due_at - now < datetime.timedelta(hours=4):
        return _("%(time)s left") % {"time": length(duty.due_at - now)}
    return formats.moment(duty.due_at, brief=True)


def lateness(duty: Duty, moment: datetime.datetime) -> str:
    """By how much it was late at a moment; "" when it was not."""
    state = duty.state_at(moment)
    if duty.due_at is None or state not in (State.LATE, State.MISSED):
        return ""
    return length((duty.done_at if duty.done_at and state is State.LATE else moment) - duty.due_at)


def length(span: datetime.timedelta) -> str:
    """A length of time in its largest unit."""
    if span.days:
        return ngettext("%(count)s day", "%(count)s days", span.days) % {"count": span.days}
    hours, minutes = divmod(span.seconds // 60, 60)
    if hours:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
