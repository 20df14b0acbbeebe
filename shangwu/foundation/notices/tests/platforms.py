"""The three platforms played on loopback: each checks address, signature, keyword, form and pace as its document says,
answers with its own codes, and keeps what it has taken. Written from the platforms' public documentation: nobody has
compared them with the real services, which ask for an account of the company."""

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from shangwu.foundation.outgoing.tests.receiver import Receiver, a_receiver
from shangwu.foundation.records import clock

TOKEN = "693a91f6-7bcd-4bc4-97a0-0ec2sifa5aaa"


@dataclass
class Group:
    """A group chat with one robot. secret, keyword: how it is guarded. trouble: an answer that it gives instead."""

    platform: str
    receiver: Receiver
    secret: str = ""
    keyword: str = ""
    trouble: tuple[int, str] | None = None
    status: int = 200
    messages: list[dict[str, Any]] = field(default_factory=list)
    heard_at: list[datetime.datetime] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The webhook address as the platform shows it."""
        base = self.receiver.url.removesuffix("/hook")
        return (
            base
            + {
                "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
                "dingtalk": f"/robot/send?access_token={TOKEN}",
                "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
            }[self.platform]
        )

    @property
    def text(self) -> str:
        """All that stands in the group, as everybody in it reads it."""
        return json.dumps(self.messages, ensure_ascii=False)

    @property
    def heard_lately(self) -> int:
        """Messages of the last minute."""
        return sum(one > clock.now() - datetime.timedelta(minutes=1) for one in self.heard_at)

    def hear(self, handler: Any) -> None:
        """Answer one call."""
        got = self.receiver.received[-1]
        code, words = self.trouble or _HEAR[self.platform](self, got.path, got.headers, got.body)
        if code == 0 and self.status == 200:
            self.messages.append(json.loads(got.body))
            self.heard_at.append(clock.now())
        else:
            self.refused.append(code)
        answer: dict[str, Any] = {"errcode": code, "errmsg": words}
        if self.platform == "feishu":
            answer = {"code": code, "msg": words, "data": {}}
        body = json.dumps(answer).encode()
        handler.send_response(self.status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def _sign(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _wecom(group: Group, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    if parse_qs(urlsplit(path).query) != {"key": [TOKEN]}:
        return 93000, "invalid webhook url"
    if group.heard_lately >= 20:
        return 45009, "api freq out of limit"
    message = json.loads(body)
    content = message.get(message.get("msgtype"), {}).get("content", "")
    if message.get("msgtype") not in ("text", "markdown"):
        return 40008, "invalid message type"
    if not content or len(content.encode()) > {"text": 2048, "markdown": 4096}[message["msgtype"]]:
        return 40058, "content exceed max length"
    return 0, "ok"


def _dingtalk(group: Group, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query, strict_parsing=True).items()}
    if asked.get("access_token") != TOKEN:
        return 300005, "token is not exist"
    if group.secret:
        stamp = asked.get("timestamp", "0")
        if abs(int(stamp) - clock.now().timestamp() * 1000) > 3_600_000:
            return 310000, "invalid timestamp"
        if asked.get("sign") != _sign(group.secret, f"{stamp}\n{group.secret}"):
            return 310000, "sign not match"
    message = json.loads(body)
    if group.keyword and group.keyword not in body.decode():
        return 310000, "keywords not in content"
    if group.heard_lately >= 20:
        return 130101, "send too fast, exceed 20 times per minute"
    if message.get("msgtype") == "markdown" and not message["markdown"].get("title"):
        return 40035, "missing parameter title"
    return 0, "ok"


def _feishu(group: Group, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    if not path.endswith(f"/hook/{TOKEN}"):
        return 19001, "param invalid: incoming webhook access token invalid"
    message = json.loads(body)
    if group.secret and message.get("sign") != _sign(f"{message.get('timestamp')}\n{group.secret}", ""):
        return 19021, "sign match fail or timestamp is not within one hour from current time"
    if group.keyword and group.keyword not in body.decode():
        return 19024, "Key Words Not Found"
    if message.get("msg_type") not in ("text", "post") or "content" not in message or len(body) > 20_000:
        return 9499, "Bad Request"
    return 0, "success"


_HEAR = {"wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}


@contextmanager
def a_group(platform: str, **guards: Any) -> Iterator[Group]:
    """A group that listens until the block ends."""
    with a_receiver() as receiver:
        group = Group(platform, receiver, **guards)
        receiver.answer = group.hear
        yield group
