"""How the API says no: one shape for every refusal, in the caller's language.

`{"code": ..., "sentence": ..., "fields": {input: [sentences]}, "details": {...}}`: the code is for programs and never
renamed, the sentence for people.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Refusal, Sentence

BUSY_SECONDS = 2

STATUSES = {
    "malformed": 400,
    "unauthenticated": 401,
    "csrf": 403,
    "method": 405,
    "too_large": 413,
    "media_type": 415,
    "away": 503,
}
"""Codes of what is wrong with a request as such; all others belong to the door."""


class HttpRefusal(Refusal):
    """A refusal of the request itself, before any record is asked."""

    def __init__(self, code: str, sentence: Sentence, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(code, sentence, **more)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """The HTTP status of the code."""
        return STATUSES.get(self.code) or super().status


def malformed(sentence: Sentence) -> HttpRefusal:
    """What can't be read as a request at all."""
    return HttpRefusal("malformed", sentence)


def unauthenticated() -> HttpRefusal:
    """Nobody is known: no sign-in, or a token that opens nothing (and it isn't said why)."""
    said = _("Sign in, or send a valid token: “Authorization: Bearer …”. It may have been revoked or have expired.")
    return HttpRefusal("unauthenticated", said, headers={"WWW-Authenticate": 'Bearer realm="Shangwu"'})


def json_response(data: Any, status: int = 200) -> HttpResponse:
    """An answer as JSON. Decimals are text, Chinese stays legible."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=status, content_type="application/json")


def shape(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is sent."""
    return {
        "code": refusal.code,
        "sentence": refusal.sentence,
        "fields": {name: [str(said) for said in sentences] for name, sentences in refusal.fields.items()},
        "details": refusal.details,
    }


def response_of(refusal: Refusal) -> HttpResponse:
    """The answer to a refused request."""
    response = json_response(shape(refusal), refusal.status)
    if refusal.code == "busy":
        response.headers["Retry-After"] = str(BUSY_SECONDS)
    for name, value in getattr(refusal, "headers", {}).items():
        response.headers[name] = value
    return response
