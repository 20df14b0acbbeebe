"""Pages of clause 2.6.3: the receipt of delivery from the phone, in one small form; what was seen on the way."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.proofs import require_picture
from shangwu.chapters.sales.actions.tracking import TROUBLES
from shangwu.chapters.sales.models import Scan, Shipment, Watch
from shangwu.chapters.sales.pages.telling import mail_about_shipment
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.registry import get
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files import intake, receipts
from shangwu.foundation.files.intake import Taken
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import from_validation

MOST_OF_A_PHOTO = 20 << 20
LISTED = 60

State = Shipment.State


def prove(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """GET asks for photograph, name and time; POST enters the delivery and its receipt. Twice sent, it counts once."""
    shipment = record_of(request.actor, Shipment, public_id)
    if request.method != "POST":
        return _shown(request, shipment, None)
    try:
        _take(request, shipment)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _shown(request, shipment.fresh, refusal)
    answers.say(request, gettext("The receipt of %(shipment)s is here.") % {"shipment": shipment.number})
    return answers.go(request, _address(shipment))


def _take(request: Request, shipment: Shipment) -> None:
    """Delivered, if it was not yet, and proved. Both carry the form's token, so that each has one effect."""
    by, key = request.actor, form_key(request)
    moment = _moment(request, by)
    signed_by, note = (request.POST.get(name, "").strip() for name in ("signed_by", "note"))
    if not ships_orders(by, shipment):
        raise Refusal("forbidden", _("This is not among your duties. Ask the warehouse."))
    if not signed_by:
        sentence = _("Say who signed.")
        raise Refusal("invalid", sentence, fields={"signed_by": [sentence]})
    taken = _photo(request)
    if shipment.state == State.SHIPPED:
        day = (moment or clock.now()).astimezone(by.zone).date()
        given: dict[str, Any] = {"delivered_on": day, "signed_by": signed_by[:60]}
        act(by, "sales.shipment.deliver", shipment, given, key=f"{key}-d" if key else None)
    given = {"photo": receipts.receipt(taken, by), "signed_by": signed_by, "signed_at": moment, "note": note}
    try:
        act(by, "sales.shipment.prove", shipment.public_id, given, key=f"{key}-p" if key else None)
    except Refusal as refusal:
        if refusal.code != "proved" or not _is_here(shipment, taken, by):
            raise


def _is_here(shipment: Shipment, taken: Taken, by: Actor) -> bool:
    """Whether this very picture of the same person hangs on the shipment: the form came a second time."""
    sent = (taken.blob.sha256, by.person_id)
    return any((one.sha256, one.owner_id) == sent for one in files_on(shipment))


def _moment(request: Request, by: Actor) -> datetime.datetime | None:
    """The time as the phone shows it, in the zone of the person's legal entity; None where none was given."""
    text = request.POST.get("signed_at", "").strip()
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        sentence = _("This is no time. Enter day and time.")
        raise Refusal("invalid", sentence, fields={"signed_at": [sentence]})
    return found if found.tzinfo is not None else found.replace(tzinfo=by.zone)


def _photo(request: Request) -> Taken:
    """The chosen picture, once it was examined."""
    chosen = request.FILES.get("photo")
    if chosen is None:
        sentence = _("Choose a photograph first.")
        raise Refusal("invalid", sentence, fields={"photo": [sentence]})
    try:
        entity = request.actor.entity_id or 0
        taken = intake.take(chosen, chosen.name or "", entity=entity, most=MOST_OF_A_PHOTO, rename=True)
    except ValidationError as error:
        raise from_validation(error) from error
    require_picture(taken.report.kind.code)
    return taken


def _shown(request: Request, shipment: Shipment, refusal: Refusal | None) -> HttpResponse:
    facts = {
        "page": frame.page_facts(
            gettext("Receipt of delivery"), clause="2.6.3",
            crumbs=[{"label": shipment.number or "", "url": _address(shipment)}],
        ),
        "shipment": shipment, "customer": shipment.customer_name, "refusal": refusal, "posted": request.POST,
        "done": shipment.receipted_at is not None,
        "may": bool(ships_orders(request.actor, shipment)) and get("sales.shipment.prove").fits(shipment),
        "most": MOST_OF_A_PHOTO >> 20,
        "url": reverse("sales.shipment.prove", kwargs={"public_id": shipment.public_id}),
        "back_url": _address(shipment),
    }  # fmt: skip
    return render(request, "sales/prove.html", facts, status=refusal.status if refusal else 200)


def _address(shipment: Shipment) -> str:
    return reverse("sales.shipment.detail", kwargs={"public_id": shipment.public_id})


page(
    Route(
        "sales.shipment.prove", "sales/shipments/<uuid:public_id>/receipt/", prove, model=Shipment,
        verb="sales.shipment.prove", methods=("GET", "POST"), clause="2.6.3", sample={"public_id": "public_id"},
    )
)  # fmt: skip


def scans(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What was seen of the goods, newest first; and the way to tell the customer the number."""
    assert isinstance(record, Shipment)
    rows = Scan.objects.visible_to(actor).filter(shipment=record).order_by("-at", "-position")[:LISTED]
    watch = Watch.objects.filter(pk=record.pk).first()
    return {
        "rows": [
            {
                "when": formats.moment(one.at), "what": one.get_kind_display(), "place": one.place, "words": one.words,
                "way": one.get_way_display(), "is_trouble": one.kind in TROUBLES,
            }
            for one in rows
        ],
        "trouble": watch.trouble if watch is not None else "",
        "mail_url": mail_about_shipment(actor, record) if record.told_at is None else "",
    }  # fmt: skip


panel(
    Shipment,
    Panel("scans", _("On the way"), "sales/scans.html", scans, place="main", order=10, clause="2.6.3"),
)
