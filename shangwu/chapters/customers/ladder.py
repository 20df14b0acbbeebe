"""The stages in their order, as a run of an action finds them (2.5.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.chances import chance
from shangwu.chapters.customers.models import Opportunity, Stage
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages that are in use, in their order."""

    stages: Sequence[Stage]

    @property
    def rungs(self) -> list[Stage]:
        """The stages of what is under way."""
        return [one for one in self.stages if one.kind == Stage.Kind.OPEN]

    def end(self, kind: str) -> Stage:
        """The stage of what is won or lost. Raises Refusal("stages") when the table has none."""
        return self._one([one for one in self.stages if one.kind == kind])

    def first(self) -> Stage:
        """Where an opportunity begins. Raises Refusal("stages") when the table has no open stage."""
        return self._one(self.rungs)

    def after(self, stage: Stage) -> Stage | None:
        """The next open stage; None after the last."""
        ahead = [one for one in self.rungs if (one.position, one.pk) > (stage.position, stage.pk)]
        return ahead[0] if ahead else None

    def place(self, opportunity: Opportunity, stage: Stage, by: Actor) -> None:
        """Put an opportunity into a stage: since when, what it has passed, how likely it is now."""
        opportunity.stage = stage
        opportunity.stage_since = opportunity.changed_at.astimezone(by.zone).date()
        if stage.kind == Stage.Kind.OPEN:
            reached = [one.pk for one in self.rungs if (one.position, one.pk) <= (stage.position, stage.pk)]
            opportunity.passed = [*opportunity.passed, *(one for one in reached if one not in opportunity.passed)]
        weigh(opportunity)

    def _one(self, found: Sequence[Stage]) -> Stage:
        if not found:
            raise Refusal("stages", _("The table of stages has no stage for this. Ask the head to complete it."))
        return found[0]


def ladder(opportunities: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Ladder:
    """The `prepare` of whatever moves opportunities."""
    return Ladder(list(Stage.objects.filter(archived_at__isnull=True).order_by("position", "pk")))


def weigh(opportunity: Opportunity) -> None:
    """Note the chance by stage and own history."""
    opportunity.probability = chance(opportunity.stage, opportunity.amount, opportunity.currency).percent
