"""Clause 2.7.3: sheets are drawn up, shared out level by level, approved, and signed by those whose they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.access import is_ones_own, leads, sets_targets
from shangwu.chapters.analytics.performance.actions.library import Usual, by_post, usual
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet
from shangwu.chapters.analytics.performance.scoring import shared_out
from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit, newborn
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.money.currencies import currency
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Department, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

SHEETS = Series("kpi_sheet", "KP%Y-{n:04d}", _("Sheet of targets"), Reset.YEAR)

State, Level, Way = KpiSheet.State, KpiSheet.Level, KpiLine.Way
APPROVAL = "analytics.kpisheet.approval"
RANK = {Level.COMPANY: 0, Level.DEPARTMENT: 1, Level.PERSON: 2}
HEAD = ["level", "owner", "department", "cadence", "first", "parent"]
INPUTS = [
    "way", "measure", "name", "definition", "source", "direction", "target", "floor", "stretch", "weight", "adds_up",
    "reason",
]  # fmt: skip
LINES = {"lines": INPUTS}
ROUTE = [StepSpec(name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True)]
Key = tuple[str, str]

approvable(
    APPROVAL,
    model=KpiSheet,
    label=_("Targets of a period"),
    clause="2.7.3",
    title=lambda sheet: f"{sheet.number} {sheet.period}",
    on_approved="analytics.kpisheet.propose",
    on_rejected="analytics.kpisheet.send_back",
    on_returned="analytics.kpisheet.send_back",
    on_withdrawn="analytics.kpisheet.send_back",
    resubmitted_by="analytics.kpisheet.submit",
    lapses_on=["analytics.kpisheet.archived"],
    route=ROUTE,
)


def draw_up(sheet: KpiSheet, by: Actor, known: Usual) -> Iterable[models.Model]:
    """2.7.3: what is to be reached in a period, by whom; without lines it begins with the usual indicators of the
    owner's post, or else with the regulation's and their weights.
    Refuses `invalid`, `cadence`, `day`, `parent`, `forbidden`, `measure`, `duplicate`."""
    _place(sheet)
    if not sets_targets(by, sheet):
        raise Refusal("forbidden", _("Nobody sets their own targets. Ask your superior."))
    period = sheet.span
    if sheet.first != period.first:
        said = _("A period begins on its first day. Choose %(day)s.")
        params = {"day": period.first.isoformat()}
        raise Refusal("day", said, params, fields={"first": [str(said) % params]})
    sheet.last, sheet.period = period.last, period.key
    every = policy("kpi.every", sheet.first)
    if sheet.level == Level.PERSON and sheet.cadence not in (every, "year"):
        said = _("Persons are judged by another span. Choose it, or the year.")
        raise Refusal("cadence", said, fields={"cadence": [said]})
    complete(sheet, by)
    if sheet.lines.all():
        return ()
    lines = by_post(sheet, known) or by_regulation(sheet)
    sheet.weight = sum((line.weight for line in lines), Decimal())
    return lines


def by_regulation(sheet: KpiSheet) -> list[KpiLine]:
    """The indicators that the clause names, with the weights in force on the sheet's first day; targets are missing."""
    weights = policy("kpi.weights", sheet.first)
    ways: dict[str, dict[str, Any]] = {
        "revenue": {"way": Way.MEASURE, "measure": "performance.revenue", "adds_up": True},
        "profit": {"way": Way.MEASURE, "measure": "performance.profit", "adds_up": True},
        "growth": {"way": Way.GROWTH, "measure": "performance.revenue"},
        "satisfaction": {"way": Way.MEASURE, "measure": "satisfaction.mean", "name": gettext("Customer satisfaction")},
    }
    return [
        KpiLine(sheet=sheet, position=place, weight=Decimal(weights[key]), **said)
        for place, (key, said) in enumerate(ways.items(), start=1)
    ]


def _place(sheet: KpiSheet) -> None:
    """Department and legal entity follow from whose sheet it is."""
    owner: Person | None = sheet.owner
    if owner is None:
        raise Refusal("invalid", _("Say whose sheet it is."), fields={"owner": [_("This is needed.")]})
    sheet.entity_id = owner.entity_id or sheet.entity_id
    if sheet.level == Level.PERSON:
        sheet.department_id = owner.department_id
    elif sheet.level == Level.COMPANY:
        sheet.department_id = None
    elif sheet.department_id is None:
        raise Refusal("invalid", _("Say which department."), fields={"department": [_("This is needed.")]})


