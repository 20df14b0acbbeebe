"""My day: requests about which the reader's opinion is asked. It decides nothing, and still somebody waits for it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.models import Request
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.panels import Panel, my_day
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

SHOWN = 10


def asked(actor: Actor, _record: Record | None) -> dict[str, Any] | None:
    """The latest of them; nothing where nobody asks."""
    if actor.person_id is None:
        return None
    persons = sorted({actor.person_id, *actor.stood_in_for})
    running = Request.objects.visible_to(actor).filter(state=Request.State.RUNNING, involved__overlap=persons)
    found = list(running.filter(consulted__overlap=persons).order_by("-pk")[:SHOWN])
    if not found:
        return None
    return {"requests": [{"title": one.title, "url": record_url(Request, one.public_id)} for one in found]}


my_day(
    Panel(
        "opinions_asked", _("Your opinion is asked"), "administration/opinions.html", asked, place="main", order=12,
        clause=INTRODUCTION,
    )
)  # fmt: skip
