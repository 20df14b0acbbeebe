"""What the house of browser tests does when a test asks for it: work that in life the clock or another day brings."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from shangwu.chapters.customers.tests.factories import Crew

_DAY = datetime.timedelta(days=1)


def deeds(crew: Crew) -> dict[str, Callable[[], Any]]:
    """The deeds by the names under which tests ask for them; each answers with what JSON can say."""
    return {
        "export": _export,
        "order taken two weeks ago": partial(_order_taken, crew, days=-14),
        "order taken tomorrow": partial(_order_taken, crew, days=1),
        "order taken last month": partial(_order_of_last_month, crew),
        "report of last month": _report_of_last_month,
        "targets of last month": partial(_targets_of_last_month, crew),
        "last month locked": partial(_last_month_locked, crew),
        "ready for six hands": partial(_ready_for_six_hands, crew),
        "link in the mail": _link_in_the_mail,
        "pages of the contract": _pages_of_the_contract,
    }


def _targets_of_last_month(crew: Crew) -> dict[str, str]:
    """The department's targets of last month, set by the executive, and an order of 900 that counts for them."""
    from shangwu.chapters.analytics.performance.tests.sheets import REVENUE, a_sheet, last_month, person, sold

    sold(crew, "900", last_month(crew))
    given = {"level": "department", "department": crew.department, "lines": [REVENUE]}
    sheet = a_sheet(crew, crew.head, by=crew.executive, **given)
    return {"url": f"/analytics/kpisheets/{sheet.public_id}/", "seller": person(crew.sales).staff_number or ""}


def _last_month_locked(crew: Crew) -> None:
    """What sales support and the worker do: last month checked, its findings accepted, frozen, locked."""
    from shangwu.chapters.analytics.performance.tests.sheets import last_month, lock

    lock(crew, last_month(crew))


def _export() -> None:
    """What the worker does every minute: bring the facts of the analysis up to date."""
    from shangwu.foundation.measures.exporting import export_all

    export_all()


def _report_of_last_month() -> dict[str, Any]:
    """A department whose last month is locked, and the draft of its report."""
    from shangwu.chapters.analytics.reports.tests.books import last_month_drafted
    from shangwu.foundation.pages.tests.walk.house import _session

    return last_month_drafted(_session)


def _order_of_last_month(crew: Crew) -> dict[str, Any]:
    """An order of twelve days before this month, so that its review was due in the last one, holidays or not."""
    from shangwu.foundation.records import clock

    today = clock.today(crew.sales.zone)
    return {**_order_taken(crew, days=-(today.day + 12)), "month": f"{today.replace(day=1) - _DAY:%Y-%m}"}


def _order_taken(crew: Crew, days: int) -> dict[str, Any]:
    """An order taken so many days from today, and how long its review may take."""
    from shangwu.chapters.sales.tests.factories import an_order
    from shangwu.foundation.administration.calendar_years import seed_calendars
    from shangwu.foundation.calendars.lookup import calendar_of
    from shangwu.foundation.duties.models import Duty
    from shangwu.foundation.duties.ticking import tick
    from shangwu.foundation.records import clock
    from shangwu.foundation.regulation import values
    from tests.builders import HOUSE

    seed_calendars(HOUSE, [clock.now().year + more for more in (0, 1)], [crew.entity.jurisdiction])
    former = clock.replace_source(lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days))
    try:
        values.forget()
        order = an_order(crew)
        taken = clock.today(crew.sales.zone)
    finally:
        clock.replace_source(former)
        values.forget()
    tick()
    due = Duty.objects.get(rule="2.6.1.1", subject_id=order.pk).due_at
    assert due is not None
    day = due.astimezone(crew.sales.zone).date()
    return {
        "url": f"/sales/orders/{order.public_id}/",
        "number": order.number,
        "due": day.isoformat(),
        "days": calendar_of(crew.entity).working_days_between(taken, day),
    }


def _ready_for_six_hands(crew: Crew) -> dict[str, Any]:
    """A customer who can be written to and signed with, goods made to order, and clauses that legal has released."""
    from shangwu.chapters.customers.tests.factories import a_contact, a_customer
    from shangwu.chapters.sales.accounts import quarter_end
    from shangwu.chapters.sales.tests.contracting import CLAUSES, NUMBER
    from shangwu.chapters.sales.tests.factories import a_product, today
    from shangwu.foundation.actions.door import act
    from shangwu.foundation.people.roles import Role

    legal = crew.one(Role.LEGAL)
    for subject, text in CLAUSES.items():
        clause = act(crew.support, "sales.standardclause.create", None, {"subject": subject, "text": text}).record
        act(legal, "sales.standardclause.release", clause)
    customer = a_customer(crew.sales, name="泓碩水處理工程", credit="900000", jurisdiction="TW", identity_number=NUMBER)
    a_contact(crew.sales, customer, name="溫采購", email="wen@hongshuo.example")
    a_product(made=True, name="訂製閘板", list_price="10000")
    a_product(name="備用墊片組", list_price="100")
    return {"today": today(crew).isoformat(), "quarter": quarter_end(today(crew)).isoformat()}


def _link_in_the_mail() -> str:
    """The address in the last quotation's mail, as its customer opens it."""
    from shangwu.chapters.sales.models import Quotation
    from shangwu.chapters.sales.quotation_links import for_quotation

    return for_quotation(Quotation.objects.filter(state="sent").latest("pk"))


def _pages_of_the_contract() -> int:
    """How many pages the text has that goes to the customer for signing."""
    from shangwu.chapters.sales.models import Contract

    return int(Contract.objects.latest("pk").document_pages or 0)
