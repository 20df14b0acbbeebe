"""The platform Kuaidi100 as an adapter (2.6.3), as its documents have it; off until the operator names address and key.

api.kuaidi100.com/document, "real-time query" and "subscription push". Asking: a form of `customer`, `sign`, `param`;
sign = MD5(param + key + customer) in capitals. Telling: the platform posts `sign` and `param` to our address, where
sign = MD5(param + salt), with a salt of our own for each shipment. MD5 is theirs, not ours to choose: the salts are
secret, long and different, so that a signature for one shipment is worth nothing for another.
"""

import datetime
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.crypto import salted_hmac

from shangwu.chapters.sales.models import Carrier, Seen, Shipment
from shangwu.chapters.sales.tracking import Asked, Sighting, TrackingFailed, adapters
from shangwu.foundation.outgoing.calling import CallFailed, fetch

THEIR_ZONE = ZoneInfo("Asia/Shanghai")
"""Their times bear no zone."""

MOST_SCANS = 500
MOST_BYTES = 512 * 1024
NOTHING_YET = "500"
"""Their code for a number of which no scan is known yet."""
AGAIN = "501"
"""Their code for a number that was subscribed to before."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SALT = "shangwu.sales.tracking"

KINDS: Mapping[str, Seen] = {
    "0": Seen.UNDER_WAY, "1": Seen.COLLECTED, "2": Seen.TROUBLE, "3": Seen.SIGNED, "4": Seen.REFUSED, "5": Seen.OUT,
    "6": Seen.RETURNED, "7": Seen.UNDER_WAY, "8": Seen.UNDER_WAY, "10": Seen.UNDER_WAY, "11": Seen.UNDER_WAY,
    "12": Seen.UNDER_WAY, "13": Seen.TROUBLE, "14": Seen.REFUSED, "101": Seen.BOOKED, "102": Seen.BOOKED,
    "103": Seen.COLLECTED, "201": Seen.DELAYED, "202": Seen.DELAYED, "203": Seen.REFUSED, "208": Seen.DELAYED,
    "209": Seen.DAMAGED, "401": Seen.TROUBLE, "501": Seen.WAITING, "1001": Seen.UNDER_WAY, "1002": Seen.UNDER_WAY,
    "1003": Seen.UNDER_WAY,
}  # fmt: skip
"""What their codes of a state mean; of a longer one that is not listed here, the first digit tells."""


def kind_of(code: str) -> Seen:
    """What one of their codes means."""
    return KINDS.get(code) or KINDS.get(code[:1], Seen.UNDER_WAY)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def salt_of(shipment: Shipment) -> str:
    """The secret with which the platform signs what it tells of this shipment."""
    return salted_hmac(_SALT, shipment.public_id.hex).hexdigest()[:32]


def is_signed(shipment: Shipment, param: str, sign: str) -> bool:
    """Whether what was pushed bears the platform's signature; compared in constant time."""
    wanted = _md5(param + salt_of(shipment)).encode()
    return hmac.compare_digest(wanted, sign.upper().encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push says: of which parcel, and what was seen. carrier: "" where the platform leaves it out."""

    number: str
    carrier: str
    seen: Sequence[Sighting]


def read_push(param: str) -> Pushed:
    """What was pushed, once its signature is known to be right. Raises TrackingFailed for what can't be read."""
    told = _object(param)
    result = told.get("lastResult")
    if not isinstance(result, dict):
        raise TrackingFailed("no lastResult")
    return Pushed(str(result.get("nu") or ""), str(result.get("com") or ""), _sightings(result))


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise TrackingFailed("not JSON") from None
    if not isinstance(found, dict):
        raise TrackingFailed("not an object")
    return found


def _sightings(result: Mapping[str, Any]) -> list[Sighting]:
    """Their rows, newest first as a rule. The parcel's own state belongs to the newest row; the others have theirs."""
    rows = result.get("data") or []
    if not isinstance(rows, list) or len(rows) > MOST_SCANS:
        raise TrackingFailed("unfit data")
    if not all(isinstance(one, dict) for one in rows):
        raise TrackingFailed("unfit data")
    found = [_sighting(one) for one in rows]
    if not found:
        return []
    newest = max(range(len(found)), key=lambda place: (found[place].at, -place))
    state = str(result.get("state") or "")
    if state and not rows[newest].get("statusCode"):
        one = found[newest]
        found[newest] = Sighting(one.at, kind_of(state), one.place, one.words)
    return found


def _sighting(row: Mapping[str, Any]) -> Sighting:
    try:
        local = datetime.datetime.strptime(str(row.get("ftime") or row["time"]), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except (KeyError, ValueError):
        raise TrackingFailed("unfit time") from None
    place = str(row.get("areaName") or row.get("location") or "")
    words = "".join(one for one in str(row.get("context") or "") if one.isprintable())
    kind = kind_of(str(row.get("statusCode") or "0"))
    return Sighting(local.replace(tzinfo=THEIR_ZONE), kind, place[:100], words[:300])


class Kuaidi100:
    """The adapter. Settings: KUAIDI100_ADDRESS, KUAIDI100_CUSTOMER, KUAIDI100_KEY."""

    def is_on(self) -> bool:
        """Whether the operator has named address and key."""
        return bool(settings.KUAIDI100_ADDRESS and settings.KUAIDI100_KEY)

    def ask(self, asked: Asked) -> Sequence[Sighting]:
        """What the platform knows now. Raises TrackingFailed with its own code and words."""
        wanted = {"com": asked.carrier, "num": asked.number, "phone": asked.phone, "resultv2": "4", "order": "desc"}
        param = _json(wanted)
        customer = settings.KUAIDI100_CUSTOMER
        sign = _md5(param + settings.KUAIDI100_KEY + customer)
        told = self._post("/poll/query.do", {"customer": customer, "sign": sign, "param": param})
        code = str(told.get("returnCode") or told.get("status") or "")
        if told.get("result") is False and code == NOTHING_YET:
            return []
        if code != "200":
            raise TrackingFailed(f"{code} {told.get('message') or ''}".strip())
        if str(told.get("nu") or asked.number) != asked.number:
            raise TrackingFailed("an answer about another number")
        return _sightings(told)

    def subscribe(self, asked: Asked) -> None:
        """Let the platform tell us from now on. What was subscribed to before is so still."""
        path = reverse("sales.tracking.push", kwargs={"public_id": asked.shipment.public_id})
        parameters = {
            "callbackurl": settings.SITE_ADDRESS.rstrip("/") + path, "salt": salt_of(asked.shipment),
            "resultv2": "4", "phone": asked.phone,
        }  # fmt: skip
        wanted = {
            "company": asked.carrier, "number": asked.number, "key": settings.KUAIDI100_KEY, "parameters": parameters,
        }  # fmt: skip
        told = self._post("/poll", {"schema": "json", "param": _json(wanted)})
        code = str(told.get("returnCode") or "")
        if code not in ("200", AGAIN):
            raise TrackingFailed(f"{code} {told.get('message') or ''}".strip())

    def _post(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        url = settings.KUAIDI100_ADDRESS.rstrip("/") + path
        try:
            answer = fetch(url, method="POST", body=urlencode(form).encode(), headers=_FORM, most_bytes=MOST_BYTES)
        except ValidationError:
            raise TrackingFailed("url") from None
        except CallFailed as failure:
            raise TrackingFailed(failure.code) from failure
        if answer.status != 200:
            raise TrackingFailed(f"HTTP {answer.status}")
        return _object(answer.body)


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


adapters[Carrier.Tracking.KUAIDI100] = Kuaidi100()
