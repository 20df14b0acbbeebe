"""Pages of clause 2.6.1: quotations, with their former texts and their paper."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.around import Happening, happens
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales import quotation_papers
from shangwu.chapters.sales.actions.reviews import REASONS
from shangwu.chapters.sales.models import Order, Quotation, QuotationLine, QuotationRevision
from shangwu.chapters.sales.pages.orders import FOLLOWS, LINES, SUMS
from shangwu.chapters.sales.quotation_texts import Text, changes, text_of
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import (
    DetailPage,
    Due,
    FormPage,
    Group,
    Hidden,
    ListPage,
    Money,
    Panel,
    Parts,
    Period,
    Range,
    Rate,
    Route,
    RowsPanel,
    View,
    Wide,
    my_day,
    page,
    panel,
    words_of,
)
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity, Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

for _model, _name in ((Order, "special_because"), (Order, "covered_because"), (Quotation, "special_because")):
    words_of(_model, _name, REASONS)

ListPage(
    Quotation,
    clause="2.6.1",
    columns=[
        "number", "customer", "subject", "owner", "state", Money("gross"), Due("valid_until", open_while=["sent"]),
        "quoted_on", Hidden("revision"), Hidden("contact"), Hidden("department"), Hidden(Money("net")),
        Hidden(Money("tax")), Hidden("authority"), Hidden("answered_through"), Hidden("answer"), Hidden("order"),
    ],
    filters=[
        "state", "customer", "owner", "department", Period("quoted_on"), Period("valid_until"), Range("gross"),
        "currency", "order",
    ],
    sorts=["quoted_on", "valid_until", "gross"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("running", _("With the customer"), "state=sent"),
        View("to_send", _("To send"), "state=draft&state=released"),
        View("accepted", _("Accepted"), "state=accepted"),
    ],
    tones={"released": "run", "accepted": "done", "declined": "bad", "withdrawn": "void"},
    empty=_("No quotations yet. Draw up the first one; when the customer accepts, it becomes an order."),
    icon="file-text",
    order=5,
)  # fmt: skip
DetailPage(
    Quotation,
    clause="2.6.1",
    title=["customer"],
    meta=["owner", "department", "revision"],
    track=["draft", "sent", "accepted"],
    facts=[
        Group(_("Quotation"), "customer", "contact", "subject", "quoted_on", "valid_until", "order"),
        Group(_("Amounts"), "net", "tax", "gross", "currency", "rate", "payment_terms", "payment_days"),
        Group(_("Approval"), "authority", "conditions"),
        Group(_("Answer"), "answered_through", "proof", Wide("answer"), "accepted_at", "declined_at"),
        Group(_("Terms"), "delivery", Wide("terms"), Wide("note")),
    ],
    parts=[
        Parts(
            "lines", "position", "product", "description", "quantity", "unit", Money("unit_price", total=False),
            Rate("discount"), Rate("tax_rate"), Money("cost", currency=""), Money("net"), Money("gross"),
        ),
    ],
)  # fmt: skip
_FORM = [
    Group(_("Customer"), Wide("customer", 3), Wide("contact", 3), "subject", "valid_until", clause="2.6.1"),
    Group(_("Lines"), LINES),
    Group(
        _("Terms"), "payment_terms", "payment_days", "delivery", "currency", "rate", "prices_with_tax", Wide("terms"),
        Wide("note"),
    ),
]  # fmt: skip
FormPage("sales.quotation.create", clause="2.6.1", groups=_FORM, sums=SUMS, follows=FOLLOWS)
FormPage("sales.quotation.revise", clause="2.6.1", groups=_FORM, sums=SUMS, follows=FOLLOWS)


def _text(actor: Actor, quotation: Quotation) -> Text:
    rows = QuotationLine.objects.visible_to(actor, archived=True).filter(quotation=quotation)
    return text_of(quotation, rows.order_by("position"))


def _former(actor: Actor, quotation: Quotation) -> list[QuotationRevision]:
    rows = QuotationRevision.objects.visible_to(actor, archived=True).filter(quotation=quotation)
    return list(rows.order_by("position"))


def former_texts(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Former texts, the latest first, each with what the following one changed; none where nothing was revised."""
    assert isinstance(record, Quotation)
    rows = _former(actor, record)
    if not rows:
        return None
    names = {
        one.pk: str(one)
        for one in Person.objects.visible_to(actor, archived=True).filter(pk__in={one.made_by_id for one in rows})
    }
    texts = [*(one.text for one in rows), _text(actor, record)]
    found = []
    for one, before, after in zip(rows, texts, texts[1:], strict=False):
        address = url("sales.quotation.paper", public_id=record.public_id)
        found.append(
            {
                "edition": quotation_papers.edition_of(record, before), "made_at": formats.moment(one.made_at),
                "by": names.get(one.made_by_id or 0, ""), "paper": f"{address}?revision={before['revision']}",
                "changes": [_said(change, before, after) for change in changes(before, after)],
                "facts": quotation_papers.facts_in(before), "table": quotation_papers.table_of(before),
                "terms": before["terms"],
            }
        )  # fmt: skip
    return {"texts": found[::-1]}


