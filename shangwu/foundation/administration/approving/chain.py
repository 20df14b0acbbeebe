"""The chain of a request on the record that it is about: who, when, what they said, who is next; and its seals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.approvals.access import voices
from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Link, Request, Step, Ticket
from shangwu.foundation.approvals.sheet import to_come
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.acting.buttons import button, verbs
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.panels import Panel, on_paper, panel_everywhere
from shangwu.foundation.pages.reading import FreshToken
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

SHOWN = 3
"""So many requests of a record are shown, the latest first."""

_REASON = "who sees a record sees the decisions about it"
_SEALED = frozenset({Ticket.State.APPROVED, Ticket.State.CONDITION})
_SPOKEN = frozenset({*_SEALED, Ticket.State.OBJECTED, Ticket.State.REJECTED, Ticket.State.RETURNED})
_FIRST = ("approve", "answer", "approve_on_condition", "reject", "roll_back", "resubmit", "withdraw", "remind", "void")


@dataclass(slots=True)
class Chain:
    """A request with all that is drawn of it."""

    request: Request
    steps: list[Step] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    names: Mapping[int, str] = field(default_factory=dict)

    def of_step(self, step: Step) -> list[Ticket]:
        """The votes of a step in its latest round, without those that were dropped."""
        found = [one for one in self.tickets if one.votes and one.step == step.position]
        last = max((one.round for one in found), default=0)
        return [one for one in found if one.round == last and one.state != Ticket.State.DROPPED]


def chains_of(record: Record) -> list[Chain]:
    """The latest requests about a record; of a request, its own."""
    found = Request.objects.unscoped(reason=_REASON)
    if isinstance(record, Request):
        requests = [record]
    else:
        requests = list(found.filter(subject_id=record.public_id).order_by("-pk")[:SHOWN])
    if not requests:
        return []
    chains = {one.pk: Chain(one) for one in requests}
    for step in Step.objects.unscoped(reason=_REASON).filter(request__in=list(chains)).order_by("position"):
        chains[step.request_id].steps.append(step)
    for ticket in Ticket.objects.unscoped(reason=_REASON).filter(request__in=list(chains)).order_by("position"):
        chains[ticket.request_id].tickets.append(ticket)
    names = _names(chains.values())
    for chain in chains.values():
        chain.names = names
    return list(chains.values())


def _names(chains: Iterable[Chain]) -> dict[int, str]:
    named: set[int | None] = set()
    for chain in chains:
        named.add(chain.request.requester_id)
        for one in chain.tickets:
            named |= {one.person_id, one.decided_by_id, one.acting_for_id, one.came_from_id}
    persons = [one for one in named if one is not None]
    found = Person.objects.unscoped(reason=_REASON).filter(pk__in=persons)
    return dict(found.values_list("pk", "name"))


def _seal(chain: Chain, one: Ticket, mine: set[int]) -> dict[str, Any]:
    if one.state in (Ticket.State.WAITING, Ticket.State.LATER):
        you = one.person_id in mine and one.state == Ticket.State.WAITING
        return _chop(chain.names.get(one.person_id, ""), "you" if you else "wait")
    name = chain.names.get(one.decided_by_id or one.person_id, "")
    return _chop(name, "" if one.state in _SEALED else "returned")


def _chop(name: str, kind: str = "") -> dict[str, Any]:
    """A seal: a Chinese name in columns of two, another in lines."""
    if name.isascii():
        return {"text": name, "kind": kind, "latin": True}
    return {"text": "\n".join(name[place : place + 2] for place in range(0, len(name), 2)), "kind": kind}


def _said_by(chain: Chain, one: Ticket) -> str:
    """Who decided, and for whom: the deputy's name with the absent person's."""
    name = chain.names.get(one.decided_by_id or one.person_id, "")
    if one.acting_for_id is None:
        return name
    return gettext("%(name)s (for %(absent)s)") % {"name": name, "absent": chain.names.get(one.acting_for_id, "")}


def drawn_steps(chain: Chain, mine: set[int]) -> list[dict[str, Any]]:
    """The 核章欄: who asked, then each step with its seals."""
    request = chain.request
    first = {
        "title": gettext("Submitted"), "seals": [_chop(chain.names.get(request.requester_id or 0, ""))],
        "foot": formats.moment(request.created_at, brief=True),
    }  # fmt: skip
    found, coming = [first], to_come(request, chain.steps)
    for step in chain.steps:
        if step.state == Step.State.SKIPPED or step.link == Link.JOINED:
            continue
        if step.state == Step.State.AHEAD and step not in coming:
            continue  # as things stand it will not be asked, and nobody waits for its seal
        tickets = [one for one in chain.of_step(step) if one.state != Ticket.State.PASSED_ON]
        now = step.state == Step.State.OPEN and request.state == Request.State.RUNNING
        seals = [_seal(chain, one, mine) for one in tickets] or [{"text": "—", "kind": "wait"}]
        title = gettext(step.name) + (gettext(" (opinion)") if step.advisory else "")
        found.append({"title": title, "status": "now" if now else "", "seals": seals, "foot": _foot(tickets)})
    return found


def _foot(tickets: Iterable[Ticket]) -> str:
    decided = [one.decided_at for one in tickets if one.decided_at]
    if decided:
        return formats.moment(max(decided), brief=True)
    due = [one.due_at for one in tickets if one.due_at]
    return gettext("by %(day)s") % {"day": formats.moment(min(due), brief=True)} if due else ""


def _opinions(chain: Chain) -> list[dict[str, Any]]:
    """Every word and every change of hands, the latest first."""
    steps = {one.position: gettext(one.name) for one in chain.steps}
    found = []
    for one in reversed(chain.tickets):
        if one.decided_at is None:
            continue
        found.append(
            {
                "who": _said_by(chain, one), "what": one.get_state_display(), "step": steps.get(one.step, ""),
                "how": one.get_came_display() if one.came != Ticket.Came.ROUTE else "",
                "when": formats.moment(one.decided_at), "opinion": one.opinion,
            }
        )  # fmt: skip
    return found


def _chain_facts(actor: Actor, chain: Chain) -> dict[str, Any]:
    request = chain.request
    offered = list(verbs(actor, request))
    offered.sort(key=lambda one: _FIRST.index(one.verb) if one.verb in _FIRST else len(_FIRST))
    made = [button(one, request) | {"primary": one.verb in ("approve", "answer")} for one in offered]
    heads = [one for one in made if one["verb"] in _FIRST]
    kind = kinds.get(request.kind)
    return {
        "title": kind.label if kind else request.kind, "state": request.get_state_display(),
        "is_running": request.state == Request.State.RUNNING, "version": request.version,
        "steps": drawn_steps(chain, voices(actor, request)), "opinions": _opinions(chain),
        "actions": heads, "more": [one for one in made if one not in heads],
    }  # fmt: skip


def _facts(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    if record is None or (not isinstance(record, Request) and record_name(type(record)) not in _subjects()):
        return None
    chains = chains_of(record)
    if not chains:
        return None
    return {
        "chains": [_chain_facts(actor, one) for one in chains],
        "subject": subject_of(actor, record) if isinstance(record, Request) else None,
        "form_token": FreshToken(),
    }


def subject_of(actor: Actor, request: Request) -> dict[str, str] | None:
    """The record that a request is about, where the reader sees it: what it is and its page."""
    kind = kinds.get(request.kind)
    if kind is None:
        return None
    found = kind.model._default_manager.visible_to(actor, archived=True).filter(public_id=request.subject_id).first()
    url = record_url(kind.model, request.subject_id)
    return {"label": str(found), "kind": str(kind.model._meta.verbose_name), "url": url} if found and url else None


def _subjects() -> set[str]:
    return {record_name(one.model) for one in kinds.values()}


panel_everywhere(Panel("approvals", _("Approval"), "administration/chain.html", _facts, order=1))


@on_paper
def seals(record: Record) -> list[dict[str, Any]]:
    """The boxes for seals at the foot of a printed record: each step with opinions, names and times."""
    if not isinstance(record, Request) and record_name(type(record)) not in _subjects():
        return []
    found = []
    for chain in chains_of(record)[:1]:
        for step in chain.steps:
            spoken = [one for one in chain.of_step(step) if one.state in _SPOKEN]
            if spoken:
                lines = [
                    {"name": _said_by(chain, one), "what": one.get_state_display(), "opinion": one.opinion,
                     "when": formats.moment(one.decided_at)}
                    for one in spoken if one.decided_at
                ]  # fmt: skip
                sealed = [_chop(_plain(chain, one))["text"] for one in spoken if one.state in _SEALED]
                found.append({"title": gettext(step.name), "seals": sealed, "lines": lines})
    return found


def _plain(chain: Chain, one: Ticket) -> str:
    return chain.names.get(one.decided_by_id or one.person_id, "")
