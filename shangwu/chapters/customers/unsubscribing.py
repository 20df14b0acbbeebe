"""The way out of advertisements (2.5.2, last sentence): a signed link in each of them, good for ever, for one."""

import uuid
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.links import LinkRefusal
from shangwu.chapters.customers.models import Contact, Purpose
from shangwu.foundation.records import gate

_SALT = "shangwu.customers.unsubscribe"


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who wants no more of it, the legal entity that wrote, and to what an end is put."""

    contact: uuid.UUID
    entity: int
    purpose: Purpose


def way_out(contact: Contact, entity: int, purpose: Purpose = Purpose.MARKETING) -> str:
    """The address at which a person ends advertisements, or questions. As the right to withdraw, it does not expire."""
    said = [contact.public_id.hex, entity, purpose.value]
    return reverse("mail.unsubscribe", kwargs={"token": signing.dumps(said, salt=_SALT)})


def leaver_of(token: str) -> Leaver:
    """Whose link it is. Raises LinkRefusal `forged`."""
    try:
        contact, entity, purpose = signing.loads(token, salt=_SALT)
        return Leaver(uuid.UUID(contact), int(entity), Purpose(purpose))
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkRefusal("forged", _("This link is not complete, or was changed. Open it as we sent it.")) from None


def stands_for(contact: uuid.UUID) -> uuid.UUID:
    """The contact whose consents count for the person: where one was entered twice, the one that stayed."""
    with gate.free_reading():  # of whoever came by the signed link
        found = Contact.objects.filter(public_id=contact, merged_into__isnull=False)
        return found.values_list("merged_into__public_id", flat=True).first() or contact
