"""Clause 2.5.2: the tables of stages, reasons and product ranges, and what the own history teaches of each stage."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import keeps_tables
from shangwu.chapters.customers.chances import learnt_from
from shangwu.chapters.customers.models import Opportunity, OutcomeReason, ProductRange, Stage
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Refusal, action, archive, create, edit
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

NAMES = ["position", "name", "name_hans", "name_en"]


def complete(stage: Stage, by: Actor) -> None:
    """2.5.2: what was won has a chance of 100, what was lost of 0."""
    if stage.kind != Stage.Kind.OPEN:
        stage.share = 100 if stage.kind == Stage.Kind.WON else 0


create(Stage, clause="2.5.2", may=keeps_tables, fields=["kind", *NAMES, "share"], body=complete)
edit(Stage, clause="2.5.2", may=keeps_tables, fields=[*NAMES, "share"], body=complete)
create(OutcomeReason, clause="2.5.2", may=keeps_tables, fields=["kind", *NAMES])
edit(OutcomeReason, clause="2.5.2", may=keeps_tables, fields=NAMES)
archive(OutcomeReason, clause="2.5.2", may=keeps_tables)
create(ProductRange, clause="2.5.2", may=keeps_tables, fields=NAMES)
edit(ProductRange, clause="2.5.2", may=keeps_tables, fields=NAMES)
archive(ProductRange, clause="2.5.2", may=keeps_tables)

Lessons = Mapping[int, dict[str, Any]]


def standing(stages: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> set[int]:
    """Which of the stages hold open opportunities."""
    held = Opportunity.objects.filter(stage__in=stages, state=Opportunity.State.OPEN, archived_at__isnull=True)
    return set(held.order_by().values_list("stage_id", flat=True).distinct())


def lessons(stages: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Lessons:
    """What the opportunities closed within the window teach, whoever they belong to: counts alone come out of it."""
    since = clock.today(by.zone) - datetime.timedelta(days=policy("opportunity.window"))
    closed = Opportunity.objects.filter(closed_on__gte=since, archived_at__isnull=True).exclude(
        state=Opportunity.State.OPEN
    )
    rows = closed.order_by().values_list("passed", "state", "currency", "amount").iterator(chunk_size=5000)
    won = Opportunity.State.WON
    return learnt_from((passed, state == won, currency, amount) for passed, state, currency, amount in rows)


@action(Stage, "learn", clause="2.5.2", label=_("Learn from the own history"), may=nobody, prepare=lessons, shown=False)
def learn(stage: Stage, by: Actor, known: Lessons) -> None:
    """2.5.2: note how many of those that came to this stage were won. The former result stays in the history."""
    stage.learnt = known.get(stage.pk, {})
    stage.learnt_on = stage.changed_at.astimezone(by.zone).date()


@action(
    Stage, "archive", clause="2.5.2", label=_("Archive"), may=keeps_tables, prepare=standing, icon="archive", undo=True,
    danger=_("It disappears from lists. It is kept, and can be brought back."),
)  # fmt: skip
def put_away(stage: Stage, by: Actor, held: set[int]) -> None:
    """2.5.2: no opportunity comes to this stage any more. Refuses `end` for the stages of what is won and lost, and
    `held` while open opportunities stand in it."""
    if stage.kind != Stage.Kind.OPEN:
        raise Refusal("end", _("What is won and lost needs its stage. Rename it instead."))
    if stage.pk in held:
        raise Refusal("held", _("Open opportunities stand in this stage. Move them to another first."))
    stage.archived_at = stage.changed_at


@action(
    Stage, "unarchive", clause="2.5.2", label=_("Bring back"), may=keeps_tables, icon="arrow-back-up", undo=True,
    from_archive=True,
)  # fmt: skip
def bring_back(stage: Stage, by: Actor) -> None:
    """2.5.2: opportunities come to this stage again."""
    stage.archived_at = None
