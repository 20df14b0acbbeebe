"""How each platform is spoken to: address, signature, body, and what its answers mean. As their documents have it.

WeCom: developer.work.weixin.qq.com/document/path/91770. DingTalk: open.dingtalk.com, "custom robot". Feishu:
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. All answer 200 with a code of their own in the body.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

from shangwu.foundation.notices.models import Platform


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message. user: how the platform knows its reader, "" when nobody is to be called by @."""

    text: str
    address: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message to a group: one line, or several under a title. keyword: what the group demands in it."""

    title: str
    lines: Sequence[Line]
    keyword: str = ""

    @property
    def heading(self) -> str:
        """The title with the keyword."""
        return f"[{self.keyword}] {self.title}" if self.keyword and self.keyword not in self.title else self.title

    @property
    def users(self) -> list[str]:
        """Whom to call, each once."""
        return list(dict.fromkeys(one.user for one in self.lines if one.user))


@dataclass(frozen=True, slots=True)
class Posted:
    """What goes over the wire."""

    url: str
    body: bytes


class Outcome(StrEnum):
    """What an answer means. SLOWER: their limit; AGAIN: their trouble; UNFIT: this message alone; WRONG: the robot's
    address, signature, keyword or permitted network is not what the group has: a person must mend it."""

    TAKEN = "taken"
    SLOWER = "slower"
    AGAIN = "again"
    UNFIT = "unfit"
    WRONG = "wrong"


Writer = Callable[[Said, str, str, datetime], Posted]


@dataclass(frozen=True, slots=True)
class Protocol:
    """A platform. each_minute: messages that a robot may send; pause: how long it is silent after going beyond.

    codes: what its answers mean; one that is not listed counts as UNFIT.
    """

    write: Writer
    each_minute: int
    pause: timedelta
    codes: Mapping[int, Outcome]


def _wecom(said: Said, url: str, secret: str, now: datetime) -> Posted:
    if len(said.lines) == 1:
        (line,) = said.lines
        content = cut(f"{said.heading}\n{line.text}\n{line.address}", 2048)
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": content, "mentioned_list": said.users}}
    else:
        lines = [
            f"> {f'<@{_name(one.user)}> ' if one.user else ''}[{plain(one.text)}]({one.address})" for one in said.lines
        ]
        body = {"msgtype": "markdown", "markdown": {"content": whole_lines(f"**{plain(said.heading)}**", lines, 4096)}}
    return Posted(url, _json(body))


def _dingtalk(said: Said, url: str, secret: str, now: datetime) -> Posted:
    at = {"atUserIds": said.users, "isAtAll": False}
    if len(said.lines) == 1:
        (line,) = said.lines
        called = "".join(f" @{user}" for user in said.users)
        content = f"{said.heading}\n{line.text}\n{line.address}{called}"
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": content}, "at": at}
    else:
        lines = [
            f"- {f'@{_name(one.user)} ' if one.user else ''}[{plain(one.text)}]({one.address})" for one in said.lines
        ]
        text = whole_lines(f"### {plain(said.heading)}\n", lines, 5000)
        body = {"msgtype": "markdown", "markdown": {"title": said.heading, "text": text}, "at": at}
    if secret:
        stamp = str(int(now.timestamp() * 1000))
        sign = quote_plus(_signature(secret, f"{stamp}\n{secret}"))
        url = f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"
    return Posted(url, _json(body))


def _feishu(said: Said, url: str, secret: str, now: datetime) -> Posted:
    body: dict[str, Any] = {}
    if secret:
        stamp = str(int(now.timestamp()))
        # Not a slip: here the text that others sign is the key, and nothing is signed with it.
        body = {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")}
    if len(said.lines) == 1:
        (line,) = said.lines
        called = "".join(f'<at user_id="{_name(user)}"></at> ' for user in said.users)
        content = f"{called}{plain(said.heading)}\n{plain(line.text)}\n{line.address}"
        return Posted(url, _json({**body, "msg_type": "text", "content": {"text": content}}))
    paragraphs = [
        [
            *([{"tag": "at", "user_id": one.user}, {"tag": "text", "text": " "}] if one.user else []),
            {"tag": "a", "text": one.text, "href": one.address},
        ]
        for one in said.lines
    ]
    post = {"zh_cn": {"title": said.heading, "content": paragraphs}}
    return Posted(url, _json({**body, "msg_type": "post", "content": {"post": post}}))


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


_MARKUP = str.maketrans("[]()*_`#<>@~|\\", "［］（）＊＿｀＃＜＞＠～｜＼")


def plain(text: str) -> str:
    """A text in which nothing is markup: whoever names a record can't call the whole group or forge a link."""
    return text.translate(_MARKUP)


