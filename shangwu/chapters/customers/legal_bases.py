"""Why each personal field may be kept (PIPL 13), for people to read beside it (2.5.1)."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Contact, Customer, DeliveryAddress, Purpose
from shangwu.foundation.records.refusals import Sentence


class Basis(Enum):
    """What allows us to keep a field, in a sentence."""

    CONTRACT = _("needed for the contract with the customer (PIPL 13, 2)")
    CONSENT = _("by the person's consent (PIPL 13, 1)")
    WISH = _("only if the person wishes it, by separate consent (PIPL 13, 1)")

    def __str__(self) -> str:
        return str(self.value)


_BASES: dict[type[models.Model], dict[str, Basis]] = {
    Contact: {
        "name": Basis.CONTRACT, "phone": Basis.CONTRACT, "email": Basis.CONTRACT, "messenger": Basis.CONSENT,
        "birthday": Basis.WISH, "note": Basis.CONSENT, "extra": Basis.CONSENT,
    },
    Customer: {
        **dict.fromkeys(Customer.of_persons, Basis.CONTRACT), "website": Basis.CONSENT, "note": Basis.CONSENT,
        "extra": Basis.CONSENT,
    },
    DeliveryAddress: dict.fromkeys(DeliveryAddress.classes, Basis.CONTRACT),
}  # fmt: skip


def bases_of(model: type[models.Model]) -> dict[str, Basis]:
    """Field -> why it may be kept; every field classed as personal has one, and a test says so."""
    return _BASES[model]


def lacking(contact: Contact) -> list[Sentence]:
    """What stands in the file by consent while no consent stands: labels of the fields."""
    given = any(one.withdrawn_at is None and one.purpose == Purpose.BUSINESS for one in contact.consents.all())
    if given:
        return []
    wanted = [name for name, basis in bases_of(Contact).items() if basis is not Basis.CONTRACT]
    return [contact._meta.get_field(name).verbose_name for name in wanted if getattr(contact, name)]  # type: ignore[union-attr]
