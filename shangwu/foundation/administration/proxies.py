"""Behind proxies: the address of who asks, not that of the proxy. Limits on sign-in and the log rest on it."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


def real_address(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: `REMOTE_ADDR` is what the outermost of our own proxies saw. Not used without proxies.

    Each proxy adds at the end of X-Forwarded-For whom it saw, so the entry that counts stands as many places from the
    end as there are proxies; what stands before it was claimed by the client. Without such an entry the request has
    gone round the proxies, and the connection's own address stands.
    """
    if settings.PROXIES < 1:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(said) >= settings.PROXIES and (seen := _address(said[-settings.PROXIES])):
            request.META["REMOTE_ADDR"] = seen
        return respond(request)

    return middleware


def _address(text: str) -> str:
    """The address in plain form, without a port; "" for what is none."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
