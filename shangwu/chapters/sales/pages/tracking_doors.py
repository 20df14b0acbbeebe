"""A door for the tracking platform (2.6.3): it tells where a parcel is. Nobody signs in; its signature is checked."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from shangwu.chapters.sales import kuaidi100
from shangwu.chapters.sales.models import Carrier, Scan, Shipment
from shangwu.chapters.sales.tracking import TrackingFailed, adapters, take_in
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.api.throttling import count_visitor
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.refusals import missing

PUSHES = 600
"""So often in a minute the platform may tell us something from one address."""

MOST_TEXT = 512 * 1024


@csrf_exempt
def push(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the platform pushes about one shipment. An unsigned word, one about another parcel, and one that can't be
    read are refused in its own language, without a word about what there is; the same word twice has one effect."""
    count_visitor("tracking", request.META.get("REMOTE_ADDR"), PUSHES)
    if request.method != "POST" or not adapters[Carrier.Tracking.KUAIDI100].is_on():
        raise missing()
    param, sign = request.POST.get("param", ""), request.POST.get("sign", "")
    shipment = Shipment.objects.visible_to(actors.system(Source.API)).filter(public_id=public_id).first()
    if shipment is None or len(param) > MOST_TEXT or not kuaidi100.is_signed(shipment, param, sign):
        return _said(False, "400", 403)
    try:
        told = kuaidi100.read_push(param)
    except TrackingFailed:
        return _said(False, "400", 400)
    if told.number != shipment.tracking_number:
        # The number was corrected since: what is told about the old one is not ours any more.
        return _said(True, "200", 200)
    try:
        take_in(shipment, told.seen, Scan.Way.PUSHED)
    except Refusal as refusal:
        if refusal.code not in ("state", "missing"):
            return _said(False, "500", 503)
    return _said(True, "200", 200)


def _said(result: bool, code: str, status: int) -> HttpResponse:
    return JsonResponse({"result": result, "returnCode": code, "message": "ok" if result else "no"}, status=status)


page(
    Route("sales.tracking.push", "tracking/<uuid:public_id>/", push, methods=("POST",), signed_in=False,
          reason="one parcel's whereabouts, told by the platform under its signature",
          sample={"public_id": "=00000000-0000-4000-8000-000000000000"})
)  # fmt: skip
