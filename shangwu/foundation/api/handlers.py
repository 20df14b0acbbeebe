"""Every way in which a request to the API ends without an answer of its own gets the one shape of `problems`."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError

from shangwu.foundation.api.problems import HttpRefusal, response_of, unauthenticated
from shangwu.foundation.records.refusals import Refusal, from_validation

AWAY_SECONDS = 5


def install(api: NinjaAPI) -> None:
    """Let the API answer refusals, and an absent database, in the one shape. Everything else stays a bug."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, lambda request, error: response_of(unauthenticated()))
    api.add_exception_handler(RequestDataTooBig, _too_large)
    api.add_exception_handler(OperationalError, _away)
    api.add_exception_handler(InterfaceError, _away)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return response_of(error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """A rule of a column that is found only when its row is written."""
    return response_of(from_validation(error))


def _too_large(request: HttpRequest, error: Any) -> HttpResponse:
    return response_of(HttpRefusal("too_large", _("The request is too large. Send it in several parts.")))


def _away(request: HttpRequest, error: Any) -> HttpResponse:
    """Nothing was done, or it was done whole: the same request with the same Idempotency-Key is safe."""
    said = _("The database can't be reached. Send the same request again in a moment, with the same Idempotency-Key.")
    return response_of(HttpRefusal("away", said, headers={"Retry-After": str(AWAY_SECONDS)}))
