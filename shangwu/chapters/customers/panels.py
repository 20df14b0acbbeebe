"""Pages of clause 2.5.1 beside the files: tables, valuations, requests; and what a file's page explains."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.access import keeps_customer, speaks_with_customer
from shangwu.chapters.customers.actions.requests import ERASES
from shangwu.chapters.customers.completeness import Asked, completeness, filled, gaps
from shangwu.chapters.customers.erasing import alike_beside, named_openly
from shangwu.chapters.customers.legal_bases import bases_of, lacking
from shangwu.chapters.customers.models import Area, Contact, Customer, Industry, PersonalRequest, Score, Valuation
from shangwu.chapters.customers.papers_elsewhere import kept_for
from shangwu.chapters.customers.sizes import judge
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Group, Hidden, Pages, Panel, Period, RowsPanel, View, Wide, my_day, panel
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

for table, more, icon, order in ((Industry, (), "building", 60), (Area, ("jurisdiction",), "map-pin", 70)):
    Pages(
        table,
        clause="2.5.1",
        columns=["code", "name", "level", "parent", "edition", *more, "valid_from", "valid_until", Hidden("name_hans"),
                 Hidden("name_en")],
        filters=["level", "parent", *more, Period("valid_until")],
        title=["code", "name"],
        empty=gettext_lazy("The table is empty. Import its entries from a file."),
        icon=icon,
        order=order,
        groups=[
            Group(gettext_lazy("Entry"), "code", "level", "parent", "edition", *more),
            Group(gettext_lazy("Name"), "name", "name_hans", "name_en"),
            Group(gettext_lazy("Holds"), "valid_from", "valid_until"),
        ],
    )  # fmt: skip

Pages(
    Valuation,
    clause="2.5.1",
    columns=["until", "state", "customers", "total", "window", "share_a", "share_b", "facts_at", Hidden("since"),
             Hidden("method"), Hidden("digest")],
    title=["until"],
    empty=gettext_lazy("Customers have not been valued yet. It happens each month, or now."),
    icon="award",
    order=50,
    groups=[Group(gettext_lazy("As of"), "until", clause="2.5.1")],
)  # fmt: skip

Pages(
    PersonalRequest,
    clause="2.5.1",
    columns=["number", "kind", "state", "contact", "way", "asked_at", "owner", Hidden("carried_out_at"),
             Hidden("person_name"), Hidden("covers_file")],
    filters=["state", "kind", "owner", Period("asked_at"), "covers_file"],
    views=[View("open", gettext_lazy("Open"), "state=open")],
    facts=[
        "contact", *PersonalRequest.told_by_person, "covers_file", "kind", "way", "asked_at", "words", "carried_out_at",
        "answer", "answered_at", "refused_at",
    ],
    empty=gettext_lazy("Nobody has asked about their data yet. Enter a request on the day it comes."),
    icon="shield-lock",
    order=40,
    groups=[
        Group(
            gettext_lazy("Request"), "contact", "covers_file", "kind", "way", "asked_at", Wide("words"), clause="2.5.1"
        ),
        Group(
            gettext_lazy("Who is no contact"), *PersonalRequest.told_by_person,
            help=gettext_lazy("Of who has only complained or written. A mail or a number says who it is."),
        ),
    ],
)  # fmt: skip


def _file(actor: Actor, record: Record | None) -> Mapping[str, Any]:
    """How complete the file is, and what is missing, each with the place where it is put right."""
    assert isinstance(record, Customer)
    mine = bool(keeps_customer(actor, record)) and record.archived_at is None
    edit = url("customers.customer.edit", public_id=record.public_id) if mine else ""
    return {
        "meters": [
            {"label": _("Verified"), "value": f"{completeness(record)}%", "percent": completeness(record), "reached":
             record.completed_at is not None},
            {"label": _("Filled in"), "value": f"{filled(record)}%", "percent": filled(record), "reached": False},
        ],
        "gaps": [
            {
                "label": gap.field.label,
                "empty": gap.empty,
                "url": _contact_url(actor, record) if gap.field == Asked.HAS_CONTACT else (
                    edit and f"{edit}#id_{gap.field.value}"
                ),
            }
            for gap in gaps(record)
        ],
    }  # fmt: skip


def _contact_url(actor: Actor, customer: Customer) -> str:
    """Where a contact is entered, or the one that stands there is completed; empty for who may not."""
    if customer.archived_at is not None or not speaks_with_customer(actor, customer):
        return ""
    contact = Contact.objects.visible_to(actor).filter(customer=customer).order_by("-is_main", "pk").first()
    if contact is None:
        return f"{url('customers.contact.create')}?{urlencode({'customer': customer.public_id})}"
    return f"{url('customers.contact.edit', public_id=contact.public_id)}#id_part"


def _size(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Why the customer is large, medium, small or micro."""
    assert isinstance(record, Customer)
    if record.sector_id is None:
        return None
    with gate.free_reading():  # an industry is open to all
        found = judge(record)
    if found is None:
        return None
    return {
        "size": Customer.Size(found.size).label,
        "rule": found.rule.label,
        "lines": [
            {
                "label": label,
                "value": formats.number(value),
                "bounds": " / ".join(formats.number(one) for one in bounds),
            }
            for label, value, bounds in found.lines
        ],
        "year": record.figures_year,
    }


