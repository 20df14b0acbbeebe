"""Kuaidi100 played on loopback: it checks form, key and signatures as its documents say, and answers with its codes.

Written from the platform's public documentation and recorded answers in it: nobody has compared it with the real
service, which asks for an account of the company.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from shangwu.foundation.outgoing.tests.receiver import Receiver, a_receiver

CUSTOMER, KEY = "9F1C2D3E4A5B60718293A4B5C6D7E8F9", "tEsTkEyX1234"


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass
class Platform:
    """parcels: number -> rows of `data`, newest first. states: number -> the parcel's state. trouble: what it answers
    instead."""

    receiver: Receiver
    parcels: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    subscribed: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: dict[str, Any] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.receiver.url.removesuffix("/hook")

    def hear(self, handler: Any) -> None:
        got = self.receiver.received[-1]
        form = {name: values[0] for name, values in parse_qs(got.body.decode(), keep_blank_values=True).items()}
        told = self.trouble or (self._query(form) if got.path == "/poll/query.do" else self._subscribe(got.path, form))
        body = json.dumps(told, ensure_ascii=False).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _query(self, form: dict[str, str]) -> dict[str, Any]:
        if form.get("customer") != CUSTOMER or form.get("sign") != md5(form["param"] + KEY + CUSTOMER):
            return {"result": False, "returnCode": "503", "message": "验证签名失败"}
        wanted = json.loads(form["param"])
        self.asked.append(wanted)
        if wanted["com"] == "shunfeng" and len(wanted["phone"]) != 4:
            return {"result": False, "returnCode": "408", "message": "验证码错误"}
        if wanted["num"] not in self.parcels:
            return {"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}
        return self.result(wanted["num"], wanted["com"])

    def _subscribe(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        wanted = json.loads(form["param"])
        if path != "/poll" or form.get("schema") != "json" or wanted.get("key") != KEY:
            return {"result": False, "returnCode": "600", "message": "您不是合法的订阅者"}
        if wanted["number"] in self.subscribed:
            return {"result": False, "returnCode": "501", "message": "重复订阅"}
        self.subscribed[wanted["number"]] = wanted
        return {"result": True, "returnCode": "200", "message": "提交成功"}

    def result(self, number: str, carrier: str = "shunfeng") -> dict[str, Any]:
        """What is known of a parcel."""
        state = self.states.get(number, "0")
        return {
            "message": "ok", "nu": number, "ischeck": str(int(state == "3")), "com": carrier, "status": "200",
            "condition": "F00", "state": state, "data": self.parcels[number],
        }  # fmt: skip

    def push_of(self, number: str) -> dict[str, str]:
        """The form that the platform posts to the address that it was given for a number."""
        salt = self.subscribed[number]["parameters"]["salt"]
        return signed({"status": "polling", "billstatus": "got", "lastResult": self.result(number)}, salt)


def signed(told: dict[str, Any], salt: str) -> dict[str, str]:
    """A push under a salt."""
    param = json.dumps(told, ensure_ascii=False)
    return {"sign": md5(param + salt), "param": param}


def row(time: str, context: str, code: str = "", place: str = "") -> dict[str, str]:
    """One line of the platform's `data`; time in Beijing."""
    found = {"time": time, "ftime": time, "context": context}
    return found | ({"statusCode": code} if code else {}) | ({"areaName": place} if place else {})


@contextmanager
def a_platform(settings: Any) -> Iterator[Platform]:
    """A platform that listens until the block ends, and that the house is set to ask."""
    with a_receiver() as receiver:
        platform = Platform(receiver)
        receiver.answer = platform.hear
        settings.OUTGOING_LOOPBACK = True
        settings.KUAIDI100_ADDRESS, settings.KUAIDI100_CUSTOMER, settings.KUAIDI100_KEY = (
            platform.address, CUSTOMER, KEY,
        )  # fmt: skip
        yield platform
