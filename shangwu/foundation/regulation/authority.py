"""Replay of the authority matrix and of the approvers' time: the requests of twelve months, asked again.

A request keeps the facts of its day and the conditions of its steps with the parameters that they named, so that the
way which it would take with another value follows from its own rows.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from shangwu.foundation.approvals import conditions, directory
from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Request, Step, Ticket
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.records import clock
from shangwu.foundation.regulation.replaying import Line, replays, whole_days

NODE = "approve.node"
ASKED = gettext_noop("%(kind)s: asked of “%(step)s”")
DECIDED, LATE = gettext_noop("Decisions asked for"), gettext_noop("Decisions asked for: late")


def _named(key: str) -> bool:
    """Whether any route, as shipped, compares something with this parameter."""
    whens = (when for kind in kinds.values() for step in kind.route for when in step.when)
    return any(conditions.parameter_of(value) == key for _fact, _comparison, value in whens)


@replays(_named)
def replay_authority(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """For each step that depends on the parameter: how many requests came to it, and how many would."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    steps: dict[int, list[Step]] = defaultdict(list)
    requests = {one.pk: one for one in Request.objects.filter(created_at__range=whole_days(since, until))}
    for step in Step.objects.filter(request__in=list(requests)).order_by("position"):
        steps[step.request_id].append(step)
    for pk, found in steps.items():
        if not any(one.get("parameter") == parameter.key for step in found for one in step.when):
            continue
        request = requests[pk]
        for place, supposed in enumerate((former, value)):
            for step in _chosen(request, found, {parameter.key: str(supposed)}):
                counts[request.kind, step.name][place] += 1
    for (kind, name), (before, after) in sorted(counts.items()):
        yield Line(ASKED, before, after, {"kind": kind, "step": name})


def _chosen(request: Request, steps: Sequence[Step], supposed: Mapping[str, str]) -> Iterator[Step]:
    """The steps that apply when the parameters have these values."""
    facts = request.facts | {"amount": request.amount}
    for stage in sorted({one.stage for one in steps}):
        here = [one for one in steps if one.stage == stage]
        fit = [one for one in here if conditions.hold([_supposing(each, supposed) for each in one.when], facts)]
        yield from [one for one in fit if not one.otherwise] or fit


def _supposing(one: Mapping[str, str], supposed: Mapping[str, str]) -> dict[str, str]:
    return {**one, "value": supposed.get(one.get("parameter", ""), one["value"])}


@replays(lambda key: key == NODE)
def replay_time(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """How many decisions were asked for, and how many of them came late or are, with each number of days."""
    rows = Ticket.objects.filter(votes=True, asked_at__range=whole_days(since, until)).exclude(state="dropped")
    tickets = list(rows.values_list("request_id", "step", "request__entity_id", "asked_at", "decided_at"))
    own = Step.objects.filter(days__isnull=False, request__in={one[0] for one in tickets})
    with_own_days = set(own.values_list("request_id", "position"))
    asked = [one for one in tickets if (one[0], one[1]) not in with_own_days]
    now, zone = clock.now(), timezone.get_default_timezone()
    known = directory.load(zone, clock.today(zone), entities={entity for _r, _s, entity, _a, _d in asked})
    late: Counter[int] = Counter()
    for _request, _step, entity, asked_at, decided_at in asked:
        assert asked_at is not None
        for place, days in enumerate((former, value)):
            late[place] += (decided_at or now) > known.deadline(entity, asked_at, days)
    yield Line(DECIDED, len(asked), len(asked))
    yield Line(LATE, late[0], late[1])