def _said(change: Mapping[str, Any], before: Text, after: Text) -> dict[str, Any]:
    model = Quotation if change["line"] is None else QuotationLine
    return {
        "what": quotation_papers.label(model, change["what"]), "line": change["line"],
        "before": quotation_papers.said(change["what"], change["before"], before["currency"]) or "—",
        "after": quotation_papers.said(change["what"], change["after"], after["currency"]) or "—",
    }  # fmt: skip


def paper_link(actor: Actor, record: Record | None) -> Mapping[str, Any]:
    """Where the paper is."""
    assert isinstance(record, Quotation)
    return {"paper": url("sales.quotation.paper", public_id=record.public_id)}


panel(
    Quotation,
    Panel("paper", _("Document"), "sales/quotation_paper.html", paper_link, place="side", order=10, clause="2.6.1"),
    Panel(
        "former", _("Former texts"), "sales/former_texts.html", former_texts, place="tab", order=15, clause="2.6.1"
    ),
)  # fmt: skip
panel(Customer, RowsPanel("quotations", Quotation, _("Quotations"), "customer={record}", order=9, clause="2.6.1"))
panel(Order, RowsPanel("quotation", Quotation, _("Quotation"), "order={record}", order=30, clause="2.6.1"))
happens(
    Happening(
        Quotation, _("Quotation"), "file-text", "created_at",
        lambda quotation: f"{quotation.edition} {quotation.get_state_display()}",
    )
)  # fmt: skip
my_day(
    RowsPanel(
        "my_quotations", Quotation, _("My quotations with customers"), "owner=me&state=sent&state=accepted",
        columns=("number", "customer", "state", "valid_until"), sort="valid_until", place="main", order=25,
        clause="2.6.1",
    )
)  # fmt: skip


def paper(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The quotation as PDF; `?revision=` asks for a former text."""
    actor = request.actor
    quotation = record_of(actor, Quotation, public_id)
    text = _text(actor, quotation)
    wanted = request.GET.get("revision", "")
    if wanted and wanted != str(quotation.revision):
        former = [one.text for one in _former(actor, quotation) if str(one.text["revision"]) == wanted]
        if not former:
            raise missing()
        text = former[0]
    entity = Entity.objects.visible_to(actor, archived=True).filter(pk=quotation.entity_id or 0).first()
    made = quotation_papers.paper(quotation, text, entity.name if entity is not None else "")
    response = HttpResponse(made, content_type="application/pdf")
    name = quotation_papers.file_name(quotation, text)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


page(
    Route(
        "sales.quotation.paper", "sales/quotations/<uuid:public_id>/paper/", paper, model=Quotation, verb="detail",
        sample={"public_id": "public_id"},
    )
)  # fmt: skip