def _grade(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """How the grade came about, with the formula filled in."""
    assert isinstance(record, Customer)
    with gate.free_reading():  # of the customer whose page this is, and figures of no other
        found = Score.objects.filter(customer_id=record.pk).select_related("valuation")
        score = found.order_by("-valuation_id").first()  # "-valuation" would turn the valuations' own order round
    if score is None:
        return None
    return {
        "score": score,
        "valuation": score.valuation,
        "segment": Customer.Segment(score.segment).label,
        "net": formats.number(score.net, 2),
        "total": formats.number(score.valuation.total, 2),
        "before": formats.percent(score.before),
        "after": formats.percent(score.before + _share(score)),
        "days": (score.valuation.until - score.last_on).days,
        "scores": list(_scores(score)),
        "by_hand": record.grade_until is not None,
        "until": record.grade_until,
        "why": record.grade_reason,
        "grade": record.grade,
    }


def _share(score: Score) -> Decimal:
    return max(score.net, Decimal(0)) / score.valuation.total if score.valuation.total > 0 else Decimal(0)


def _scores(score: Score) -> Any:
    """Per figure: what it is, the score, the mean, and whether it is high."""
    told = {"recency": f"{score.last_on:%Y-%m-%d}", "frequency": str(score.orders), "money": formats.number(score.net)}
    names = {"recency": _("Last order"), "frequency": _("Orders"), "money": _("Net amount")}
    for place, (name, label) in enumerate(names.items()):
        mean = score.valuation.bounds.get(name, {}).get("mean")
        high = score.segment[place] == "H"
        yield {"label": label, "value": told[name], "score": getattr(score, name), "mean": mean, "high": high}


def _bases(actor: Actor, record: Record | None) -> Mapping[str, Any]:
    """Each personal field with the reason why it may be kept, and what lacks its consent."""
    assert isinstance(record, Contact)
    with gate.free_reading():  # of the contact whose page this is
        missing = [] if record.erased_at else lacking(record)
    fields = [
        {"label": capfirst(str(record._meta.get_field(name).verbose_name)), "basis": str(basis)}  # type: ignore[union-attr]
        for name, basis in bases_of(Contact).items()
        if name != "extra" and getattr(record, name)
    ]
    return {"fields": fields, "missing": [str(one) for one in missing], "refused_at": record.marketing_refused_at}


def _kept(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Which papers stay when the person's data go, and why: what the officer tells the person. And which entries of the
    company's own name the person."""
    assert isinstance(record, PersonalRequest)
    if record.kind not in ERASES:
        return None
    with gate.free_reading():  # counts of papers that the person themselves has signed or received
        papers, named, alike = kept_for(record), named_openly(record), alike_beside(record)
    return {
        "papers": [{"label": one.label, "count": one.count, "because": one.because} for one in papers],
        "named": named,
        "customer": str(record.contact.customer) if named and record.contact is not None else "",
        "alike": alike,
        "is_contact": record.contact_id is not None,
    }


panel(
    Customer,
    Panel("file", gettext_lazy("File"), "customers/file.html", _file, place="side", order=5, clause="2.5.1"),
    Panel("size", gettext_lazy("Why this size"), "customers/size.html", _size, place="side", order=7),
    Panel("grade", gettext_lazy("Grade"), "customers/grade.html", _grade, place="tab", order=40, clause="2.5.1"),
)
panel(
    PersonalRequest,
    Panel(
        "kept", gettext_lazy("What the law keeps"), "customers/kept.html", _kept, place="side", order=5, clause="2.5.1"
    ),
)
panel(
    Contact,
    Panel("bases", gettext_lazy("Why we may keep it"), "customers/bases.html", _bases, place="side", order=5),
    RowsPanel("requests", PersonalRequest, gettext_lazy("Requests on personal data"), "contact={record}", order=40),
)
my_day(
    RowsPanel(
        "personal_requests", PersonalRequest, gettext_lazy("Requests on personal data"), "state=open",
        columns=("number", "kind", "asked_at"), place="side", order=45, clause="2.5.1",
    )
)  # fmt: skip
