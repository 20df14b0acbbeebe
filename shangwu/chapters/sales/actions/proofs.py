"""Clause 2.6.3: the receipt of delivery comes back: a photograph from the phone, who signed, and when."""

import datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.models import Shipment
from shangwu.foundation.actions.door import Ask, Refusal, action, newborn
from shangwu.foundation.files.kinds import KINDS
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.receipts import Received, redeem
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import from_validation

State = Shipment.State


@action(
    Shipment, "prove", clause="2.6.3", label=_("Receipt of delivery"), may=ships_orders,
    source=[State.SHIPPED, State.DELIVERED], icon="signature", page="sales.shipment.prove",
    offered_when=lambda shipment: shipment.receipted_at is None, event="sales.shipment.proved",
)  # fmt: skip
def prove(
    shipment: Shipment,
    by: Actor,
    *,
    photo: Annotated[str, Ask(_("Photograph"), _("Receipt of the upload"), most=2000)],
    signed_by: Annotated[str, Ask(_("Signed for by"), most=60)],
    signed_at: Annotated[datetime.datetime | None, Ask(_("Signed at"), _("Without a time it is now."))] = None,
    note: Annotated[str, Ask(_("Note"), most=200)] = "",
) -> list[StoredFile]:
    """2.6.3: the signed receipt is attached; nothing else proves a delivery.

    Refuses `not_delivered` before the delivery is entered, `proved` the second time, `receipt` for a file that was not
    uploaded by the same person, `picture` for what is neither a picture nor a PDF, `invalid`, `order_of_days`.
    """
    if shipment.state != State.DELIVERED:
        raise Refusal("not_delivered", _("Enter the delivery first, then its receipt."))
    if shipment.receipted_at is not None:
        raise Refusal("proved", _("The receipt is here already, under Files."))
    if not signed_by.strip():
        sentence = _("Say who signed.")
        raise Refusal("invalid", sentence, fields={"signed_by": [sentence]})
    moment = signed_at or shipment.changed_at
    refuse_other_days(shipment, moment, by)
    file = _attached(shipment, photo, note.strip(), by)
    shipment.signed_by, shipment.signed_at = signed_by.strip(), moment
    shipment.receipt, shipment.receipted_at, shipment.receipted_by_id = file.name, shipment.changed_at, by.person_id
    return [file]


def refuse_other_days(shipment: Shipment, moment: datetime.datetime, by: Actor) -> None:
    """Raises Refusal("order_of_days") for a signature before the goods left, or in the future."""
    left = shipment.shipped_on
    if moment > shipment.changed_at or (left is not None and moment.astimezone(by.zone).date() < left):
        said = _("Goods arrive after they left (%(left)s) and not after today.")
        params = {"left": left}
        raise Refusal("order_of_days", said, params, fields={"signed_at": [str(said) % params]})


def require_picture(kind: str) -> None:
    """Raises Refusal("picture") unless files of this kind show a signed paper."""
    if kind != "pdf" and KINDS[kind].family != "picture":
        sentence = _("A receipt is a photograph or a PDF of the signed paper. Choose another file.")
        raise Refusal("picture", sentence, fields={"photo": [sentence]})


def _attached(shipment: Shipment, photo: str, note: str, by: Actor) -> StoredFile:
    """The file, named like the shipment: what a phone calls it says nothing."""
    try:
        received: Received = redeem(photo, by)
    except ValidationError as error:
        raise from_validation(error) from error
    require_picture(received.kind)
    file: StoredFile = newborn(StoredFile, by, shipment.changed_at)
    file.record_type, file.record_id = shipment._meta.label_lower, shipment.pk
    file.name = f"{shipment.number}.{KINDS[received.kind].extensions[0]}"
    file.kind, file.notices, file.note = received.kind, " ".join(received.notices), note
    file.kept_for, file.sha256, file.size = received.blob
    file.entity_id, file.department_id, file.secrecy = shipment.entity_id, shipment.department_id, shipment.secrecy
    return file
