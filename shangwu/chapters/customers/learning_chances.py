"""Learns the chances of opportunities from the own history, each night (2.5.2). Safe to miss and to repeat."""

from shangwu.chapters.customers.chances import chance
from shangwu.chapters.customers.models import Opportunity, Stage
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.records import actors, gate
from shangwu.foundation.records.actors import Source

PORTION = 500


def look_after(source: Source = Source.JOB) -> int:
    """Note on each open stage what was won of all that came to it, then weigh anew; how many have another chance."""
    by, done = actors.system(source), 0
    with gate.free_reading():
        stages = Stage.objects.filter(kind=Stage.Kind.OPEN, archived_at__isnull=True).order_by("pk")
        act_many(by, "customers.stage.learn", [Row(target=one) for one in stages])
        keys = _outdated()
        for start in range(0, len(keys), PORTION):
            portion = Opportunity.objects.filter(pk__in=keys[start : start + PORTION]).order_by("pk")
            done += len(act_many(by, "customers.opportunity.weigh", [Row(target=one) for one in portion]).done)
    return done


def _outdated() -> list[int]:
    """Keys of the open opportunities whose chance is not what it would be now."""
    stages = {one.pk: one for one in Stage.objects.all()}
    rows = Opportunity.objects.filter(state=Opportunity.State.OPEN, archived_at__isnull=True).order_by("pk")
    return [
        key
        for key, stage, amount, currency, probability in rows.values_list(
            "pk", "stage_id", "amount", "currency", "probability"
        )
        if chance(stages[stage], amount, currency).percent != probability
    ]