def complete(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: correct a draft. Refuses `parent`, `invalid`, `measure`."""
    parent = sheet.parent
    if parent is not None:
        same = (parent.first, parent.last, parent.entity_id) == (sheet.first, sheet.last, sheet.entity_id)
        if not same or parent.level == Level.PERSON or RANK[Level(parent.level)] > RANK[Level(sheet.level)]:
            said = _("A sheet is shared out from one of a level above it, for the same period.")
            raise Refusal("parent", said, fields={"parent": [said]})
    lines = list(sheet.lines.all())
    for place, line in enumerate(lines):
        _settle(line, sheet, f"lines.{place}")
    sheet.weight = sum((line.weight for line in lines), Decimal())


def _settle(line: KpiLine, sheet: KpiSheet, at: str) -> None:
    """What a line says of itself, by its source; figures that not everybody sees go where these stand."""
    if line.way == Way.MANUAL:
        line.measure = ""
        if not line.name.strip():
            raise Refusal("invalid", _("Name the indicator."), fields={f"{at}.name": [_("This is needed.")]})
    else:
        one = measures.get(line.measure)
        if one is None or not indicators.dimension_of(one, sheet.level):
            said = _("This can't be measured at this level. Choose another measure, or enter it by hand.")
            raise Refusal("measure", said, fields={f"{at}.measure": [said]})
        line.adds_up = indicators.adds_up(line.measure, line.way)
    for name in ("target", "floor", "stretch"):
        typed = getattr(line, name)
        if line.is_closed and typed is not None:
            setattr(line, f"closed_{name}", typed)
            setattr(line, name, None)
        elif not line.is_closed:
            setattr(line, f"closed_{name}", None)


create(
    KpiSheet, clause="2.7.3", may=sets_targets, fields=HEAD, parts=LINES, series=SHEETS, reads=["parent", "owner"],
    prepare=usual, body=draw_up, label=_("Set targets"), icon="target-arrow", then="submit",
)  # fmt: skip
edit(
    KpiSheet, clause="2.7.3", may=sets_targets, fields=["parent"], parts=LINES, source=State.DRAFT, reads=["parent"],
    body=complete, bulk=False,
)  # fmt: skip
archive(KpiSheet, clause="2.7.3", may=sets_targets, source=frozenset({State.DRAFT.value}))


@dataclass(frozen=True, slots=True)
class Shared:
    """An additive indicator over two levels: what the level above has, and what the parts come to together."""

    label: Any
    whole: Decimal
    parts: Decimal
    reasons: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the parts do not come to the whole."""
        return self.whole != self.parts


def shared(parent: Iterable[KpiLine], children: Iterable[KpiLine]) -> dict[Key, Shared]:
    """The additive lines of a sheet beside those of the sheets below it."""
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    reasons: dict[Key, list[str]] = defaultdict(list)
    for line in children:
        sums[line.key] += line.figure("target") or 0
        reasons[line.key] += [line.reason] if line.reason else []
    return {
        line.key: Shared(line.label, line.figure("target") or Decimal(), sums[line.key], tuple(reasons[line.key]))
        for line in parent
        if line.adds_up and line.key in sums
    }


def plain(amount: Decimal) -> str:
    """A number as it is read: no empty decimals."""
    return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"


@dataclass(frozen=True, slots=True)
class Asking:
    """What putting sheets forward rests on: the route, and the lines of the sheets above and beside them."""

    opened: Opening
    parents: Mapping[int, list[KpiLine]]
    beside: Mapping[int, list[KpiLine]]


def family(sheets: Sequence[KpiSheet], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Asking:
    """The `prepare`: two queries, however many sheets are put forward."""
    keys = {sheet.parent_id for sheet in sheets if sheet.parent_id is not None}
    parents, beside = defaultdict(list), defaultdict(list)
    for line in KpiLine.objects.filter(sheet__in=keys).order_by("sheet", "position"):
        parents[line.sheet_id].append(line)
    rows = KpiLine.objects.filter(sheet__parent__in=keys, sheet__archived_at__isnull=True)
    for line in rows.select_related("sheet").order_by("pk"):
        beside[line.sheet.parent_id or 0].append(line)
    return Asking(opening(APPROVAL)(sheets, by, inputs), parents, beside)


@action(
    KpiSheet, "submit", clause="2.7.3", label=_("Put forward"), may=sets_targets, source=State.DRAFT,
    target=State.APPROVAL, reads=["lines"], prepare=family, primary=True, icon="send", bulk=True,
)  # fmt: skip
def submit(sheet: KpiSheet, by: Actor, known: Asking) -> Iterable[models.Model]:
    """2.7.3: targets are decided by the route before anybody signs them. Refuses `weights`, `target`, `definition`,
    `rollup` where the parts don't come to the whole and no reason is given, `route`."""
    lines = list(sheet.lines.all())
    if sheet.weight != 100:
        raise Refusal("weights", _("The weights come to %(sum)s together. Make it 100."), {"sum": sheet.weight})
    for line in lines:
        _require_whole(line)
    if sheet.parent_id is not None:
        others = [one for one in known.beside.get(sheet.parent_id, ()) if one.sheet_id != sheet.pk]
        found = shared(known.parents.get(sheet.parent_id, ()), [*others, *lines])
        mine = {line.key: line for line in lines}
        for key, one in found.items():
            if one.differs and key in mine and not mine[key].reason.strip():
                said = _("“%(name)s”: the parts come to %(parts)s, the whole is %(whole)s. Share it out, or say why.")
                raise Refusal("rollup", said, {"name": one.label, "parts": plain(one.parts), "whole": plain(one.whole)})
    return known.opened.request(sheet, by)


def _require_whole(line: KpiLine) -> None:
    target, named = line.figure("target"), {"name": line.label}
    if target is None or target < 0 or (target == 0 and line.direction == KpiLine.Direction.UP):
        raise Refusal("target", _("“%(name)s” has no target yet, or one that can't be reached by degrees."), named)
    if line.way == Way.MANUAL and not (line.definition.strip() and line.source.strip()):
        raise Refusal("definition", _("“%(name)s” is entered by hand: say what counts, and where it is read."), named)


@action(
    KpiSheet, "propose", clause="2.7.3", label=_("Propose"), may=by_decision, source=State.APPROVAL,
    target=State.PROPOSED, persons_only=True, shown=False, icon="thumb-up",
)  # fmt: skip
def propose(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the targets are approved; whose they are, signs them. Only a decision does this."""


@action(
    KpiSheet, "send_back", clause="2.7.3", label=_("Send back"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, persons_only=True, shown=False, icon="arrow-back-up", event="analytics.kpisheet.sent_back",
)  # fmt: skip
def send_back(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the targets are wanted otherwise, or taken back. Only a decision does this."""


@action(
    KpiSheet, "sign", clause="2.7.3", label=_("Sign"), may=is_ones_own, source=State.PROPOSED, target=State.SIGNED,
    reads=["lines"], primary=True, icon="signature", persons_only=True,
)  # fmt: skip
def sign(
    sheet: KpiSheet,
    by: Actor,
    *,
    unseen: Annotated[
        bool,
        Ask(
            _("I also sign what is not shown to me in amounts"),
            _("Amounts of profit are for those alone who may see costs. You see how far it is reached, in per cent."),
        ),
    ] = False,
) -> None:
    """2.7.3: the employee knows the targets and signs them; amounts that they may not see they sign knowingly. Refuses
    `unseen`."""
    if not unseen and not sees_cost(by) and any(line.is_closed for line in sheet.lines.all()):
        said = _("Some targets stand in amounts that you may not see. Tick that you sign them too, or hand it back.")
        raise Refusal("unseen", said, fields={"unseen": [said]})


@action(
    KpiSheet, "hand_back", clause="2.7.3", label=_("Hand back"), may=is_ones_own, source=State.PROPOSED,
    target=State.DRAFT, icon="arrow-back", needs_reason=True, persons_only=True,
    event="analytics.kpisheet.handed_back",
)  # fmt: skip
def hand_back(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the employee can't sign these targets, and says why; they are drawn up anew."""


Heads = Mapping[int, Person]
"""Department -> who heads it."""


def heads(sheets: Sequence[KpiSheet], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Heads:
    """The `prepare`: who heads the departments that are named, the one appointed first. One query."""
    named = {one.pk for given in inputs for one in given.get("departments") or ()}
    today = clock.today(by.zone)
    seats = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), role=Role.HEAD, reaches__in=named, starts_on__lte=today,
        archived_at=None, person__state=Person.State.ACTIVE,
    )  # fmt: skip
    return {one.reaches_id: one.person for one in seats.select_related("person").order_by("-pk") if one.reaches_id}


@action(
    KpiSheet, "cascade", clause="2.7.3", label=_("Share out"), may=leads, reads=["lines", "entity"], prepare=heads,
    source=[State.DRAFT, State.APPROVAL, State.PROPOSED, State.SIGNED], icon="sitemap", numbers={KpiSheet: SHEETS},
    offered_when=lambda sheet: sheet.level != Level.PERSON,
)  # fmt: skip
def cascade(
    sheet: KpiSheet,
    by: Actor,
    known: Heads,
    *,
    persons: Annotated[
        list[Person], Ask(_("Among"), _("Additive targets are shared equally; change the drafts then."))
    ] = [],  # noqa: B006 -- never changed
    departments: Annotated[
        list[Department], Ask(_("Among departments"), _("Each one's sheet is its head's, to be shared out further."))
    ] = [],  # noqa: B006 -- never changed
) -> Iterable[models.Model]:
    """2.7.3: draft a sheet for each department and person: additive targets shared out to the smallest coin, all others
    the same. Refuses `level`, `head` for a department without one, `forbidden`, `invalid`, `measure`, `duplicate`."""
    if sheet.level == Level.PERSON:
        raise Refusal("level", _("A person's sheet is not shared out any further."))
    among: list[tuple[Department | None, Person]] = [(one, _head_of(one, known)) for one in departments]
    among += [(None, one) for one in persons]
    if not among:
        said = _("Name at least one department or person.")
        raise Refusal("invalid", said, fields={"persons": [_("This is needed.")]})
    lines = list(sheet.lines.all())
    parts = {line.position: _parts(line, sheet, len(among)) for line in lines}
    made: list[models.Model] = []
    for place, (department, person) in enumerate(among):
        child = _child(sheet, by, department, person)
        made += [child, *(_child_line(child, line, parts[line.position][place]) for line in lines)]
    return made


def _head_of(department: Department, known: Heads) -> Person:
    if department.pk not in known:
        said = _("“%(name)s” has no head. Appoint one first, or draw up its sheet by hand.")
        raise Refusal("head", said, {"name": department.name})
    return known[department.pk]


def _child(sheet: KpiSheet, by: Actor, department: Department | None, person: Person) -> KpiSheet:
    """A draft below a sheet: of a department with its head, or of a person."""
    child: KpiSheet = newborn(KpiSheet, by, sheet.changed_at)
    for name in ("cadence", "first", "last", "period", "weight", "secrecy"):
        setattr(child, name, getattr(sheet, name))
    child.level = Level.PERSON if department is None else Level.DEPARTMENT
    child.parent, child.owner, child.entity_id = sheet, person, person.entity_id
    child.department_id = person.department_id if department is None else department.pk
    if not sets_targets(by, child):
        raise Refusal("forbidden", _("You may not set the targets of %(name)s."), {"name": person.name})
    return child


def _parts(line: KpiLine, sheet: KpiSheet, count: int) -> list[Decimal | None]:
    """A line's target for each of so many sheets."""
    target = line.figure("target")
    if target is None or not line.adds_up:
        return [target] * count
    places = 0
    if indicators.unit_of(line.measure, line.way) is Unit.MONEY and sheet.entity is not None:
        places = currency(sheet.entity.currency).minor_units
    return list(shared_out(target, [Decimal(1)] * count, places))


def _child_line(child: KpiSheet, line: KpiLine, target: Decimal | None) -> KpiLine:
    made = KpiLine(
        sheet=child, position=line.position, way=line.way, measure=line.measure, name=line.name, weight=line.weight,
        definition=line.definition, source=line.source, direction=line.direction, adds_up=line.adds_up,
    )  # fmt: skip
    if line.way != Way.MANUAL and not indicators.dimension_of(measures[line.measure], child.level):
        raise Refusal("measure", _("“%(name)s” can't be told apart by person."), {"name": line.label})
    made.put("target", target)
    if not line.adds_up:
        made.put("floor", line.figure("floor"))
        made.put("stretch", line.figure("stretch"))
    return made
