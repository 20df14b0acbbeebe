"""What follows from a decision: the action on the subject, notices, and what leavers and cancelled records change."""

from collections import defaultdict
from collections.abc import Iterable

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Acted, Objected, Refusal, Row, act_many, on, subscribe
from shangwu.foundation.approvals.carrying_out import carrying_out
from shangwu.foundation.approvals.kinds import Kind, kinds
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.approvals.sheet import standing
from shangwu.foundation.approvals.telling import tell
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.models import Record

State = Request.State


@subscribe
def carry_out(acted: Acted) -> None:
    """Run on the subjects what has been decided, as the person who decided; a refusal there refuses the decision."""
    if acted.action.model is not Request or acted.action.verb == "lapse":
        return
    groups: dict[str, list[Request]] = defaultdict(list)
    for request, changed in zip(acted.records, acted.changes, strict=True):
        if "state" not in changed or not isinstance(request, Request):
            continue
        kind = kinds.get(request.kind)  # None for what the program no longer has approved
        if kind is not None and (name := _effect(kind, request)):
            groups[name].append(request)
    culprits: dict[int, Refusal] = {}
    for name, found in groups.items():
        culprits |= _carried_out(acted, name, found)
    if culprits:
        raise Objected(culprits)


def _effect(kind: Kind, request: Request) -> str:
    effects: dict[str, str] = {
        State.APPROVED: kind.on_approved,
        State.REJECTED: kind.on_rejected,
        State.RETURNED: kind.on_returned,
        State.WITHDRAWN: kind.on_withdrawn,
        State.VOID: kind.on_withdrawn,
    }
    return effects.get(request.state, "")


def _carried_out(acted: Acted, name: str, found: list[Request]) -> dict[int, Refusal]:
    """Do one action on the subjects of these requests; request id -> why not."""
    wanted = registry.get(name).input_names
    opinion = str(acted.inputs[0].get("opinion", "")) if acted.inputs else ""
    own_time = acted.by.source in (Source.IMPORT, Source.DEMO)
    rows = []
    for request in found:
        held = standing(request.steps.all(), tickets_of(acted, request))
        given = {"conditions": conditions_of(held), "opinion": opinion}
        inputs = {key: value for key, value in given.items() if key in wanted}
        rows.append(Row(inputs, request.subject_id, occurred_at=request.changed_at if own_time else None))
    with carrying_out():
        outcome = act_many(acted.by, name, rows, reason=opinion or acted_reason(acted))
    return {found[place].pk: refusal for place, refusal in outcome.refused}


def acted_reason(acted: Acted) -> str:
    """What stands in the log as the reason when nobody wrote an opinion: the verb itself."""
    return str(acted.action.label)


def tickets_of(acted: Acted, request: Request) -> list[Ticket]:
    """All tickets of a request after an action: those loaded, and those made by it."""
    made = [one for one in acted.also if isinstance(one, Ticket) and one.request_id == request.pk]
    return [*request.tickets.all(), *made] if acted.action.model is Request else made


def conditions_of(tickets: Iterable[Ticket]) -> str:
    """The conditions under which those who decide have agreed; "" for none. Opinions only asked for don't count."""
    said = (one.opinion for one in tickets if one.state == Ticket.State.CONDITION and not one.advisory)
    return "; ".join(dict.fromkeys(said))


@subscribe
def tell_persons(acted: Acted) -> None:
    """Tell those who are asked now, and the requester how it ended."""
    if acted.by.source in (Source.IMPORT, Source.DEMO):
        return
    if acted.action.model is not Request:
        for one in acted.also:
            if isinstance(one, Request) and one.version == 1:
                tell("open", one, tickets_of(acted, one), acted.by, {})
        return
    for request, given in zip(acted.records, acted.inputs, strict=True):
        assert isinstance(request, Request)
        tell(acted.action.verb, request, tickets_of(acted, request), acted.by, given)


@subscribe
def lapse(acted: Acted) -> None:
    """A record that has gone another way (a cancelled order) leaves nothing to decide."""
    named = [one.name for one in kinds.values() if acted.action.event in one.lapses_on]
    if not named or acted.action.model is Request:
        return
    lapse_about(acted.records, named)


def lapse_about(records: Iterable[Record], names: Iterable[str]) -> None:
    """Let the requests of these kinds that run about some records lapse; who asked hears of it."""
    subjects = [one.public_id for one in records]
    running = list(Request.objects.filter(kind__in=list(names), subject_id__in=subjects, state=State.RUNNING))
    if running:
        act_many(system(Source.EVENT), "approvals.request.lapse", [Row(target=one) for one in running])


@subscribe
def note_new_owners(acted: Acted) -> None:
    """A record that changes hands while it is being decided: its new owner may not decide it."""
    if not any(one.model is acted.action.model for one in kinds.values()):
        return
    owners = {
        record.public_id: changed["owner_id"][1]
        for record, changed in zip(acted.records, acted.changes, strict=True)
        if changed.get("owner_id", (None, None))[1] is not None
    }
    if not owners:
        return
    running = list(Request.objects.filter(subject_id__in=list(owners), state=State.RUNNING))
    persons = Person.objects.in_bulk([owners[one.subject_id] for one in running])
    rows = [Row({"person": persons[owners[one.subject_id]]}, one) for one in running]
    if rows:
        act_many(system(Source.EVENT), "approvals.request.concern", rows, whole=True)


@on("people.person.left")
def replace_leavers(acted: Acted) -> None:
    """3.4.3: what waited for someone who left waits for their superior."""
    for person in acted.records:
        assert isinstance(person, Person)
        running = Request.objects.filter(state=State.RUNNING, involved__contains=[person.pk])
        asked = running.filter(tickets__person=person, tickets__votes=True, tickets__state__in=["waiting", "later"])
        waiting = list(asked.distinct())
        if waiting:
            rows = [Row({"leaver": person}, one) for one in waiting]
            act_many(system(Source.EVENT), "approvals.request.replace", rows, whole=True)
