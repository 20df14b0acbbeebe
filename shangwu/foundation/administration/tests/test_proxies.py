"""Behind a proxy the address of who asks counts, and nobody can claim another (3.4.2)."""

from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from shangwu.foundation.administration.proxies import real_address

PROXY = "10.0.0.2"


def seen(settings: Any, proxies: int, forwarded: str | None) -> str:
    """The address that the program goes by."""
    settings.PROXIES = proxies
    found: list[str] = []

    def respond(request: HttpRequest) -> HttpResponse:
        found.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    real_address(respond)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY))
    return found[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first one is the client's own claim
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", PROXY),  # it has gone round the outer proxy
        (1, "203.0.113.7:5311", "203.0.113.7"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", PROXY),
        (1, "", PROXY),
        (1, None, PROXY),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    assert seen(settings, proxies, forwarded) == address


def test_without_proxies_of_ours_nobodys_claim_counts(settings: Any) -> None:
    with pytest.raises(MiddlewareNotUsed):
        seen(settings, 0, "203.0.113.7")
