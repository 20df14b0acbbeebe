"""Pages of clause 2.6.2: the register of contracts, what is missing in one, what is owed and how late."""

import copy
import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.actions.contract_signing import courses
from shangwu.chapters.sales.actions.contracts import USELESS
from shangwu.chapters.sales.contract_access import keeps_contracts
from shangwu.chapters.sales.contract_checks import findings, pays_soon_by_law
from shangwu.chapters.sales.contract_course import Age, Paid, age_of, damages_in_parts, days_late, shared
from shangwu.chapters.sales.models import Contract, ContractOrder, Instalment, Order, StandardClause
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.money.rounding import total
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import (
    Due,
    FormPage,
    Group,
    Hidden,
    Lines,
    Money,
    Pages,
    Panel,
    Parts,
    Period,
    Range,
    Rate,
    RowsPanel,
    View,
    Wide,
    my_day,
    panel,
    words_of,
)
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

State = Contract.State
UNSIGNED = ("draft", "approval", "approved", "sealed")
COMPARED = (State.APPROVAL, State.APPROVED, State.SEALED, State.SIGNED, State.IN_FORCE)
CLAUSES = (
    "rights", "specification", "quantity_terms", "price_terms", "delivery_terms", "payment_terms", "warranty",
    "breach", "disputes", "departures", "relief",
)  # fmt: skip

Pages(
    Contract,
    clause="2.6.2",
    columns=[
        "number", "title", "customer", "state", Money("amount"), Due("milestone_on", open_while=["in_force"]),
        Due("ends_on", open_while=["in_force"]), "owner", Hidden("kind"), Hidden("signed_on"), Hidden("starts_on"),
        Hidden("file_number"), Hidden("kept_at"), Hidden("department"), Hidden(Money("net")), Hidden(Money("tax")),
        Hidden(Money("stamp_duty", currency="base_currency")),
        Hidden("let_pass_at"), Hidden("renewal"), Hidden("secrecy"), Hidden("changed_at"),
    ],
    filters=[
        "state", "kind", "customer", "owner", "department", Range("amount"), Period("signed_on"), Period("ends_on"),
        Period("milestone_on"), "currency", "renewal",
    ],
    sorts=["amount", "ends_on", "milestone_on"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("force", _("In force"), "state=in_force"),
        View("under_way", _("Not yet signed"), "&".join(f"state={one}" for one in UNSIGNED)),
    ],
    title=["title"],
    empty=_("No contracts yet. Draft one for an order, attach its text, and put it forward."),
    icon="signature",
    order=20,
    track=["draft", "approval", "approved", "sealed", "signed", "in_force", "fulfilled"],
    facts=[
        Group(
            _("Contract"), "kind", "customer", "customer_number", "signer", "signer_name", "standing", "standing_on",
            "starts_on", "ends_on", "signed_on", "originals", "inspection_days",
            Money("stamp_duty", currency="base_currency"),
        ),
        Group(
            _("Amounts"), Money("amount"), "amount_words", Rate("tax_rate"), Money("net"), Money("tax"), "deposit_kind",
            Money("deposit"), "currency", "rate", Money("base_amount", currency="base_currency"),
        ),
        Group(
            _("Papers"), "template", "document_pages", "document_numbered", "document_sha256", "scan_pages",
            "file_number", "kept_at", "filed_at",
        ),
        Group(
            _("Course"), "milestone_on", "milestones_met", "wound_up_at", "renewal", "decided_at", "let_pass_at",
            "suspended_at", "suspended_by",
        ),
        Group(_("Clauses"), *CLAUSES, "relief_told", "differing"),
    ],
    parts=[
        Parts("covered", "position", "order"),
        Parts(
            "instalments", "position", "purpose", "after", "days", "due_on", Money("amount"), Money("paid"), "paid_on"
        ),
        Parts("deliveries", "position", "what", "order", "due_on", "met_on"),
        Parts("seal_uses", "position", "seal", "copies", "across_pages", "used_by", "used_at"),
    ],
    groups=[
        Group(
            _("Contract"), Wide("title", 4), "kind", Wide("customer", 3), "jurisdiction", "customer_number",
            "signer", "signer_name", "standing", "standing_on", "starts_on", "ends_on", "originals", "inspection_days",
            clause="2.6.2",
        ),
        Group(
            _("Amounts"), "currency", "rate", "amount", Wide("amount_words", 3), "tax_rate", "deposit_kind", "deposit",
        ),
        Group(_("Orders covered"), Lines("covered")),
        Group(_("Instalments"), Lines("instalments")),
        Group(_("Deliveries promised"), Lines("deliveries")),
        Group(_("Clauses"), *(Wide(name) for name in CLAUSES), "relief_told"),
    ],
)  # fmt: skip

