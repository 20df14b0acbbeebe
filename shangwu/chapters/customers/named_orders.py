"""Orders that a mail names (2.5.2). This room knows no orders: whoever keeps them says how their numbers look."""

import re
from collections.abc import Callable, Collection, Mapping

Find = Callable[[Collection[str]], Mapping[str, int]]
_ways: list[tuple[re.Pattern[str], Find]] = []

MOST = 20
"""Numbers of one mail that are looked up."""


def orders_named(pattern: str) -> Callable[[Find], Find]:
    """Register how order numbers look, and a function number -> id of the order's customer. A decorator."""

    def register(find: Find) -> Find:
        _ways.append((re.compile(pattern, re.ASCII), find))
        return find

    return register


def customers_named(text: str) -> dict[str, int]:
    """Order number -> id of its customer, of the orders that a text names, in its order. One query for each way."""
    found: dict[str, int] = {}
    for pattern, find in _ways:
        numbers = list(dict.fromkeys(pattern.findall(text)))[:MOST]
        if numbers:
            known = find(numbers)
            found |= {number: known[number] for number in numbers if number in known}
    return found


def looks_ours(number: str) -> bool:
    """Whether a text is a number as our orders have them; other houses' numbers are not ours to check."""
    return any(pattern.fullmatch(number) for pattern, _find in _ways)


def order_of(customer_id: int | None, text: str) -> str:
    """The first order of this customer that a text names; empty where there is none."""
    named = customers_named(text) if customer_id is not None else {}
    return next((number for number, owner in named.items() if owner == customer_id), "")
