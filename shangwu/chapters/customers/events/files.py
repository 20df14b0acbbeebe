"""What follows from deeds in this room: erased data go everywhere, copies and valuations are work for a job."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import erasing
from shangwu.chapters.customers import personal_copies as _personal_copies  # noqa: F401 -- declares its job
from shangwu.chapters.customers.models import Complaint, Customer, PersonalRequest, Valuation
from shangwu.chapters.customers.scanning import SCAN
from shangwu.chapters.customers.strangers import complaints_of
from shangwu.foundation.actions.door import Acted, Row, act, act_many, on
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.people.zones import house_in, lies_in, zones
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.refusals import missing

VALUE = "customers.value_all"
WATCHED = (Source.PAGE, Source.API, Source.DEMO)
"""Where nobody waits for the work in the same process."""

on("customers.personalrequest.erased")(erasing.erase_traces)


@on("customers.personalrequest.put_right")
def put_complaints_right(acted: Acted) -> None:
    """What is right stands in all complaints of the person."""
    for asked, given in zip(acted.records, acted.inputs, strict=True):
        assert isinstance(asked, PersonalRequest)
        with gate.free_reading():
            theirs = list(Complaint.objects.filter(pk__in=complaints_of(asked)).order_by("pk"))
        right = {name: str(given.get(name) or "").strip() for name in ("name", "phone", "email")}
        if theirs:
            act_many(system(Source.EVENT), "customers.complaint.put_right", [Row(right, one) for one in theirs])


@on("customers.personalrequest.copied")
def queue_copy(acted: Acted) -> None:
    """Gather the copy in a job of the officer's, who alone can fetch its file."""
    for asked in acted.records:
        assert isinstance(asked, PersonalRequest)
        title = _("Copy of personal data, %(number)s") % {"number": asked.number}
        start(acted.by, erasing.COPY, {"public_id": str(asked.public_id)}, title=title, source=Source.JOB)


@on("customers.comparison.asked_for")
def queue_comparison(acted: Acted) -> None:
    """Compare all files in a job of who asked. Refuses `running` while somebody's is under way."""
    if acted.by.source in WATCHED:
        for asked in acted.records:
            start(acted.by, SCAN, {"public_id": str(asked.public_id)}, once="all")


@on("customers.valuation.asked_for")
def queue_valuation(acted: Acted) -> None:
    """Value all customers in a job of who asked."""
    if acted.by.source in WATCHED:
        for valuation in acted.records:
            start(acted.by, VALUE, {"public_id": str(valuation.public_id)}, once=str(valuation.public_id))


@job(VALUE, title=_("Value all customers"))
def run_valuation(running: Running, *, public_id: str) -> None:
    """Bring the figures up to date, value all customers, let them take their grades. Safe to run twice."""
    valuation = Valuation.objects.visible_to(running.by).filter(public_id=public_id).first()
    if valuation is None:
        raise missing()
    value(valuation, lambda done, total: running.progress(done, total, _("Customers")))


def value(valuation: Valuation, progress: object = None) -> None:
    """A valuation from first to last; the figures are brought up to date before."""
    from shangwu.chapters.customers import grading

    with gate.free_reading():
        export(measures[grading.NET].facts)
        grading.value_all(valuation, progress)  # type: ignore[arg-type]


def grades_are_due() -> bool:
    """Whether the month has no valuation yet, or a grade set by hand has passed its last day."""
    with gate.free_reading():
        return not _valued_since(_this_month()) or any(_outlived(zone).exists() for zone in zones())


def _this_month() -> datetime.date:
    """Its first day: all customers are valued together, by the house's day."""
    return clock.today(ZoneInfo(settings.TIME_ZONE)).replace(day=1)


def _valued_since(day: datetime.date) -> bool:
    return Valuation.objects.filter(until__gte=day - datetime.timedelta(days=1), state=Valuation.State.DONE).exists()


def _outlived(zone: str) -> QuerySet[Customer]:
    return Customer.objects.filter(lies_in(zone), grade_until__lt=clock.today(ZoneInfo(zone)))


@every("20 4 * * *", "customers.grades", apart_when=grades_are_due)
def keep_grades() -> None:
    """Each night: grades set by hand whose last day has passed give way; once a month all customers are valued."""
    with gate.free_reading():
        outlived = [Row(target=one) for zone in sorted(zones()) for one in _outlived(zone)]
    by = house_in(settings.TIME_ZONE)
    if outlived:
        act_many(by, "customers.customer.drop_grade", outlived)
    first = _this_month()
    with gate.free_reading():
        valued = _valued_since(first)
        begun = Valuation.objects.filter(until=first - datetime.timedelta(days=1)).first()
    if not valued:
        until = first - datetime.timedelta(days=1)
        value(begun or act(by, "customers.valuation.create", None, {"until": until}).record)