words_of(Contract, "differing", dict(StandardClause.Subject.choices))

FormPage(
    "sales.contract.cover",
    clause="2.6.2",
    groups=[Group(_("Orders covered"), Lines("covered"), clause="2.6.2")],
)


def missing(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What is to be mended before a draft is put forward."""
    assert isinstance(record, Contract)
    whole = _with_parts(actor, record) if record.state == State.DRAFT else None
    if whole is None:
        return None
    found = findings(whole, clock.today(actor.zone))
    return {"findings": found, "blocking": sum(one.blocks for one in found)}


def _with_parts(actor: Actor, contract: Contract) -> Contract | None:
    """The contract with its instalments, orders and customer in memory; None for who does not see the customer."""
    customer = Customer.objects.visible_to(actor, archived=True).filter(pk=contract.customer_id).first()
    if customer is None:
        return None
    found = copy.copy(contract)
    covered = contract.covered.visible_to(actor).joining(Order).select_related("order")
    set_parts(found, "covered", list(covered))
    set_parts(found, "instalments", list(contract.instalments.visible_to(actor)))
    found.customer = customer
    return found


panel(
    Contract,
    Panel(
        "missing",
        _("To mend before it is put forward"),
        "sales/missing.html",
        missing,
        place="first",
        order=1,
        clause="2.6.2",
    ),
)


def owed(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Each instalment: what is open, how late, and what the delay costs: of each part until it came, of the rest until
    today."""
    assert isinstance(record, Contract)
    instalments = list(record.instalments.visible_to(actor))
    if record.signed_on is None or not instalments:
        return None
    today = clock.today(actor.zone)
    rate, cap = policy("contract.late_rate", record.signed_on), policy("contract.cap", record.signed_on)
    parts = _came_in(actor, record, instalments, today)
    return {
        "currency": record.currency,
        "rate": formats.percent(rate),
        "cap": formats.percent(cap),
        "by_law": "" if all(one.paid_on for one in instalments) else _by_law(actor, record, today),
        "rows": [_row(one, each, today, rate, cap) for one, each in zip(instalments, parts, strict=True)],
    }


def _by_law(actor: Actor, contract: Contract, today: datetime.date) -> str:
    """Until when a large company of the mainland has to have paid, whatever was agreed: so many days after all has
    arrived. Nothing before that, and for others."""
    customer = Customer.objects.visible_to(actor, archived=True).filter(pk=contract.customer_id).first()
    if customer is None or not pays_soon_by_law(contract, customer):
        return ""
    covered = set(ContractOrder.objects.visible_to(actor).filter(contract=contract.pk).values_list("order", flat=True))
    orders = Order.objects.visible_to(actor, archived=True).in_bulk(covered)
    waited_for = [one for one in orders.values() if one.state not in USELESS]
    arrived = [one.delivered_on for one in waited_for if one.delivered_on is not None]
    if not arrived or len(arrived) < len(waited_for) or len(orders) < len(covered):
        return ""
    most = policy("contract.sme", contract.signed_on)
    last = max(arrived) + datetime.timedelta(days=most)
    params = {"day": formats.day(last), "days": most}
    if last < today:
        said = gettext(
            "By law a large company had to pay by %(day)s, %(days)s days after delivery. Demand payment now."
        )
    else:
        said = gettext("By law a large company pays by %(day)s at the latest, %(days)s days after delivery.")
    return said % params


def _came_in(
    actor: Actor, contract: Contract, instalments: Sequence[Instalment], today: datetime.date
) -> list[list[Paid]]:
    """What came in for each instalment, part by part; what is open of it counts as a part of today. Nothing is looked
    up while nothing is late."""
    payments: Sequence[Paid] = ()
    if any(days_late(one.due_on, one.paid_on or today) for one in instalments):
        with gate.free_reading():  # of the contract whose page this is: how much came in for it stands there anyhow
            payments = courses([contract], actor, [])[contract.pk].paid
    parts = shared([one.amount for one in instalments], payments)
    return [
        [*each, *([Paid(today, rest)] if (rest := one.amount - total(part.amount for part in each)) else ())]
        for one, each in zip(instalments, parts, strict=True)
    ]


def _row(one: Instalment, parts: Sequence[Paid], today: datetime.date, rate: Decimal, cap: Decimal) -> dict[str, Any]:
    currency = one.currency
    late = damages_in_parts(parts, currency, one.due_on, rate, cap)
    return {
        "position": one.position,
        "purpose": one.purpose,
        "due_on": formats.day(one.due_on) if one.due_on else one.get_after_display(),
        "open": formats.money(one.amount - one.paid, currency),
        "age": gettext("Paid") if one.paid_on else Age(age_of(one.due_on, today)).label,
        "days": late.days or "",
        "damages": formats.money(late.amount, currency) if late.days else "",
        "capped": late.capped,
    }


panel(Contract, Panel("owed", _("What is owed"), "sales/owed.html", owed, order=3, clause="2.6.2"))


def ageing(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What a customer owes by signed contracts, by how long it is overdue."""
    assert isinstance(record, Customer)
    contracts = Contract.objects.visible_to(actor).filter(customer=record.pk, signed_on__isnull=False)
    rows = Instalment.objects.visible_to(actor).filter(contract__in=contracts, paid_on__isnull=True)
    today = clock.today(actor.zone)
    sums: dict[str, dict[Age, Any]] = {}
    for currency, due_on, amount, paid in rows.values_list("currency", "due_on", "amount", "paid"):
        by_age = sums.setdefault(currency, dict.fromkeys(Age, 0))
        by_age[age_of(due_on, today)] += amount - paid
    if not sums:
        return None
    return {
        "heads": [age.label for age in Age],
        "rows": [
            {
                "currency": currency,
                "amounts": [formats.money(one, currency) if one else "" for one in by_age.values()],
                "total": formats.money(sum(by_age.values()), currency),
            }
            for currency, by_age in sorted(sums.items())
        ],
    }


panel(Customer, Panel("ageing", _("Owed by contracts"), "sales/ageing.html", ageing, order=30, clause="2.6.2"))
panel(Customer, RowsPanel("contracts", Contract, _("Contracts"), "customer={record}", order=11, clause="2.6.2"))


def contracts_over(actor: Actor, order: Order) -> list[Contract]:
    """The contracts over an order that stand and that the reader may see; asked once for all of the order's page."""
    kept = vars(order)
    if "contracts_over" not in kept:
        keys = ContractOrder.objects.visible_to(actor).filter(order=order.pk).values_list("contract", flat=True)
        found = Contract.objects.visible_to(actor).filter(pk__in=under) if (under := list(keys)) else []
        kept["contracts_over"] = [one for one in found if one.state != State.VOID]
    over: list[Contract] = kept["contracts_over"]
    return over


def differing(actor: Actor, order: Order) -> Iterator[tuple[str, str]]:
    """What contracts of sale over an order say otherwise than their orders do, each with where a supplement is drafted,
    if it can be. One that covers an order which the reader may not see is left out."""
    over = [one for one in contracts_over(actor, order) if one.kind == Contract.Kind.SALE and one.state in COMPARED]
    rows = ContractOrder.objects.visible_to(actor).filter(contract__in=[one.pk for one in over]) if over else ()
    pairs = [(one.contract_id, one.order_id) for one in rows]
    found = Order.objects.visible_to(actor, archived=True).in_bulk([key for _contract, key in pairs]) if pairs else {}
    for one in over:
        covered = [found.get(key) for contract, key in pairs if contract == one.pk]
        orders = [each for each in covered if each is not None]
        if len(orders) < len(covered):
            continue
        ordered = sum((each.gross for each in orders if each.state not in USELESS), Decimal(0))
        told = {"contract": one, "amount": formats.money(one.amount, one.currency), "currency": one.currency}
        if any(each.customer_id != one.customer_id for each in orders):
            yield gettext("%(contract)s is with another customer than its order.") % told, ""
        elif ordered != one.amount:
            said = gettext("%(contract)s says %(currency)s %(amount)s, its orders come to %(ordered)s.")
            told["ordered"] = formats.money(ordered, one.currency)
            given = urlencode({"contract": one.public_id, "amount": f"{ordered.normalize():f}"})
            may = one.state == State.IN_FORCE and keeps_contracts(actor, one)
            yield said % told, f"{url('sales.supplement.create')}?{given}" if may else ""


def over(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Which contract an order stands under."""
    assert isinstance(record, Order)
    rows = [
        {
            "name": str(one),
            "state": one.get_state_display(),
            "url": url("sales.contract.detail", public_id=one.public_id),
        }
        for one in contracts_over(actor, record)
    ]
    return {"contracts": rows, "differing": list(differing(actor, record))} if rows else None


panel(Order, Panel("contracts", _("Contract"), "sales/over.html", over, place="side", order=15, clause="2.6.2"))
my_day(
    RowsPanel(
        "milestones", Contract, _("Contracts: next milestones"), "owner=me&state=in_force",
        columns=("number", "customer", "milestone_on"), sort="milestone_on", place="side", order=45, clause="2.6.2",
    )
)  # fmt: skip
