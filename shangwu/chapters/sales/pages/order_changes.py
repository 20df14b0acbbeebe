"""Pages of clause 2.6.1: what was changed in an order after its acceptance, and what it means to who reviews it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.models import Contact, Customer
from shangwu.chapters.sales import quotation_papers
from shangwu.chapters.sales.contract_access import sees_accounts
from shangwu.chapters.sales.credit import credit_of
from shangwu.chapters.sales.models import Line, Order, Product, Revision
from shangwu.chapters.sales.pages.contracts import differing
from shangwu.chapters.sales.promising import available
from shangwu.chapters.sales.settling import owed
from shangwu.chapters.sales.stock import lacking
from shangwu.foundation.access.labels import labels
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.records.scopes import hidden_fields

REFERENCES: Mapping[str, type[models.Model]] = {
    "customer_id": Customer, "contact_id": Contact, "channel_id": Channel, "product_id": Product,
}  # fmt: skip
Names = Mapping[str, Mapping[int, str]]


def changed(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Each change with what differs, the latest first; none where nothing was changed."""
    assert isinstance(record, Order)
    rows = list(Revision.objects.visible_to(actor, archived=True).filter(order=record.pk).order_by("-position"))
    if not rows:
        return None
    names = _names(actor, rows)
    people = labels(actor, Person, [one.made_by_id for one in rows if one.made_by_id is not None])
    currency, found = record.currency, []
    for one in rows:
        after = currency
        currency = next((each["before"] for each in one.changes if each["what"] == "currency"), after)
        found.append(
            {
                "number": one.position, "made_at": formats.moment(one.made_at),
                "by": people.get(one.made_by_id or 0, ""),
                "changes": [_change(each, names, currency, after) for each in one.changes],
            }
        )  # fmt: skip
    return {"revisions": found}


def _names(actor: Actor, rows: Iterable[Revision]) -> Names:
    """What the changes refer to, one query for each kind of record."""
    found: dict[str, Mapping[int, str]] = {}
    for what, model in REFERENCES.items():
        keys = {each[side] for one in rows for each in one.changes if each["what"] == what for side in SIDES}
        found[what] = labels(actor, model, keys - {None})
    return found


SIDES = ("before", "after")


def _change(one: Mapping[str, Any], names: Names, before: str, after: str) -> dict[str, Any]:
    what = one["what"]
    said = {
        side: names[what].get(one[side], "")
        if what in names
        else quotation_papers.said(what, one[side], before if side == "before" else after)
        for side in SIDES
    }
    label = quotation_papers.label(Order if one["line"] is None else Line, what.removesuffix("_id"))
    return {"what": label, "line": one["line"], **{side: text or "—" for side, text in said.items()}}


class Effect(NamedTuple):
    """What taking an order as it stands means. bad: it can't be kept, or goes beyond what was agreed."""

    what: str
    said: str
    bad: bool
    url: str = ""


def effects(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What it means for stock, days, credit and contract, for who reviews it."""
    assert isinstance(record, Order)
    if record.state != Order.State.REVIEW or record.imported:
        return None
    rows = Line.objects.visible_to(actor).joining(Product).filter(order=record)
    lines = list(rows.select_related("product").order_by("position"))
    found = [*_stock(lines), *_days(record, lines), *_credit(actor, record), *_contract(actor, record)]
    return {"effects": found} if found else None


def _stock(lines: list[Line]) -> Iterator[Effect]:
    for line in lacking(lines):
        assert line.product is not None
        said = _("%(product)s: %(wanted)s are wanted, %(free)s are free.") % {
            "product": line.description, "wanted": formats.number(line.quantity),
            "free": formats.number(line.product.on_hand - line.product.reserved),
        }  # fmt: skip
        yield Effect(_("Stock"), said, True)


def _days(order: Order, lines: list[Line]) -> Iterator[Effect]:
    """From which day all that comes out of stock can be there, against what was promised or asked for."""
    stocked = sorted({line.product.pk for line in lines if line.product is not None and line.product.stocked})
    known = available(stocked)
    days = [known[line.pk].available_on for line in lines if line.pk in known]
    wanted = order.promised_on or order.requested_on
    if not days or wanted is None:
        return
    if (last := max((day for day in days if day is not None), default=None)) is None or None in days:
        yield Effect(_("Delivery day"), _("Stock and arrivals do not cover all of it."), True)
        return
    told = {"day": formats.day(last), "wanted": formats.day(wanted)}
    said = _("All of it can be there from %(day)s; promised is %(wanted)s.")
    if order.promised_on is None:
        said = _("All of it can be there from %(day)s; it is wanted on %(wanted)s.")
    yield Effect(_("Delivery day"), said % told, last > wanted)


def _credit(actor: Actor, order: Order) -> Iterator[Effect]:
    """What is left of the customer's limit, for who sees accounts and limits."""
    if not sees_accounts(actor) or "credit_limit" in hidden_fields(Customer, actor) or not policy("credit.block"):
        return
    customer = Customer.objects.visible_to(actor, archived=True).filter(pk=order.customer_id or 0).first()
    if customer is None or customer.credit_limit is None:
        return
    with gate.free_reading():  # others may keep orders of this customer: they use the same limit
        credit = credit_of([order], actor, [{"customer": customer}])
    try:
        limit, used = credit.worth.limit(customer, order), credit.worth.sum(credit.used[customer.pk], order)
    except Refusal as refusal:
        yield Effect(_("Credit"), str(refusal.sentence), True)
        return
    assert limit is not None
    left = limit - used - owed(order)
    told = {
        "limit": _money(limit, order), "used": _money(used, order),
        "needed": _money(owed(order), order), "left": _money(abs(left), order),
        "currency": order.base_currency,
    }  # fmt: skip
    said = _("Of %(limit)s %(currency)s, %(used)s are owed; with this order (%(needed)s) %(left)s are left.")
    if left < 0:
        said = _("Of %(limit)s %(currency)s, %(used)s are owed; this order (%(needed)s) goes %(left)s beyond it.")
    yield Effect(_("Credit"), said % told, left < 0)


def _money(amount: Decimal, order: Order) -> str:
    return formats.money(amount, order.base_currency)


def _contract(actor: Actor, order: Order) -> Iterator[Effect]:
    for said, address in differing(actor, order):
        yield Effect(_("Contract"), said, True, address)


panel(
    Order,
    Panel(
        "effects", gettext_lazy("What this order means"), "sales/effects.html", effects, place="main", order=3,
        clause="2.6.1",
    ),
    Panel(
        "changes", gettext_lazy("Changes"), "sales/order_changes.html", changed, place="tab", order=6, clause="2.6.1",
    ),
)  # fmt: skip
