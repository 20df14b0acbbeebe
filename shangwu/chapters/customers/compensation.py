"""What the law gives a deceived consumer (2.5.3; mainland: consumer protection law, article 55)."""

from decimal import Decimal

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.models import Complaint

TIMES, LEAST = 3, Decimal(500)


def legal_least(complaint: Complaint) -> Decimal | None:
    """The least amount that the law gives, in the complaint's currency; None where it says nothing or the price is
    not known. In the mainland: three times the price, 500 at least."""
    if not (complaint.is_consumer and complaint.is_fraud) or complaint.price_paid is None:
        return None
    if clocks.jurisdiction_of(complaint) != "CN":
        return None
    return max(TIMES * complaint.price_paid, LEAST)


def falls_short(complaint: Complaint) -> bool:
    """Whether what is asked for is less than the law gives."""
    least, asked = legal_least(complaint), complaint.compensation_asked
    return least is not None and asked is not None and asked < least