def _name(user: str) -> str:
    """A user's name on the platform, without what could end the tag that it stands in."""
    return "".join(one for one in user if one.isalnum() or one in "-_.@")


def cut(text: str, most: int) -> str:
    """As much of a text as `most` bytes of UTF-8 hold; a character is never halved."""
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    return encoded[: most - 3].decode(errors="ignore") + "…"


def whole_lines(title: str, lines: Sequence[str], most: int) -> str:
    """A title and as many whole lines as `most` bytes hold."""
    text = title
    for place, line in enumerate(lines):
        if len(f"{text}\n{line}".encode()) > most - 10:
            return f"{text}\n… +{len(lines) - place}"
        text = f"{text}\n{line}"
    return text


_TEN_MINUTES = timedelta(minutes=10)
_A_MINUTE = timedelta(minutes=1)

PROTOCOLS: Mapping[str, Protocol] = {
    Platform.WECOM: Protocol(
        _wecom, 20, _A_MINUTE,
        {0: Outcome.TAKEN, -1: Outcome.AGAIN, 45009: Outcome.SLOWER, 45033: Outcome.SLOWER, 93000: Outcome.WRONG,
         93004: Outcome.WRONG, 93008: Outcome.WRONG},
    ),
    Platform.DINGTALK: Protocol(
        _dingtalk, 20, _TEN_MINUTES,
        {0: Outcome.TAKEN, -1: Outcome.AGAIN, 130101: Outcome.SLOWER, 410100: Outcome.SLOWER, 300001: Outcome.WRONG,
         300005: Outcome.WRONG, 310000: Outcome.WRONG},
    ),
    Platform.FEISHU: Protocol(
        _feishu, 100, _A_MINUTE,
        {0: Outcome.TAKEN, 11232: Outcome.SLOWER, 99991400: Outcome.SLOWER, 9499: Outcome.UNFIT, 19001: Outcome.WRONG,
         19021: Outcome.WRONG, 19022: Outcome.WRONG, 19024: Outcome.WRONG},
    ),
}  # fmt: skip


def read_answer(platform: str, status: int, body: bytes) -> tuple[Outcome, str]:
    """What a platform answered, and its own words for it."""
    if status == 429:
        return Outcome.SLOWER, f"HTTP {status}"
    if status >= 500:
        return Outcome.AGAIN, f"HTTP {status}"
    try:
        told = json.loads(body)
        code = next(int(told[name]) for name in ("errcode", "code", "StatusCode") if name in told)
        words = f"{code} {told.get('errmsg') or told.get('msg') or told.get('StatusMessage') or ''}".strip()[:200]
    except (ValueError, TypeError, AttributeError, StopIteration):
        # An answer that is not theirs: a gateway, a wrong address.
        return Outcome.AGAIN, f"HTTP {status}"
    if "too many request" in words.lower() or "too fast" in words.lower():
        # Feishu says so under the code of any unfit message (9499), DingTalk under several codes.
        return Outcome.SLOWER, words
    return PROTOCOLS[platform].codes.get(code, Outcome.UNFIT), words
