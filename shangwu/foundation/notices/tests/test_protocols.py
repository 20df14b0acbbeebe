"""Each platform is spoken to as its document says: signature, form, length; nobody is called who is not meant."""

import datetime
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.notices.robots.protocols import (
    PROTOCOLS,
    Line,
    Outcome,
    Said,
    cut,
    plain,
    read_answer,
    whole_lines,
)

AT = datetime.datetime(2026, 11, 23, 1, tzinfo=datetime.UTC)
LINE = Line("訂單 SO1 待審", "https://house.example/notices/1/", "wang.ming")


def written(platform: str, *lines: Line, secret: str = "", keyword: str = "") -> tuple[str, dict]:
    posted = PROTOCOLS[platform].write(Said("您有待辦", lines, keyword), "https://x.example/hook?key=k", secret, AT)
    return posted.url, json.loads(posted.body)


def test_wecom_calls_the_one_whose_thing_it_is() -> None:
    url, body = written("wecom", LINE)
    assert url == "https://x.example/hook?key=k"
    assert body["msgtype"] == "text"
    assert body["text"]["mentioned_list"] == ["wang.ming"]
    assert LINE.text in body["text"]["content"]
    _url, body = written("wecom", LINE, Line("無人可叫", "https://x"))
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["content"].count("<@wang.ming>") == 1


def test_dingtalk_signs_the_address_with_the_secret() -> None:
    """The known answer was computed with `openssl dgst -sha256 -hmac`, not with this program."""
    url, body = written("dingtalk", LINE, secret="SECdemo")
    asked = parse_qs(urlsplit(url).query)
    assert asked["timestamp"] == ["1795395600000"]
    assert asked["sign"] == [DINGTALK_SIGN]
    assert body["at"] == {"atUserIds": ["wang.ming"], "isAtAll": False}
    assert "@wang.ming" in body["text"]["content"]


def test_feishu_signs_nothing_with_stamp_and_secret_as_the_key() -> None:
    _url, body = written("feishu", LINE, secret="demo")
    assert body["timestamp"] == "1795395600"
    assert body["sign"] == FEISHU_SIGN
    assert body["msg_type"] == "text"
    assert '<at user_id="wang.ming"></at>' in body["content"]["text"]
    _url, body = written("feishu", LINE, Line("二", "https://x"))
    first = body["content"]["post"]["zh_cn"]["content"][0]
    assert first[0] == {"tag": "at", "user_id": "wang.ming"}
    assert first[-1] == {"tag": "a", "text": LINE.text, "href": LINE.address}


# printf '1795395600000\nSECdemo' | openssl dgst -sha256 -hmac 'SECdemo' -binary | base64
DINGTALK_SIGN = "Jn5w8nyUDxmr5s1BpEv5VD9b4/Fk/iQQ0YVF0dKH3KI="
# printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1795395600\ndemo' | xxd -p) -binary | base64
FEISHU_SIGN = "QpHoSa8BU6oMKnf4qMAi7dAKGX1mlkPcnDDiGT+WIq0="


@pytest.mark.parametrize("platform", PROTOCOLS)
def test_the_groups_keyword_stands_in_every_message(platform: str) -> None:
    for lines in ((LINE,), (LINE, LINE)):
        assert "商務" in json.dumps(written(platform, *lines, keyword="商務")[1], ensure_ascii=False)


@pytest.mark.parametrize("platform", PROTOCOLS)
@pytest.mark.parametrize("evil", ['<at user_id="all">all</at>', "<@all>", "[點我](https://evil.example)", "@all **x**"])
def test_whoever_names_a_record_calls_nobody_and_forges_no_link(platform: str, evil: str) -> None:
    _url, body = written(platform, Line(evil, "https://x"), LINE)
    text = body.get("markdown", {}).get("content") or body.get("markdown", {}).get("text")
    if text is not None:
        assert evil not in text
    else:  # Feishu's post is no markup: a text is a text
        assert body["content"]["post"]["zh_cn"]["content"][0][-1]["text"] == evil
    _url, body = written("feishu", Line(evil, "https://x"))
    assert evil not in body["content"]["text"]


@given(text=st.text(min_size=0, max_size=2000), most=st.integers(10, 3000))
def test_a_text_is_cut_between_characters(text: str, most: int) -> None:
    encoded = text.encode(errors="ignore")
    found = cut(encoded.decode(), most)
    assert len(found.encode()) <= most
    assert encoded.decode() == found or found.endswith("…")


@given(lines=st.lists(st.text("商務ab ", max_size=200), min_size=1, max_size=60))
def test_a_message_holds_whole_lines_only(lines: list[str]) -> None:
    found = whole_lines("title", lines, 4096)
    assert len(found.encode()) <= 4096
    shown = found.split("\n")[1:]
    left = int(shown.pop().rpartition("+")[2]) if "…" in found else 0
    assert shown == lines[: len(lines) - left]


@pytest.mark.parametrize(
    ("platform", "code", "words", "outcome"),
    [
        ("wecom", 0, "ok", Outcome.TAKEN), ("wecom", 45009, "api freq out of limit", Outcome.SLOWER),
        ("wecom", 93000, "invalid webhook url", Outcome.WRONG), ("wecom", 40058, "too long", Outcome.UNFIT),
        ("wecom", -1, "system busy", Outcome.AGAIN),
        ("dingtalk", 0, "ok", Outcome.TAKEN), ("dingtalk", 310000, "sign not match", Outcome.WRONG),
        ("dingtalk", 310000, "keywords not in content", Outcome.WRONG),
        ("dingtalk", 130101, "send too fast, exceed 20 times per minute", Outcome.SLOWER),
        ("dingtalk", 300005, "token is not exist", Outcome.WRONG), ("dingtalk", 40035, "missing", Outcome.UNFIT),
        ("feishu", 0, "success", Outcome.TAKEN), ("feishu", 9499, "Bad Request", Outcome.UNFIT),
        ("feishu", 9499, "too many request", Outcome.SLOWER), ("feishu", 11232, "frequency limited", Outcome.SLOWER),
        ("feishu", 19021, "sign match fail", Outcome.WRONG), ("feishu", 19024, "Key Words Not Found", Outcome.WRONG),
    ],
)  # fmt: skip
def test_an_answer_means_what_its_platform_says(platform: str, code: int, words: str, outcome: Outcome) -> None:
    name, said = ("code", "msg") if platform == "feishu" else ("errcode", "errmsg")
    body = json.dumps({name: code, said: words}).encode()
    assert read_answer(platform, 200, body) == (outcome, f"{code} {words}")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (429, b"", Outcome.SLOWER), (502, b"<html>", Outcome.AGAIN), (200, b"<html>", Outcome.AGAIN),
        (200, b"[]", Outcome.AGAIN), (200, b"{}", Outcome.AGAIN), (200, b'{"errcode": "x"}', Outcome.AGAIN),
        (200, b"null", Outcome.AGAIN),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_theirs_is_no_answer(status: int, body: bytes, outcome: Outcome) -> None:
    assert read_answer("wecom", status, body)[0] is outcome


def test_nothing_in_plain_text_is_markup() -> None:
    assert not set(plain("[a](b)*_`#<>@~|\\")) & set("[]()*_`#<>@~|\\")
