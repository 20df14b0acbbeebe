"""Telephone numbers of three places: read as written, stored as E.164, shown locally, hidden for others."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.text.phones import Phone, parse_phone, read_stored_phone, stored_phone


@pytest.mark.parametrize(
    ("place", "written", "stored", "local", "masked"),
    [
        ("CN", "13812341234", "+8613812341234", "138 1234 1234", "138****1234"),
        ("CN", "+86 138-1234-5678", "+8613812345678", "138 1234 5678", "138****5678"),
        ("CN", "0086 13812345678", "+8613812345678", "138 1234 5678", "138****5678"),
        ("CN", "8613812345678", "+8613812345678", "138 1234 5678", "138****5678"),
        ("CN", "０２１－１２３４５６７８", "+862112345678", "021-12345678", "021-****5678"),
        ("CN", "021-12345678-123", "+862112345678;ext=123", "021-12345678-123", "021-****5678"),
        ("CN", "(0512) 6789012 转 88", "+865126789012;ext=88", "0512-6789012-88", "0512-***9012"),
        ("CN", "+86 (0)21 1234 5678", "+862112345678", "021-12345678", "021-****5678"),
        ("CN", "400-123-4567", "+864001234567", "400-123-4567", "400-***4567"),
        ("TW", "0912345678", "+886912345678", "0912-345-678", "09****5678"),
        ("TW", "912345678", "+886912345678", "0912-345-678", "09****5678"),
        ("TW", "(02)2345-6789 分機 12", "+886223456789;ext=12", "02-2345-6789#12", "02-****6789"),
        ("TW", "037-123456", "+88637123456", "037-123-456", "037-**3456"),
        ("TW", "0836-22222", "+88683622222", "0836-22222", "0836-*2222"),
        ("TW", "0800-123-456", "+886800123456", "0800-123-456", "0800-**3456"),
        ("HK", "2123 4567", "+85221234567", "2123 4567", "****4567"),
        ("HK", "852-91234567", "+85291234567", "9123 4567", "****4567"),
        ("TW", "+852 2123 4567", "+85221234567", "2123 4567", "****4567"),
        ("CN", "+1 415 555 0100", "+14155550100", "+14155550100", "*******0100"),
    ],
)
def test_numbers_are_read_stored_shown_and_masked(
    place: str, written: str, stored: str, local: str, masked: str
) -> None:
    phone = parse_phone(written, place)
    assert (phone.e164, phone.local, phone.masked) == (stored, local, masked)
    assert read_stored_phone(stored) == phone
    assert stored_phone(local, phone.place or place) == stored


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("CN", "1381234567"),
        ("CN", "12812345678"),
        ("CN", "12345"),
        ("CN", "0400-1234567"),
        ("CN", "+86 12345"),
        ("CN", "call me"),
        ("CN", ""),
        ("CN", "13812345678/13912345678"),
        ("TW", "1381234567"),
        ("HK", "12345678"),
        ("HK", "013812345678"),
    ],
)
def test_what_fits_no_rule_is_refused_with_examples(place: str, written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_phone(written, place)
    assert refused.value.code == "phone"
    assert refused.value.params["examples"] in refused.value.messages[0]


@pytest.mark.parametrize(
    ("place", "written", "is_mobile"),
    [("CN", "13812345678", True), ("CN", "010-12345678", False), ("HK", "51234567", True), ("HK", "21234567", False)],
)
def test_mobiles_are_told_from_others(place: str, written: str, is_mobile: bool) -> None:
    assert parse_phone(written, place).is_mobile is is_mobile


@given(some.text(), some.sampled_from(["CN", "TW", "HK"]))
def test_any_text_is_a_number_or_refused(text: str, place: str) -> None:
    try:
        phone = parse_phone(text, place)
    except ValidationError:
        return
    assert isinstance(phone, Phone)
    assert phone.masked[-4:] == phone.national[-4:]
    assert "*" in phone.masked


@given(some.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mainland_mobile_survives_the_round_trip(number: str) -> None:
    assert read_stored_phone(stored_phone(number, "CN")).national == number
