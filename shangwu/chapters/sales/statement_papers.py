"""What a customer owes at the end of a quarter, as a document that they compare with their books and sign (2.6.2).

The sheet is that of quotations: texts go into it as data, never as markup.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import typeface
from shangwu.chapters.sales.contract_checks import words_for
from shangwu.chapters.sales.contract_course import Age, age_of
from shangwu.chapters.sales.models import Order, Statement, StatementLine
from shangwu.chapters.sales.quotation_papers import drawn, label
from shangwu.foundation.money.rounding import total
from shangwu.foundation.pages import formats
from shangwu.foundation.people.models import Entity

_WHERE_ANY = ("credited", "refunded")
"""Columns that stand there only where there is something in them."""


def paper(
    statement: Statement, lines: Sequence[StatementLine], orders: Mapping[int, Order], entity: Entity | None
) -> bytes:
    """The statement as PDF, in the reader's language. orders: those of the lines, by their key."""
    return drawn(facts_of(statement, lines, orders, entity.name if entity is not None else ""))


def facts_of(
    statement: Statement, lines: Sequence[StatementLine], orders: Mapping[int, Order], organisation: str
) -> dict[str, Any]:
    """All that stands on the paper."""
    amounts = [
        name
        for name in ("gross", "paid", "credited", "refunded", "open")
        if name not in _WHERE_ANY or any(getattr(one, name) for one in lines)
    ]
    return {
        "title": _("Statement of account %(number)s") % {"number": statement.number},
        "organisation": organisation, **typeface(),
        "mark": str(statement.get_state_display()) if statement.state == Statement.State.DISPUTED else "",
        "facts": [
            {"label": _("Customer"), "value": statement.customer_name},
            {"label": label(Statement, "until"), "value": formats.day(statement.until)},
            {"label": label(Statement, "currency"), "value": statement.currency},
        ],
        "heads": [
            "#", _("Order"), label(StatementLine, "due_on"), label(Order, "invoice_number"),
            *(label(StatementLine, name) for name in amounts),
        ],
        "lines": [
            [str(place), _named(order), formats.day(one.due_on) if one.due_on else "", order.invoice_number]
            + [formats.money(getattr(one, name), statement.currency) for name in amounts]
            for place, one in enumerate(lines, start=1)
            for order in (orders[one.order_id],)
        ],
        "sums": _sums(statement, lines),
        "parts": [{"title": _("Answer of the customer"), "text": _answer()}],
        "signatures": [_("For the customer (signature, seal, day)"), _("For us")],
        "foot": str(statement.number),
    }  # fmt: skip


def _named(order: Order) -> str:
    """Our number and the customer's own, by which they find it."""
    return " · ".join(one for one in (str(order.number), order.po_number) if one)


def _sums(statement: Statement, lines: Sequence[StatementLine]) -> list[dict[str, str]]:
    """What is open by how long it was overdue on that day, the balance, and the balance in words."""
    currency, balance = statement.currency, statement.balance

    def said(amount: Decimal) -> str:
        return f"{currency} {formats.money(amount, currency)}"

    by_age = {age: [one.open for one in lines if age_of(one.due_on, statement.until) == age] for age in Age}
    found = [{"label": _late(age), "value": said(total(amounts))} for age, amounts in by_age.items() if amounts]
    found.append({"label": _("Balance payable to us") if balance >= 0 else _("Balance payable to you"),
                  "value": said(abs(balance))})  # fmt: skip
    if words := words_for(abs(balance), currency):
        found.append({"label": _("Balance in words"), "value": words})
    return found


def _late(age: Age) -> str:
    return str(age.label) if age == Age.NOT_DUE else _("Overdue %(age)s") % {"age": age.label}


def _answer() -> str:
    agrees = _("It agrees with our books.")
    differs = _("It differs. By our books the balance is %(blank)s, because %(blank)s") % {"blank": "_" * 24}
    return f"□ {agrees}\n□ {differs}"
