"""The signed link to one revision of one quotation (2.6.1). Nothing about it is stored: it holds what it is for."""

import uuid
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.links import LinkRefusal
from shangwu.chapters.sales.models import Quotation

_SALT = "shangwu.sales.quotation"


@dataclass(frozen=True, slots=True)
class ForQuotation:
    """Which quotation of which legal entity, and which of its revisions."""

    quotation: uuid.UUID
    entity: int
    revision: int


def for_quotation(quotation: Quotation, name: str = "quotation") -> str:
    """The address at which the customer reads and answers the present revision. name: of the route."""
    said = [quotation.public_id.hex, quotation.entity_id or 0, quotation.revision]
    return reverse(name, kwargs={"token": signing.dumps(said, salt=_SALT)})


def quotation_of(token: str) -> ForQuotation:
    """What a link says. Raises LinkRefusal `forged`."""
    try:
        quotation, entity, revision = signing.loads(token, salt=_SALT)
        return ForQuotation(uuid.UUID(quotation), int(entity), int(revision))
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkRefusal("forged", _("This link is not complete, or was changed. Open it as we sent it.")) from None
