"""Signed links for people outside: to the complaint form, and to the question whether they are content (2.5.3).

A link holds what it is for and when it was made, signed by the house; nothing about it is stored. A question works once
because the complaint leaves the state in which it can be answered.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Complaint, Customer
from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.policy.parameters import policy

_FORM, _ANSWER = "shangwu.customers.complaint.form", "shangwu.customers.complaint.answer"


class LinkRefusal(Refusal):
    """A link that opens nothing: 403 for one that is not ours, 410 for one whose time has passed."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return {"forged": 403, "expired": 410, "used": 410}.get(self.code, super().status)


@dataclass(frozen=True, slots=True)
class ForForm:
    """Whom the form belongs to: ids of the legal entity (0 for one of none), the department and the customer."""

    entity: int
    department: int | None
    customer: int


@dataclass(frozen=True, slots=True)
class ForAnswer:
    """Which complaint is asked about, of which legal entity, and which of our answers."""

    complaint: uuid.UUID
    entity: int
    asked: int


def days() -> int:
    """How long links are good for."""
    found: int = policy("complaint.link")
    return found


def for_customer(customer: Customer) -> str:
    """The address of the form for one customer."""
    said = [customer.entity_id or 0, customer.department_id, customer.pk]
    return reverse("complain.link", kwargs={"token": signing.dumps(said, salt=_FORM)})


def for_answer(complaint: Complaint, asked: int | None = None) -> str:
    """The address at which the customer says whether our last answer, or the one of number `asked`, settles it."""
    said = [complaint.public_id.hex, complaint.entity_id or 0, complaint.reply_round if asked is None else asked]
    return reverse("complain.answer", kwargs={"token": signing.dumps(said, salt=_ANSWER)})


def absolute(address: str) -> str:
    """An address as people outside need it."""
    return settings.SITE_ADDRESS.rstrip("/") + address


def form_of(token: str) -> ForForm:
    """What a link to the form says. Raises LinkRefusal `forged` or `expired`."""
    entity, department, customer = _said(token, _FORM)
    return ForForm(entity, department, customer)


def answer_of(token: str) -> ForAnswer:
    """What a link to the question says. Raises LinkRefusal `forged` or `expired`."""
    complaint, entity, asked = _said(token, _ANSWER)
    return ForAnswer(uuid.UUID(complaint), entity, asked)


def _said(token: str, salt: str) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=days() * 86400)
    except signing.SignatureExpired:
        raise LinkRefusal("expired", _("This link has expired. Ask us for a new one.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkRefusal("forged", _("This link is not complete, or was changed. Open it as we sent it.")) from None
