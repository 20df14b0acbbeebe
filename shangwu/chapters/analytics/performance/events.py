"""What follows from sheets, splits and rewards (2.7.3): those concerned hear of it; what nobody objects to stands."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from shangwu.chapters.analytics.performance.models import KpiSheet, Reward, Split
from shangwu.foundation.access.holders import holders_of
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.notices.sending import name_nobody_outside, notify
from shangwu.foundation.people.roles import Role
from shangwu.foundation.people.zones import house_in, lies_in, zones
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source

name_nobody_outside(KpiSheet, Reward)

TO_SIGN = gettext_noop("Your targets for %(period)s are approved. Read and sign them.")
HANDED_BACK = gettext_noop("The targets %(sheet)s for %(period)s came back unsigned.")
CHANGED = gettext_noop("A target of yours for %(period)s has changed.")
SCORED = gettext_noop("Your result for %(period)s is there. You may object to it for some days.")
OBJECTED = gettext_noop("There is an objection to the result %(sheet)s. Somebody other than the scorer answers it.")
ANSWERED = gettext_noop("Your objection to the result for %(period)s is answered.")
TO_AGREE = gettext_noop("A share of order %(order)s is to be yours. Say whether you agree.")
AGREED = gettext_noop("The credit of order %(order)s is shared as agreed.")
DECLINED = gettext_noop("The proposed sharing of order %(order)s was dropped.")
TO_CARRY_OUT = gettext_noop("A reward or penalty is decided. Carry it out and attach the proof.")

_TO_OWNERS = {
    "analytics.kpisheet.proposed": TO_SIGN,
    "analytics.kpisheet.change_applied": CHANGED,
    "analytics.kpisheet.scored": SCORED,
    "analytics.kpisheet.objection_answered": ANSWERED,
}


def _sheets(acted: Acted) -> Iterable[KpiSheet]:
    if acted.by.source is not Source.DEMO:
        yield from (one for one in acted.records if isinstance(one, KpiSheet))


@on("analytics.kpisheet.proposed")
@on("analytics.kpisheet.change_applied")
@on("analytics.kpisheet.scored")
@on("analytics.kpisheet.objection_answered")
def tell_owners(acted: Acted) -> None:
    """2.7.3: employees hear of their own targets and results."""
    for sheet in _sheets(acted):
        notify([sheet.owner_id], _TO_OWNERS[acted.action.event], {"period": sheet.period}, about=sheet)


@on("analytics.kpisheet.handed_back")
def tell_maker(acted: Acted) -> None:
    """2.7.3: who set the targets hears that they were not signed."""
    for sheet in _sheets(acted):
        notify([sheet.created_by_id], HANDED_BACK, {"sheet": sheet.number, "period": sheet.period}, about=sheet)


@on("analytics.kpisheet.objected")
def tell_answerers(acted: Acted) -> None:
    """2.7.3: those who may answer an objection hear of it, the scorer left out."""
    for sheet in _sheets(acted):
        roles = (Role.HEAD, Role.VICE_EXECUTIVE, Role.HUMAN_RESOURCES)
        found = holders_of(roles, sheet.department_id, sheet.changed_at.astimezone(acted.by.zone).date())
        others = [one for one in found if one not in (sheet.scored_by_id, sheet.owner_id)]
        notify(others, OBJECTED, {"sheet": sheet.number}, about=sheet)


def _splits(acted: Acted) -> Iterable[Split]:
    if acted.by.source is not Source.DEMO:
        yield from (one for one in acted.records if isinstance(one, Split))


@on("analytics.split.created")
@on("analytics.split.agreed_to")
@on("analytics.split.dropped")
@on("analytics.split.declined")
def tell_named(acted: Acted) -> None:
    """2.7.3: those named hear that they are asked, that all have agreed, or that nothing comes of it."""
    for split in _splits(acted):
        said = {Split.State.PROPOSED: TO_AGREE, Split.State.AGREED: AGREED}.get(Split.State(split.state), DECLINED)
        if acted.action.verb == "agree" and split.state == Split.State.PROPOSED:
            continue
        told = [one for one in {*split.collaborators, split.owner_id} if one != acted.by.person_id]
        notify(told, said, {"order": split.order_number}, about=split)


@on("analytics.reward.approved")
def tell_personnel(acted: Acted) -> None:
    """2.7.3: personnel hears what it has to carry out."""
    for reward in acted.records:
        if isinstance(reward, Reward) and acted.by.source is not Source.DEMO:
            today = reward.changed_at.astimezone(acted.by.zone).date()
            found = holders_of([Role.HUMAN_RESOURCES], reward.department_id, today)
            notify([one for one in found if one != reward.owner_id], TO_CARRY_OUT, about=reward)


@every("17 1 * * *", "analytics.settle_results")
def settle_results() -> int:
    """Results to which nobody has objected in time stand, by the day of each legal entity; how many."""
    with gate.free_reading():
        return sum(_settle_results(zone) for zone in sorted(zones()))


def _settle_results(zone: str) -> int:
    by = house_in(zone)
    over = (
        KpiSheet.objects.filter(lies_in(zone), state=KpiSheet.State.SCORED, archived_at__isnull=True)
        .exclude(lines__stopped_on__isnull=False)
        .exclude(lines__objectable_until__gte=clock.today(by.zone))
    )
    rows = [Row(target=one) for one in over.order_by("pk")]
    return len(act_many(by, "analytics.kpisheet.settle", rows).done) if rows else 0
