"""What follows when the next edition of the regulation begins, for those who have not signed for the one before."""

from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.duties.judging import type_of
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.regulation.events import WAITING
from shangwu.foundation.regulation.models import SignOff


@on("regulation.edition.superseded")
def ask_for_the_next_alone(acted: Acted) -> None:
    """3.1.3: who is still within the time signs for the edition that holds now; what was overdue stays owed."""
    found = list(
        SignOff.objects.filter(edition__in=[one.pk for one in acted.records], state__in=WAITING).order_by("pk")
    )
    late = set(
        Duty.objects.filter(
            rule="1.2",
            subject_type=type_of(SignOff),
            subject_id__in=[one.pk for one in found],
            due_at__lt=clock.now(),
        ).values_list("subject_id", flat=True)
    )
    for verb, is_late in (("supersede", False), ("carry", True)):
        rows = [Row(target=one) for one in found if (one.pk in late) is is_late]
        if rows:
            act_many(system(Source.EVENT), f"regulation.signoff.{verb}", rows, whole=True)
