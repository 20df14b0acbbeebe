"""Numbers by which the state knows an organisation: credit code, business number, business registration.

Each function returns the number as it is stored (no spaces, capitals, plain width) or raises ValidationError with
the code `length`, `format` or `checksum` and a sentence that says what is wrong with this number.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.jurisdictions import Jurisdiction
from shangwu.foundation.text.normalise import comparable

# GB 32100-2015: digits and capitals without I, O, S, V, Z, which are too like 1, 0, 5, U, 2.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_CREDIT_REGION = slice(2, 8)
_BUSINESS_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_SEVENTH = 6

_REGISTRARS: dict[str, Promise] = {
    "1": _("Staffing office"),
    "2": _("Foreign affairs"),
    "3": _("Justice"),
    "4": _("Culture"),
    "5": _("Civil affairs"),
    "6": _("Tourism"),
    "7": _("Religious affairs"),
    "8": _("Trade unions"),
    "9": _("Market regulation"),
    "A": _("Military staffing office"),
    "N": _("Agriculture"),
    "Y": _("Other"),
}
_BUSINESSES: dict[str, Promise] = {
    "1": _("Company"),
    "2": _("Self-employed"),
    "3": _("Farmers' cooperative"),
}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """What a credit code says. region: six digits of GB/T 2260; body: the former organisation code, nine characters."""

    code: str
    registrar: Promise | None
    business: Promise | None
    region: str
    body: str


def credit_code(text: str) -> str:
    """The unified social credit code in `text` (GB 32100-2015, 18 characters; also the tax number)."""
    code = _plain(text)
    _require_length(code, 18)
    odd = sorted({character for character in code if character not in _CREDIT_ALPHABET})
    if odd:
        raise ValidationError(
            _(
                "%(found)s can't occur in a credit code. The letters I, O, S, V and Z are not used: look at the "
                "licence for 1, 0, 5, U and 2."
            ),
            code="format",
            params={"found": ", ".join(odd)},
        )
    if not code[_CREDIT_REGION].isdigit():
        raise ValidationError(
            _("Characters 3 to 8 of a credit code are the region: digits, not %(found)s. Compare the licence."),
            code="format",
            params={"found": code[_CREDIT_REGION]},
        )
    total = sum(_CREDIT_ALPHABET.index(each) * weight for each, weight in zip(code, _CREDIT_WEIGHTS, strict=False))
    expected = _CREDIT_ALPHABET[-total % 31]
    if code[-1] != expected:
        raise ValidationError(
            _(
                "The last character of this credit code should be %(expected)s, not %(found)s: one character is "
                "mistyped. Compare the licence."
            ),
            code="checksum",
            params={"expected": expected, "found": code[-1]},
        )
    return code


def explain_credit_code(text: str) -> CreditCode:
    """What the credit code in `text` says about its holder. Raises as `credit_code`."""
    code = credit_code(text)
    registrar = _REGISTRARS.get(code[0])
    business = _BUSINESSES.get(code[1]) if code[0] == "9" else None
    return CreditCode(code, registrar, business, code[_CREDIT_REGION], code[8:17])


def taiwan_business_number(text: str) -> str:
    """The eight digits of a Taiwan business number (Ministry of Finance rule of 2023-04: divisible by 5)."""
    number = _eight_digits(text)
    products = [int(digit) * weight for digit, weight in zip(number, _BUSINESS_WEIGHTS, strict=True)]
    total = sum(product // 10 + product % 10 for product in products)
    # 7 x 4 = 28, whose digits give 10, which the rule lets count as 1 or as 0.
    if total % 5 and not (number[_SEVENTH] == "7" and (total + 1) % 5 == 0):
        raise ValidationError(
            _("This is no Taiwan business number: its check sum %(total)s is not divisible by 5. A digit is mistyped."),
            code="checksum",
            params={"total": total},
        )
    return number


def hong_kong_business_registration(text: str) -> str:
    """The eight digits of a Hong Kong business registration; of a whole certificate number, its first eight.

    There is no public check digit: a mistyped digit can't be found.
    """
    certificate = _plain(text)
    # 12345678-000-01-24-A: number, branch, month, year, check of the certificate.
    is_certificate = len(certificate) == 16 and certificate[:15].isdigit()
    return _eight_digits(certificate[:8] if is_certificate else certificate)


def organisation_number(jurisdiction: str, text: str) -> str:
    """The number by which an organisation of `jurisdiction` is known. Raises as the three functions above."""
    return _RULES[Jurisdiction(jurisdiction)](text)


_RULES = {
    Jurisdiction.MAINLAND: credit_code,
    Jurisdiction.TAIWAN: taiwan_business_number,
    Jurisdiction.HONG_KONG: hong_kong_business_registration,
}


def _plain(text: str) -> str:
    return "".join(character for character in comparable(text) if character not in " -").upper()


def _eight_digits(text: str) -> str:
    number = _plain(text)
    _require_length(number, 8)
    if not (number.isascii() and number.isdigit()):
        raise ValidationError(
            _("%(number)s has something other than digits in it. The number has eight digits and nothing else."),
            code="format",
            params={"number": number},
        )
    return number


def _require_length(number: str, wanted: int) -> None:
    if len(number) != wanted:
        raise ValidationError(
            _("This number has %(found)s characters instead of %(wanted)s. Type it whole, as on the certificate."),
            code="length",
            params={"found": len(number), "wanted": wanted},
        )
