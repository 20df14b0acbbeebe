"""Pages of clause 2.6.1: orders."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.around import Happening, happens
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.pages.mail import mail_about
from shangwu.chapters.sales.before_review import before_review
from shangwu.chapters.sales.models import Line, Order, Product
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.chapters.sales.outlook import possible_day
from shangwu.foundation.pages.kit import (
    Checklist,
    Column,
    DetailPage,
    Due,
    FormPage,
    Group,
    Hidden,
    Lines,
    ListPage,
    Look,
    Money,
    Panel,
    Parts,
    Period,
    Progress,
    Range,
    Rate,
    RowsPanel,
    View,
    Wide,
    my_day,
    panel,
)
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def shipped(order: Any) -> int | None:
    """How much of the order has left, in per cent."""
    return int(100 * order.shipped_quantity / order.quantity) if order.quantity > 0 and order.shipped_quantity else None


ListPage(
    Order,
    clause="2.6.1",
    columns=[
        "number", "customer", "owner", "state", Money("gross"), Due("promised_on", open_while=OPEN),
        Progress("shipped", shipped, label=_("Shipped"), needs=["quantity", "shipped_quantity"]), "ordered_on",
        Hidden("po_number"), Hidden("requested_on"), Hidden("department"), Hidden("channel"), Hidden("region"),
        Hidden("ship_method"), Hidden("shipped_on"), Hidden("delivered_on"), Hidden("first_promised_on"),
        Hidden(Money("net")), Hidden(Money("tax")),
        Hidden(Money("paid")), Hidden(Money("base_open", currency="base_currency")),
        Hidden("invoice_number"), Hidden("revision"), Hidden("imported"), Hidden("changed_at"),
    ],
    filters=[
        "state", "customer", "owner", "department", Period("ordered_on"), Period("promised_on"), Range("gross"),
        "channel", "region", Period("shipped_on"), "currency", "imported",
    ],
    sorts=["ordered_on", "promised_on", "gross"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("review", _("In review"), "state=review"),
        View("open", _("Open"), "&".join(f"state={state}" for state in OPEN)),
        View("to_ship", _("To ship"), "state=ready&state=part_shipped"),
        View("unpaid", _("Unpaid"), "state=shipped&state=delivered&state=invoiced"),
    ],
    empty=_("No orders yet. Take the first one, or import a file."),
    steps=[
        (_("Enter products"), _("What you sell, with price, tax rate and stock.")),
        (_("Take an order"), _("Choose a customer, add lines; prices come from the lists.")),
        (_("Have it checked"), _("Sales support confirms routine orders; others go through the review.")),
    ],
    icon="clipboard-list",
    rail="review",
    order=10,
    tab=True,
)  # fmt: skip
DetailPage(
    Order,
    clause="2.6.1",
    title=["customer"],
    meta=["owner", "department", "revision"],
    track=["received", "review", "accepted", "confirmed", "ready", "shipped", "delivered", "invoiced", "paid"],
    facts=[
        Group(
            _("Order"), "customer", "contact", "po_number", "channel", "ordered_on", "requested_on",
            "promised_on", "first_promised_on", "region",
        ),
        Group(
            _("Amounts"), "net", "tax", "gross", "paid", "base_open", "given_up", "currency", "rate", "payment_terms",
            "payment_days", "invoice_number",
        ),
        Group(_("Review"), "authority", "conditions", "excess_allowed"),
        Group(
            _("Delivery"), "ship_to_name", "ship_to_phone", "ship_to_address", "ship_method", "shipped_on",
            "delivered_on", "freight",
        ),
        Group(_("Note"), "note"),
    ],
    parts=[
        Parts(
            "lines", "position", "product", "description", "quantity", "unit", Money("unit_price", total=False),
            Rate("discount"), Rate("tax_rate"), "reserved", "awaited", "unreleased", "shipped", "given_up",
            Money("cost", currency=""), Money("net"), Money("gross"),
        ),
        Parts(
            "revisions", "position", Money("gross_before", currency=""), Money("gross_after", currency=""), "made_by",
            "made_at",
        ),
    ],
)  # fmt: skip


def free(line: Any) -> Decimal | None:
    """How much of a line's product can still be promised out of stock; nothing for what is not kept there."""
    goods = line.product
    return goods.free if goods is not None and goods.stocked else None


