"""How often one token, person or address may ask: counted per minute in one statement, exact over all processes."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.api.models import Rate
from shangwu.foundation.api.problems import HttpRefusal
from shangwu.foundation.records import clock

PER_TOKEN = 6_000
"""Requests of one token or person in a minute: 100 a second, more than a machine can answer."""

PER_ADDRESS = 12_000
"""Requests from one address in a minute: an office may stand behind one address."""

STRANGERS = 60
"""Failed sign-ins from one address in a minute."""


def limits() -> tuple[int, int, int]:
    """(per token, per address, failures per address); the setting API_LIMITS overrides them."""
    found: tuple[int, int, int] = getattr(settings, "API_LIMITS", (PER_TOKEN, PER_ADDRESS, STRANGERS))
    return found


def count_request(who: str, address: str | None) -> None:
    """Count a request of `who` (a token or person) from an address. Raises Refusal("throttled")."""
    per_token, per_address, _strangers = limits()
    _count({who: per_token, f"address:{_place(address)}": per_address})


def count_stranger(address: str | None) -> None:
    """Count a request that nobody is known for. Raises Refusal("throttled")."""
    _count({f"stranger:{_place(address)}": limits()[2]})


def count_visitor(door: str, address: str | None, most: int) -> None:
    """Count a visit at a public door from an address, at most so many a minute. Raises Refusal("throttled")."""
    _count({f"{door}:{_place(address)}": most})


def _place(address: str | None) -> str:
    """An address, or the network of a household where addresses are plentiful."""
    if not address:
        return "none"
    found = ip_address(address)
    return str(ip_network(f"{address}/64", strict=False)) if isinstance(found, IPv6Address) else str(found)


def _count(most: Mapping[str, int]) -> None:
    seconds = int(clock.now().timestamp())
    keys = sorted(most)
    table = Rate._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" AS r (key, minute, count) SELECT key, %s, 1 FROM unnest(%s::text[]) AS key '
            "ON CONFLICT (key) DO UPDATE SET minute = EXCLUDED.minute, "
            "count = CASE WHEN r.minute = EXCLUDED.minute THEN r.count + 1 ELSE 1 END RETURNING key, count",
            [seconds // 60, keys],
        )
        counted = cursor.fetchall()
    if any(count > most[key] for key, count in counted):
        said = _("Too many requests. Wait until the minute is over, then go on more slowly.")
        raise HttpRefusal("throttled", said, headers={"Retry-After": str(60 - seconds % 60)})


def clear() -> None:
    """Forget the counters of minutes that have passed."""
    Rate.objects.filter(minute__lt=int(clock.now().timestamp()) // 60).delete()
