"""What somebody had worked out last, by a job: found again by what was asked."""

from typing import Any

from shangwu.foundation.jobs.models import Job
from shangwu.foundation.records.actors import Actor


def last_job(actor: Actor, name: str, arguments: dict[str, Any]) -> Job | None:
    """The reader's own last job of that name and question, done or under way; never another's."""
    if actor.person_id is None:
        return None
    mine = Job.objects.filter(name=name, person_id=actor.person_id, arguments=arguments)
    return mine.exclude(state=Job.State.CANCELLED).order_by("-id").first()
