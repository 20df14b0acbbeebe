"""Around every request: language, the reading gate, and what is answered when a view refuses or breaks."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from shangwu.foundation.pages import errors
from shangwu.foundation.records import gate

Next = Callable[[HttpRequest], HttpResponseBase]

_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def language(get_response: Next) -> Next:
    """Speak the language of the account, else of the cookie, else of the browser."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = _language_of(request)
        request.LANGUAGE_CODE = chosen
        with translation.override(chosen):
            response = get_response(request)
            response.headers.setdefault("Content-Language", chosen)
            return response

    return middleware


def _language_of(request: HttpRequest) -> str:
    if settings.SESSION_COOKIE_NAME in request.COOKIES and getattr(request, "user", None) is not None:
        kept = getattr(request.user, "language", "")
        if kept in _LANGUAGES:
            return cast(str, kept)
    if (cookie := request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")) in _LANGUAGES:
        return cookie
    return translation.get_language_from_request(request)


def reader(get_response: Next) -> Next:
    """Everything within is request code: whoever reads a record says for whom (DESIGN 3a, The gate)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with gate.request_code():
            response = get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _gated(cast(Iterable[Any], response.streaming_content))
        return response

    return middleware


def _gated(content: Iterable[Any]) -> Iterator[Any]:
    """A stream is made after the view has returned; its reads are request code all the same."""
    pieces = iter(content)
    while True:
        with gate.request_code():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def last_resort(get_response: Next) -> Next:
    """A refusal becomes its page or fragment, an absent database 503; what is left is a 500 and stands in the log."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.answer_to(request, exception)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
