"""What follows from surveys (2.5.2): mails go out, low answers are heard of, closed complaints are asked about."""

from typing import cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from shangwu.chapters.customers.asking import Reason, ask_about
from shangwu.chapters.customers.models import Complaint, Delivery, Message, Survey
from shangwu.chapters.customers.satisfaction import is_low
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.duties import directory
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source, system

NOT_CONTENT = gettext_noop("%(customer)s is not content with us (%(number)s). Speak with them.")


@on("customers.survey.created")
def put_on_its_way(acted: Acted) -> None:
    """The mails of new surveys go out; those of the demo have no address in the world."""
    if acted.by.source is Source.DEMO:
        return
    mails = [one for one in acted.also if isinstance(one, Message)]
    Delivery.objects.bulk_create([Delivery(message=one, due_at=clock.now()) for one in mails])


@on("customers.message.failed")
@on("customers.message.bounced")
def take_back_unread(acted: Acted) -> None:
    """A question that reached nobody was not asked: the person may be asked another time."""
    with gate.free_reading():
        asked = [one.survey_id for one in acted.records if isinstance(one, Message) and one.survey_id is not None]
        rows = [Row(target=one) for one in Survey.objects.filter(pk__in=asked, state=Survey.State.OPEN).order_by("pk")]
    if rows:
        with translation.override(settings.LANGUAGE_CODE):
            reason = gettext("The mail that asked has reached nobody.")
        act_many(system(Source.EVENT), "customers.survey.withdraw", rows, reason=reason)


@on("customers.survey.answered")
def tell_of_low(acted: Acted) -> None:
    """Who has the customer hears of a low answer at once, and who answers for customer service."""
    if acted.by.source is Source.DEMO:
        return
    for survey in cast("list[Survey]", acted.records):
        if is_low(survey):
            params = {"customer": survey.customer, "number": survey.number}
            notify([survey.owner_id, *_service(survey)], NOT_CONTENT, params, about=survey, urgent=True)


def _service(survey: Survey) -> list[int]:
    known = directory.present()
    return known.holders(Role.SERVICE, survey.department_id, known.day_of(clock.now(), survey.entity_id))


@on("customers.complaint.closed")
def ask_about_complaints(acted: Acted) -> None:
    """Who complained is asked whether they are content now, if they agreed to be asked."""
    if acted.by.source is Source.DEMO:
        return
    closed = [one for one in acted.records if isinstance(one, Complaint) and one.customer_id is not None]
    if closed:
        ask_about(
            [
                Reason(
                    Survey.Occasion.COMPLAINT, one.customer_id or 0, address=one.claimant_email, complaint=one
                )
                for one in closed
            ]
        )  # fmt: skip
