"""Telephone numbers of the mainland, Taiwan and Hong Kong: read as people write them, stored as E.164, shown locally.

Stored form: `+8613812345678`, with an extension `+862112345678;ext=123` (RFC 3966). Numbers of other countries are
taken with their `+` and shown as they are.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.jurisdictions import Jurisdiction
from shangwu.foundation.text.normalise import comparable
from shangwu.foundation.text.tables.phones import COUNTRY_CODES, EXTENSION_WORDS, TAIWAN_AREAS, TAIWAN_SERVICE

_EXTENSION = re.compile("(?:" + "|".join(map(re.escape, EXTENSION_WORDS)) + r")\s*:?\s*(\d{1,6})$")
_CHINESE_STYLE_EXTENSION = re.compile(r"^(\+?[\d ]*\d[ -]\d{7,8}|[48]00[ -]?\d{3}[ -]?\d{4})-(\d{1,6})$")
_TRUNK_ZERO = re.compile(r"\(0\)")
_SIGNS = re.compile(r"[\s().\-/]+")
_FOREIGN = re.compile(r"[1-9]\d{6,14}")
_HIDDEN = "*"

# The digits after the country code, without the leading 0 of area and mobile numbers.
_NATIONAL = {
    Jurisdiction.MAINLAND: re.compile(r"1[3-9]\d{9}|[48]00\d{7}|(?:10|2\d)\d{7,8}|[3-9]\d{2}\d{7,8}"),
    Jurisdiction.TAIWAN: re.compile(r"9\d{8}|[2-8]\d{6,9}"),
    Jurisdiction.HONG_KONG: re.compile(r"[2-9]\d{7}"),
}
_MOBILE = {
    Jurisdiction.MAINLAND: re.compile(r"1[3-9]\d{9}"),
    Jurisdiction.TAIWAN: re.compile(r"9\d{8}"),
    Jurisdiction.HONG_KONG: re.compile(r"[4-9]\d{7}"),
}


@dataclass(frozen=True, slots=True)
class Phone:
    """One number. place: None for other countries. national: the digits after the country code."""

    place: Jurisdiction | None
    national: str
    extension: str = ""

    @property
    def e164(self) -> str:
        """The stored form."""
        number = "+" + (COUNTRY_CODES[self.place] if self.place else "") + self.national
        return f"{number};ext={self.extension}" if self.extension else number

    @property
    def is_mobile(self) -> bool:
        """Can receive messages, as far as the number tells."""
        return self.place is not None and _MOBILE[self.place].fullmatch(self.national) is not None

    @property
    def local(self) -> str:
        """As people of the place write it: `138 1234 5678`, `021-12345678-123`, `02-2345-6789#12`, `2123 4567`."""
        if self.place is None:
            return self.e164
        number = _SHOWN[self.place](self.national, self.is_mobile)
        sign = "-" if self.place is Jurisdiction.MAINLAND else "#"
        return f"{number}{sign}{self.extension}" if self.extension else number

    @property
    def masked(self) -> str:
        """For those who may not see it: the last four digits stay, the four before them are hidden."""
        shown = "0" + self.national if self._has_trunk_zero else self.national
        kept = shown[: max(len(shown) - 8, 0)] if self.is_mobile else shown[: self._area_length]
        hidden = _HIDDEN * (len(shown) - len(kept) - 4)
        return f"{kept}{'-' if kept and not self.is_mobile else ''}{hidden}{shown[-4:]}"

    @property
    def _has_trunk_zero(self) -> bool:
        if self.place is Jurisdiction.TAIWAN:
            return True
        return self.place is Jurisdiction.MAINLAND and not self.is_mobile and not _is_service(self.national)

    @property
    def _area_length(self) -> int:
        if self.place is Jurisdiction.MAINLAND:
            return 3 if _is_service(self.national) else 1 + _mainland_area(self.national)
        return 1 + _taiwan_area(self.national) if self.place is Jurisdiction.TAIWAN else 0


def parse_phone(text: str, place: str) -> Phone:
    """The number in `text`; without a country code it is one of `place` (CN, TW, HK).

    Raises ValidationError `phone`: it fits no rule of that place, or has other signs in it.
    """
    number, extension = _split_extension(_TRUNK_ZERO.sub("", comparable(text)))
    is_international = number.startswith(("+", "00"))
    digits = _SIGNS.sub("", number.removeprefix("+") if number.startswith("+") else number)
    if not (digits.isascii() and digits.isdigit()):
        raise _refused(text, place)
    if is_international:
        return _international(digits.removeprefix("00"), extension, text, place)
    home = Jurisdiction(place)
    national = _without_trunk_zero(home, digits)
    if national is not None and _NATIONAL[home].fullmatch(national):
        return Phone(home, national, extension)
    code = COUNTRY_CODES[home]
    if digits.startswith(code) and _NATIONAL[home].fullmatch(digits.removeprefix(code)):
        return Phone(home, digits.removeprefix(code), extension)
    raise _refused(text, place)


def stored_phone(text: str, place: str) -> str:
    """`text` as it is stored (E.164). Raises as `parse_phone`."""
    return parse_phone(text, place).e164


def read_stored_phone(stored: str) -> Phone:
    """The number that `stored_phone` made."""
    number, _, extension = stored.removeprefix("+").partition(";ext=")
    for place, code in COUNTRY_CODES.items():
        home = Jurisdiction(place)
        if number.startswith(code) and _NATIONAL[home].fullmatch(number.removeprefix(code)):
            return Phone(home, number.removeprefix(code), extension)
    return Phone(None, number, extension)


def _split_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    if found:
        return text[: found.start()].strip(" -,;"), found[1]
    chinese = _CHINESE_STYLE_EXTENSION.match(text)
    return (chinese[1], chinese[2]) if chinese else (text, "")


def _international(digits: str, extension: str, text: str, place: str) -> Phone:
    for code in sorted(COUNTRY_CODES.values(), key=len, reverse=True):
        if digits.startswith(code):
            home = next(Jurisdiction(key) for key, value in COUNTRY_CODES.items() if value == code)
            national = digits.removeprefix(code).removeprefix("0")
            if _NATIONAL[home].fullmatch(national):
                return Phone(home, national, extension)
            raise _refused(text, home)
    if _FOREIGN.fullmatch(digits):
        return Phone(None, digits, extension)
    raise _refused(text, place)


def _without_trunk_zero(home: Jurisdiction, digits: str) -> str | None:
    """The national digits, or None where the 0 that the place asks for is missing."""
    if home is Jurisdiction.HONG_KONG:
        return digits
    if digits.startswith("0"):
        rest = digits[1:]
        return None if home is Jurisdiction.MAINLAND and _is_service(rest) else rest
    # A sheet that took the column for numbers has dropped the 0 of Taiwan's mobiles.
    is_service = home is Jurisdiction.MAINLAND and _is_service(digits)
    return digits if is_service or _MOBILE[home].fullmatch(digits) else None


def _is_service(national: str) -> bool:
    return len(national) == 10 and national[:3] in ("400", "800")


def _mainland_area(national: str) -> int:
    return 2 if national.startswith(("10", "2")) else 3


def _taiwan_area(national: str) -> int:
    if national.startswith(TAIWAN_SERVICE):
        return 3
    return next((len(area) for area in TAIWAN_AREAS if national.startswith(area)), 1)


def _show_mainland(national: str, is_mobile: bool) -> str:
    if is_mobile:
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    if _is_service(national):
        return f"{national[:3]}-{national[3:6]}-{national[6:]}"
    area = _mainland_area(national)
    return f"0{national[:area]}-{national[area:]}"


def _show_taiwan(national: str, is_mobile: bool) -> str:
    if is_mobile:
        return f"0{national[:3]}-{national[3:6]}-{national[6:]}"
    area = _taiwan_area(national)
    rest = national[area:]
    parts = {6: (rest[:3], rest[3:]), 7: (rest[:3], rest[3:]), 8: (rest[:4], rest[4:])}.get(len(rest), (rest,))
    return "-".join([f"0{national[:area]}", *parts])


def _show_hong_kong(national: str, is_mobile: bool) -> str:
    return f"{national[:4]} {national[4:]}"


_SHOWN = {
    Jurisdiction.MAINLAND: _show_mainland,
    Jurisdiction.TAIWAN: _show_taiwan,
    Jurisdiction.HONG_KONG: _show_hong_kong,
}

_EXAMPLES = {
    Jurisdiction.MAINLAND: "138 1234 5678, 021-12345678, 400-123-4567",
    Jurisdiction.TAIWAN: "0912-345-678, 02-2345-6789",
    Jurisdiction.HONG_KONG: "9123 4567, 2123 4567",
}


def _refused(text: str, place: str) -> ValidationError:
    return ValidationError(
        _(
            "%(number)s is not a telephone number of %(place)s. Write it like %(examples)s, or begin with + and the "
            "country code."
        ),
        code="phone",
        params={"number": text, "place": Jurisdiction(place).label, "examples": _EXAMPLES[Jurisdiction(place)]},
    )
