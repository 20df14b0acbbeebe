"""The ordinary lists behind counts that no single measure makes (2.7.2): who came and went, cohorts, what was bought
together, what is owed by its age. Such a count opens the list of its records, as its reader may see them.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.explorer import customers, products, receivables
from shangwu.chapters.analytics.explorer.receivables import AGES
from shangwu.chapters.analytics.moved import KINDS as KINDS_MOVED
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Product
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.elements import Filter, Sort
from shangwu.foundation.pages.lists.conditions import Condition, Question, further
from shangwu.foundation.people.models import Department
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

COUNTED = "counted"
"""Name by which a list's address says what was counted: the kind, then what it asks, with dots between."""
ALL = "all"
"""Of what is owed: of every age."""
MOST = 5_000
"""Records that a list is narrowed to one by one; a larger count opens none."""

Read = Callable[[Actor, Sequence[str]], tuple[Q, str]]


def list_url(model: type[models.Model], kind: str, *parts: object, count: int) -> str:
    """The list behind a count; "" where there is nothing to list, or too much."""
    path = url(f"{record_name(model)}.list")
    if not path or not 0 < count <= MOST:
        return ""
    return f"{path}?{COUNTED}={'.'.join(map(str, (kind, *parts)))}"


def _moved(actor: Actor, parts: Sequence[str]) -> tuple[Q, str]:
    kind, since, until, *departments = parts
    span = Span(_day(since), _day(until))
    seen = Department.objects.visible_to(actor).filter(public_id__in=departments) if departments else None
    where = {"department": [one.pk for one in seen]} if seen is not None else None
    found = customers.who_moved(actor, span, kind, most=MOST, where=where)
    return _among(found), f"{KINDS_MOVED[kind]} · {since} – {until}"


def _largest(actor: Actor, parts: Sequence[str]) -> tuple[Q, str]:
    count, since, until = parts
    found = customers.who_is_largest(actor, Span(_day(since), _day(until)), min(int(count), max(customers.TOP)))
    return _among(found), f"{_('The %(count)s largest') % {'count': count}} · {since} – {until}"


def _cohort(actor: Actor, parts: Sequence[str]) -> tuple[Q, str]:
    month, after = _day(parts[0]), int(parts[1])
    found = customers.who_bought(actor, clock.today(actor.zone).replace(day=1), month, after, most=MOST)
    said = _("first order in %(month)s, bought %(after)s months later")
    return _among(found), said % {"month": f"{month:%Y-%m}", "after": after}


def _together(actor: Actor, parts: Sequence[str]) -> tuple[Q, str]:
    one, other, since, until = parts
    rows = Product.objects.visible_to(actor, archived=True).filter(public_id__in=[one, other])
    first, second = rows.order_by("pk")
    found = products.orders_with(actor, Span(_day(since), _day(until)), first.pk, second.pk, most=MOST)
    return _among(found), f"{first} + {second} · {since} – {until}"


def _owed(actor: Actor, parts: Sequence[str]) -> tuple[Q, str]:
    currency, age = parts
    rows = receivables.aged(actor, clock.today(actor.zone)).filter(base_currency=currency)
    if age == ALL:
        return Q(pk__in=rows.values("pk")), currency
    return Q(pk__in=rows.filter(age=age).values("pk")), f"{AGES[age]} · {currency}"


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _among(keys: Iterable[int]) -> Q:
    return Q(pk__in=list(keys))


KINDS: Mapping[str, tuple[type[models.Model], Read]] = {
    "moved": (Customer, _moved), "largest": (Customer, _largest), "cohort": (Customer, _cohort),
    "together": (Order, _together), "owed": (Order, _owed),
}  # fmt: skip


@further
def behind_a_count(model: type[models.Model], given: Mapping[str, Sequence[str]], actor: Actor) -> Condition | None:
    """Narrow a list to the records of a count; what can't be read counts as not asked."""
    text = next(iter(given.get(COUNTED, ())), "")
    kind, *parts = text.split(".")
    of, read = KINDS.get(kind, (None, None))
    if of is not model or read is None:
        return None
    try:
        q, said = read(actor, parts)
    except (Refusal, ValidationError, LookupError, ValueError):
        return None
    key: Any = model._meta.get_field("public_id")
    question = Question(Filter(COUNTED, gettext_lazy("Counted in")), Sort.TEXT, key)
    return Condition(question, q, said, {COUNTED: [text]})
