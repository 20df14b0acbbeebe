"""What clauses 2.6.1 to 2.6.3 leave open (DOMAIN §2.1, §6)."""

from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Contract
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit
from shangwu.foundation.text.jurisdictions import Jurisdiction

declare(
    Parameter("order.std", "2.6.1", _("Routine review within"), 1, Unit.WORKING_DAYS, least=1, most=10),
    Parameter("order.special", "2.6.1", _("Special review within"), 3, Unit.WORKING_DAYS, least=1, most=20),
    Parameter(
        "discount.sales",
        "2.6.1",
        _("Discount without approval up to"),
        Decimal("0.05"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal("0.5"),
        not_above="discount.head",
    ),
    Parameter(
        "discount.head",
        "2.6.1",
        _("Discount accepted by the head up to"),
        Decimal("0.10"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal("0.5"),
        not_below="discount.sales",
        not_above="discount.vice",
    ),
    Parameter(
        "discount.vice",
        "2.6.1",
        _("Discount accepted by the executive in charge up to"),
        Decimal("0.20"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal("0.8"),
        not_below="discount.head",
    ),
    Parameter("rate.age", "2.6.1", _("Exchange rate of an earlier day counts for"), 31, Unit.DAYS, least=0, most=92),
    Parameter("quotation.valid", "2.6.1", _("Quotation valid for"), 30, Unit.DAYS, least=1, most=365),
    Parameter("credit.block", "2.6.1", _("Credit limit blocks confirmation"), True, kind=Kind.SWITCH),
    Parameter(
        "order.enter", "2.6.1", _("Accepted order entered and scheduled within"), 1, Unit.WORKING_DAYS, least=1, most=5
    ),
    Parameter("order.tell", "2.6.1", _("Customer told of a change within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter(
        "order.tell_open", "2.6.1", _("Customer of an open order told at least every"), 7, Unit.DAYS, least=1, most=31
    ),
    Parameter(
        "cancel.confirmed",
        "2.6.1",
        _("Cancelling a confirmed order costs"),
        Decimal(0),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal(1),
        not_above="cancel.scheduled",
        legal_note=_("What a customer pays for cancelling is what was agreed, or the loss that is shown."),
    ),
    Parameter(
        "cancel.scheduled",
        "2.6.1",
        _("Cancelling a scheduled order costs"),
        Decimal("0.10"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal(1),
        not_below="cancel.confirmed",
        not_above="cancel.ready",
        legal_note=_("What a customer pays for cancelling is what was agreed, or the loss that is shown."),
    ),
    Parameter(
        "cancel.ready",
        "2.6.1",
        _("Cancelling an order that is ready costs"),
        Decimal("0.20"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal(1),
        not_below="cancel.scheduled",
        legal_note=_("What a customer pays for cancelling is what was agreed, or the loss that is shown."),
    ),
    Parameter(
        "cancel.head",
        "2.6.1",
        _("Cost of cancelling that we bear, decided by the head up to"),
        10000,
        Unit.MONEY,
        least=0,
    ),
    Parameter(
        "order.countersign",
        "2.6.1",
        _("Customer signs our confirmation of orders above"),
        100000,
        Unit.MONEY,
        least=0,
    ),
    Parameter("contract.required", "2.6.2", _("Order needs a contract above (0: never)"), 0, Unit.MONEY, least=0),
    Parameter(
        "contract.head",
        "2.6.2",
        _("Contract approved by the head up to"),
        100000,
        Unit.MONEY,
        least=0,
        not_above="contract.vice",
    ),
    Parameter(
        "contract.vice",
        "2.6.2",
        _("Contract approved by the executive in charge up to"),
        500000,
        Unit.MONEY,
        least=0,
        not_below="contract.head",
    ),
    Parameter(
        "credit_note.head",
        "2.6.2",
        _("Credit note approved by the head up to"),
        20000,
        Unit.MONEY,
        least=0,
        not_above="credit_note.vice",
    ),
    Parameter(
        "credit_note.vice",
        "2.6.2",
        _("Credit note approved by the executive in charge up to"),
        100000,
        Unit.MONEY,
        least=0,
        not_below="credit_note.head",
    ),
    Parameter("contract.archive", "2.6.2", _("Signed contract filed within"), 5, Unit.WORKING_DAYS, least=1, most=20),
    Parameter(
        "contract.milestone", "2.6.2", _("Milestone of a contract, reminder before"), 7, Unit.DAYS, least=1, most=60
    ),
    Parameter(
        "contract.remind_first", "2.6.2", _("End of a contract, first reminder"), 60, Unit.DAYS, least=14, most=365
    ),
    Parameter("contract.remind_last", "2.6.2", _("End of a contract, last reminder"), 30, Unit.DAYS, least=1, most=180),
    Parameter(
        "contract.late_rate",
        "2.6.2",
        _("Damages for delay"),
        Decimal("0.0005"),
        Unit.SHARE_A_DAY,
        least=Decimal(0),
        most=Decimal("0.01"),
    ),
    Parameter(
        "contract.cap",
        "2.6.2",
        _("Damages for delay, in all at most"),
        Decimal("0.20"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal(1),
        warn_above=Decimal("0.30"),
        legal_note=_("Damages above 30 percent of the loss count as excessive, and a court may reduce them."),
    ),
    Parameter(
        "contract.deposit",
        "2.6.2",
        _("Earnest money at most"),
        Decimal("0.20"),
        Unit.SHARE,
        least=Decimal(0),
        most=Decimal("0.20"),
        legal_note=_("Earnest money above 20 percent of the price has no effect as such."),
    ),
    Parameter(
        "contract.sme",
        "2.6.2",
        _("A large company pays small and medium ones within"),
        60,
        Unit.DAYS,
        least=1,
        most=60,
        legal_note=_("Longer terms of payment after delivery are not allowed to a large company in mainland China."),
    ),
    Parameter(
        "contract.stamp",
        "2.6.2",
        _("Stamp duty by jurisdiction and kind"),
        {
            "CN-sale": Decimal("0.0003"),
            "CN-framework": Decimal("0.0003"),
            "CN-service": Decimal("0.0003"),
            "TW-service": Decimal("0.001"),
        },
        Unit.SHARE,
        kind=Kind.TABLE,
        parts={
            f"{place.value}-{kind.value}": format_lazy("{} · {}", place.label, kind.label)
            for place in Jurisdiction
            for kind in Contract.Kind
        },
        legal_note=_("Share of the price without tax, declared within 15 days of the quarter's end."),
    ),
    Parameter("ship.tell", "2.6.3", _("Tracking number told on the day of shipping by"), "18:00", kind=Kind.TIME),
    Parameter(
        "ship.stall", "2.6.3", _("Shipment without a scan is an exception after"), 48, Unit.HOURS, least=12, most=240
    ),
    Parameter("ship.exception", "2.6.3", _("Exception taken up within"), 4, Unit.HOURS, least=1, most=48),
    Parameter("ship.warn", "2.6.3", _("Delay told before the promised day by"), 2, Unit.WORKING_DAYS, least=1, most=10),
    Parameter(
        "ship.hold", "2.6.3", _("Shipping held when payment is overdue by more than"), 120, Unit.DAYS, least=0, most=365
    ),
    Parameter("ship.inspect", "2.6.3", _("Goods made inspected within"), 1, Unit.WORKING_DAYS, least=1, most=10),
    Parameter("ship.pod", "2.6.3", _("Receipt of delivery back within"), 10, Unit.WORKING_DAYS, least=1, most=60),
)
