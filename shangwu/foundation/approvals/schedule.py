"""Time limits: who has not decided in time is reminded, then their superior is told. Nothing is ever decided by it."""

from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.records import actors, clock, gate

AT_ONCE = 500
"""How many requests one round looks after; the next one takes what is left."""


@every("*/10 * * * *", "approvals.stir")
def stir_late() -> int:
    """Look after requests whose moment has come; how many. Safe to miss and to repeat: each request knows its next."""
    with gate.free_reading():
        ripe = list(
            Request.objects.filter(state=Request.State.RUNNING, stir_at__lte=clock.now()).order_by("stir_at")[:AT_ONCE]
        )
    if ripe:
        act_many(actors.system(), "approvals.request.stir", [Row(target=one) for one in ripe])
    return len(ripe)
