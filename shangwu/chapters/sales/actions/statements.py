"""Clause 2.6.2: the statement of each quarter is drawn up by the house, and signed by the customer."""

import dataclasses
import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.accounts import Key, Owed, ends_quarter, owed_at, quarter_end
from shangwu.chapters.sales.contract_access import settles_accounts
from shangwu.chapters.sales.models import Order, Statement, StatementLine
from shangwu.foundation.actions.door import Ask, Refusal, Row, act_many, action, create
from shangwu.foundation.actions.gone import Gone
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.zones import house_in, lies_in, zones
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.attached import Attached, attached_to, file_of

STATEMENTS = Series("statement", "DZ%Y-{n:04d}", _("Statement of account"), Reset.YEAR)

State = Statement.State
Balances = Mapping[Key, list[Owed]]


def _key(statement: Statement) -> Key:
    return Key(statement.customer_id, statement.currency, statement.until, statement.entity_id)


def balances(statements: Sequence[Statement], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Balances:
    """What the customers of these statements owed on their days. While a form is filled, either may be missing."""
    return owed_at([key for one in statements if None not in (key := _key(one))[:3]])


def draw_up(statement: Statement, by: Actor, known: Balances) -> Iterable[models.Model]:
    """2.6.2: list what a customer owed the legal entity of who draws it up at the end of a quarter. Refuses `quarter`,
    `nothing`, `duplicate`."""
    today = statement.changed_at.astimezone(by.zone).date()
    if not ends_quarter(statement.until) or statement.until >= today:
        said = _("A statement is drawn up as of the last day of a quarter that is over.")
        raise Refusal("quarter", said, fields={"until": [said]})
    customer = statement.customer
    statement.customer_name, statement.drawn_for = customer.name, customer.pk
    statement.owner_id, statement.department_id = customer.owner_id, customer.department_id
    lines = _lines(statement, known)
    if not lines:
        raise Refusal("nothing", _("On that day the customer owed your legal entity nothing in this currency."))
    return lines


def _lines(statement: Statement, known: Balances) -> list[StatementLine]:
    lines = [
        StatementLine(
            statement=statement, position=place, order_id=one.order, currency=statement.currency, gross=one.gross,
            paid=one.paid, credited=one.credited, refunded=one.refunded, open=one.open, due_on=one.due_on,
        )
        for place, one in enumerate(known[_key(statement)], start=1)
    ]  # fmt: skip
    statement.balance = sum((one.open for one in lines), Decimal(0))
    return lines


create(
    Statement, clause="2.6.2", may=settles_accounts, fields=["customer", "currency", "until"], reads=["customer"],
    series=STATEMENTS, prepare=balances, body=draw_up, label=_("Draw up a statement"), icon="file-text",
)  # fmt: skip


@action(
    Statement, "redraw", clause="2.6.2", label=_("Draw up anew"), may=settles_accounts, reads=["lines"],
    source=[State.DRAWN, State.DISPUTED], target=State.DRAWN, prepare=balances, icon="refresh",
    event="sales.statement.redrawn",
)  # fmt: skip
def redraw(statement: Statement, by: Actor, known: Balances) -> Iterable[models.Model | Gone]:
    """2.6.2: what was entered since, such as a payment of that quarter, comes in; until the customer has signed."""
    former = [Gone(one) for one in statement.lines.all()]
    statement.theirs, statement.difference = None, ""
    return [*former, *_lines(statement, known)]


@action(
    Statement, "dispute", clause="2.6.2", label=_("Disputed"), may=settles_accounts, source=State.DRAWN,
    target=State.DISPUTED, icon="alert-triangle", event="sales.statement.disputed",
)  # fmt: skip
def dispute(
    statement: Statement,
    by: Actor,
    *,
    theirs: Annotated[Decimal, Ask(_("Balance as the customer sees it"), _("Below zero where we owe the customer."))],
    difference: Annotated[str, Ask(_("What is disputed"), multiline=True, most=2000)],
) -> None:
    """2.6.2: the customer reckons otherwise; both amounts stand side by side until it is cleared up. Refuses `same`,
    `invalid`."""
    if theirs == statement.balance:
        said = _("This is our own balance. Have the statement signed.")
        raise Refusal("same", said, fields={"theirs": [said]})
    if not difference.strip():
        raise Refusal("invalid", _("Say what is disputed."), fields={"difference": [_("This is needed.")]})
    statement.theirs, statement.difference = theirs, difference.strip()


@action(
    Statement, "sign", clause="2.6.2", label=_("Signed by the customer"), may=settles_accounts, icon="signature",
    source=[State.DRAWN, State.DISPUTED], target=State.SIGNED, prepare=attached_to(Statement), primary=True,
)  # fmt: skip
def sign(
    statement: Statement,
    by: Actor,
    attached: Attached,
    *,
    file: Annotated[uuid.UUID, Ask(_("Signed statement (file)"))],
    signed_on: Annotated[datetime.date, Ask(_("Signed on"))],
) -> None:
    """2.6.2: the customer has signed what is owed; the paper is the proof. Refuses `file`, `day`."""
    if not statement.until <= signed_on <= statement.changed_at.astimezone(by.zone).date():
        said = _("It was signed after the end of the quarter, and not later than today.")
        raise Refusal("day", said, fields={"signed_on": [said]})
    statement.scan, statement.signed_on = file_of(statement, file, attached), signed_on


@every("20 1 * * *", "sales.draw_statements")
def draw_statements() -> int:
    """Draw up the last quarter's statement for each customer who owed something, where it is missing; how many."""
    with gate.free_reading():
        return sum(_draw_statements(zone) for zone in sorted(zones()))


def _draw_statements(zone: str) -> int:
    """For each of the legal entities in a zone, from the first night after the quarter on."""
    by = house_in(zone)
    until = quarter_end(clock.today(by.zone))
    columns = ("customer_id", "currency", "entity_id")
    there = set(Statement.objects.filter(until=until).values_list(*columns))
    ours = Order.objects.filter(lies_in(zone), customer__archived_at__isnull=True, imported=False)
    wanted = set(ours.filter(customer__isnull=False).order_by().values_list(*columns).distinct()) - there
    owing = owed_at([Key(customer, currency, until, entity) for customer, currency, entity in wanted if customer])
    found = [key for key, lines in owing.items() if lines]
    return sum(
        draw_for(dataclasses.replace(by, entity_id=entity), [key for key in found if key.entity == entity])
        for entity in {key.entity for key in found}
    )


def draw_for(by: Actor, keys: Iterable[Key]) -> int:
    """The statements of these accounts with the actor's own legal entity; how many."""
    given = sorted(keys)
    customers = Customer.objects.in_bulk({key.customer for key in given})
    rows = [Row({"customer": customers[key.customer], "currency": key.currency, "until": key.until}) for key in given]
    return len(act_many(by, "sales.statement.create", rows).done)