FREE = Column("free", _("Free"), Look.NUMBER, value=free, needs=("product",), width="72px")
LINES = Lines(
    "lines", "product", "quantity", FREE, "unit_price", "discount", "tax_rate", "net", "wanted_on", "description"
)
ORDER = [
    Group(
        _("Customer"), Wide("customer", 3), Wide("contact", 3), "po_number", "ordered_on", "requested_on", "channel",
        clause="2.6.1",
    ),
    Group(_("Lines"), LINES),
    Group(_("Delivery"), "ship_to_name", "ship_to_phone", Wide("ship_to_address"), "region", "ship_method", "freight"),
    Group(_("Terms"), "payment_terms", "payment_days", "currency", "rate", "prices_with_tax", Wide("note")),
]  # fmt: skip
SUMS = ["net", "tax", "gross"]
FOLLOWS = [
    "lines.unit_price", "ship_to_name", "ship_to_phone", "ship_to_address", "region", "channel", "payment_days",
]  # fmt: skip
FormPage(
    "sales.order.create", clause="2.6.1", groups=ORDER, sums=SUMS, follows=FOLLOWS,
    checklist=Checklist(_("Before the review"), before_review, clause="2.6.1"),
)  # fmt: skip
FormPage("sales.order.change", clause="2.6.1", groups=ORDER, sums=SUMS, follows=FOLLOWS)


def first_days(actor: Actor, order: Any, _asked: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The day that a confirmation can promise: the one that is asked for, or the first one by which all is there."""
    rows = Line.objects.visible_to(actor).joining(Product).filter(order=order)
    day = possible_day(rows.select_related("product").order_by("position"))
    return {"promised_on": [max(day, order.requested_on or day).isoformat()]} if day is not None else {}


FormPage(
    "sales.order.confirm", clause="2.6.1", groups=[Group(_("Delivery"), "promised_on", clause="2.6.1")],
    begins=first_days,
)  # fmt: skip
FormPage(
    "sales.order.readdress",
    clause="2.6.1",
    groups=[
        Group(_("Customer"), Wide("contact", 3), "po_number", clause="2.6.1"),
        Group(_("Delivery"), "ship_to_name", "ship_to_phone", Wide("ship_to_address"), Wide("note")),
    ],
)
FormPage(
    "sales.order.give_up_rest",
    clause="2.6.1",
    groups=[
        Group(_("What is given up"), Lines("lines", "position", "quantity"), clause="2.6.1"),
        Group(_("Cost"), "cost", "charged"),
    ],
)

ORDERS_OF_CUSTOMER = RowsPanel("orders", Order, _("Orders"), "customer={record}", order=10, clause="2.6.1")
panel(Customer, ORDERS_OF_CUSTOMER)


def mails(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What was written about an order, by whoever wrote it."""
    assert isinstance(record, Order)
    return mail_about(actor, record.number or "")


panel(Order, Panel("mail", _("Mail"), "customers/thread.html", mails, place="tab", order=45, clause="2.5.2"))
happens(
    Happening(
        Order, _("Order"), "shopping-cart", "created_at", lambda order: f"{order.number} {order.get_state_display()}"
    )
)
panel(Channel, RowsPanel("orders", Order, _("Orders"), "channel={record}", clause="2.6.1"))
my_day(
    RowsPanel(
        "to_review", Order, _("Orders to review"), "state=review", columns=("number", "customer", "gross", "owner"),
        place="main", order=10, clause="2.6.1",
    ),
    RowsPanel(
        "my_orders", Order, _("My open orders"), "owner=me&" + "&".join(f"state={state}" for state in OPEN),
        columns=("number", "customer", "state", "promised_on"), sort="promised_on", place="main", order=20,
        clause="2.6.1",
    ),
)  # fmt: skip
