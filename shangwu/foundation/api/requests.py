"""Reading a request: its body, its keys, the version that the caller has seen. Whatever is sent, nothing breaks."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api.problems import HttpRefusal, malformed
from shangwu.foundation.records.refusals import Refusal

DEEPEST = 20
"""How deep a body may nest: no input needs more than a list of rows of values."""

_KEY = re.compile(r"[\x21-\x7e]{1,80}", re.ASCII)
_ETAG = re.compile(r'"([1-9][0-9]{0,8})"', re.ASCII)
_FARTHEST = 40

VERSION = Input("version", Kind.INTEGER, _("Version"), required=False, least=1)
REASON = Input("reason", Kind.TEXT, _("Reason"), required=False, multiline=True, max_length=2000)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object.

    Numbers with a point become Decimal, so that money is exact. Raises Refusal: `media_type`, `malformed`,
    `too_large`.
    """
    raw = request.body
    if not raw:
        return {}
    if request.content_type != "application/json":
        raise HttpRefusal("media_type", _("Send the body as JSON, with “Content-Type: application/json”."))
    try:
        found = json.loads(raw.decode("utf-8"), parse_float=_decimal, parse_constant=_refuse_constant)
        _require_storable(found, 0)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise malformed(
            _("The body is not JSON that can be read: UTF-8, an object, no NaN, no characters without meaning.")
        ) from error
    if not isinstance(found, dict):
        raise malformed(_("Send an object: {“name”: value, …}."))
    return found


def _decimal(text: str) -> Decimal:
    """A number exactly as written. One of astronomic size would take for ever to become an integer."""
    found = Decimal(text)
    if found and abs(found.adjusted()) > _FARTHEST:
        raise ValueError(text)
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _require_storable(value: Any, depth: int) -> None:
    """Raise ValueError for nesting without end, NUL, and halves of characters (lone surrogates)."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("NUL")
        value.encode("utf-8")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _require_storable(name, depth)
            _require_storable(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _require_storable(inner, depth + 1)


def require_storable_address(request: HttpRequest) -> None:
    """Raise Refusal("malformed") for NUL and broken characters in the address: no record is named by them."""
    for text in (request.path, *(part for pair in request.GET.lists() for part in (pair[0], *pair[1]))):
        if (
            "\x00" in text
            or "\ufffd" in text
            or (not text.isprintable() and any(0xD800 <= ord(one) < 0xE000 for one in text))
        ):
            raise malformed(_("The address holds characters that no record has. Encode it as UTF-8."))


def idempotency_key(request: HttpRequest) -> str | None:
    """The Idempotency-Key header. Raises Refusal("invalid") unless it is 1 to 80 plain characters."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        said = _("Use 1 to 80 letters, digits and signs without spaces, such as a UUID.")
        raise Refusal("invalid", said, fields={"Idempotency-Key": [said]})
    return key


def expected_version(request: HttpRequest, given: Any) -> int | None:
    """The version that the caller has seen: from the body, or from If-Match. Raises Refusal("invalid")."""
    version: int | None = validated((VERSION,), "request", {"version": given})["version"]
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return version
    found = _ETAG.fullmatch(header)
    if found is None:
        said = _('Give the ETag of the record as it was answered, such as "3".')
        raise Refusal("invalid", said, fields={"If-Match": [said]})
    if version is not None and version != int(found[1]):
        said = _("If-Match and “version” contradict each other. Give one of them.")
        raise Refusal("invalid", said, fields={"version": [said]})
    return int(found[1])


def reason_of(given: Mapping[str, Any]) -> str:
    """The reason in a body, cleaned. Raises Refusal("invalid")."""
    return str(validated((REASON,), "request", {"reason": given.get("reason")})["reason"] or "")
