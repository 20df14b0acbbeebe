"""What follows from quotations (2.6.1): mails go out with link and paper, the salesperson hears the answer, what is
over expires."""

from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from shangwu.chapters.customers.enclosing import Enclosed, encloses
from shangwu.chapters.customers.links import absolute
from shangwu.chapters.customers.models import Delivery, Message
from shangwu.chapters.sales import quotation_papers
from shangwu.chapters.sales.models import Quotation
from shangwu.chapters.sales.quotation_links import for_quotation
from shangwu.chapters.sales.quotation_texts import text_of
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Source

ACCEPTED = gettext_noop("%(customer)s accepts quotation %(number)s. Make the order.")
DECLINED = gettext_noop("%(customer)s declines quotation %(number)s: %(answer)s")
EXPIRED = gettext_noop(
    "Quotation %(number)s for %(customer)s has expired without an answer. Revise it, or let it rest."
)


@on("sales.quotation.sent")
def put_on_its_way(acted: Acted) -> None:
    """The mails of quotations go out; those of the demo have no address in the world."""
    if acted.by.source is Source.DEMO:
        return
    mails = [one for one in acted.also if isinstance(one, Message)]
    Delivery.objects.bulk_create([Delivery(message=one, due_at=clock.now()) for one in mails])


@encloses
def link_and_paper(message: Message) -> Enclosed | None:
    """The link by which the customer answers, and the paper. What was revised or withdrawn meanwhile goes with none."""
    found = Quotation.objects.select_related("entity").filter(mail=message, state=Quotation.State.SENT).first()
    if found is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        said = gettext("Read it and answer here, until %(day)s:") % {"day": found.valid_until}
        text = text_of(found, found.lines.order_by("position"))
        company = found.entity.name if found.entity is not None else ""
        made = quotation_papers.paper(found, text, company)
    name = quotation_papers.file_name(found, text)
    return Enclosed(["", said, absolute(for_quotation(found))], [(name, made, "application/pdf")])


@on("sales.quotation.accepted")
@on("sales.quotation.declined")
@on("sales.quotation.expired")
def tell_salesperson(acted: Acted) -> None:
    """Who has the quotation hears what has become of it, unless they entered it themselves."""
    if acted.by.source is Source.DEMO:
        return
    for one in cast("list[Quotation]", acted.records):
        said = {"accepted": ACCEPTED, "declined": DECLINED, "expired": EXPIRED}[one.state]
        params = {"customer": one.customer_name, "number": one.edition, "answer": one.answer}
        if one.owner_id != acted.by.person_id:
            notify([one.owner_id], said, params, about=one, urgent=one.state == Quotation.State.ACCEPTED)


@every("11 * * * *", "sales.expire_quotations")
def expire() -> int:
    """Close the quotations whose last valid day has passed where their legal entity is; how many."""
    now = clock.now()
    with gate.free_reading():
        zones = {*Entity.objects.values_list("zone", flat=True), settings.TIME_ZONE}
        over = Q(entity=None, valid_until__lt=now.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
        for zone in sorted(zones):
            over |= Q(entity__zone=zone, valid_until__lt=now.astimezone(ZoneInfo(zone)).date())
        found = Quotation.objects.filter(over, state=Quotation.State.SENT, archived_at=None).order_by("pk")
        rows = [Row(target=one) for one in found[:1000]]
        return len(act_many(actors.system(Source.JOB), "sales.quotation.expire", rows).done) if rows else 0
