"""The signed link to the progress of one order (2.6.1). It opens as long as its page is not revoked."""

import uuid

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.links import LinkRefusal
from shangwu.chapters.sales.models import ProgressPage

_SALT = "shangwu.sales.progress"


def for_page(page: ProgressPage) -> str:
    """The address at which the customer follows the order."""
    said = [page.public_id.hex, page.entity_id or 0]
    return reverse("progress", kwargs={"token": signing.dumps(said, salt=_SALT)})


def page_of(token: str) -> tuple[uuid.UUID, int]:
    """(page, legal entity) that a link says. Raises LinkRefusal `forged`."""
    try:
        page, entity = signing.loads(token, salt=_SALT)
        return uuid.UUID(page), int(entity)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkRefusal("forged", _("This link is not complete, or was changed. Open it as we sent it.")) from None
