"""How large a business is, by its industry, people, revenue and assets (2.5.1; statistical rule of 2017).

Large, medium and small each need both of their lower bounds, else the next lower one is asked; what is below is micro.
Amounts are in ten thousand yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.records.refusals import Sentence

Size = Customer.Size


class Figure(StrEnum):
    """What is compared: a field of the customer."""

    PEOPLE = "headcount"
    REVENUE = "revenue"
    ASSETS = "assets"


LABELS: dict[Figure, Sentence] = {
    Figure.PEOPLE: _("people"),
    Figure.REVENUE: _("revenue in ten thousand yuan"),
    Figure.ASSETS: _("assets in ten thousand yuan"),
}
ORDER = (Size.LARGE, Size.MEDIUM, Size.SMALL)


@dataclass(frozen=True, slots=True)
class SizeRule:
    """The lower bounds of one group of industries, per figure: large, medium, small."""

    label: Sentence
    sectors: tuple[str, ...]
    bounds: tuple[tuple[Figure, tuple[int, int, int]], ...]


def _rule(label: Sentence, sectors: str, **bounds: tuple[int, int, int]) -> SizeRule:
    return SizeRule(label, tuple(sectors.split()), tuple((Figure(name), each) for name, each in bounds.items()))


RULES: Sequence[SizeRule] = (
    _rule(_("Farming, forestry, livestock, fishery"), "A", revenue=(20000, 500, 50)),
    _rule(_("Mining, manufacturing, utilities"), "B C D", headcount=(1000, 300, 20), revenue=(40000, 2000, 300)),
    _rule(_("Construction"), "E", revenue=(80000, 6000, 300), assets=(80000, 5000, 300)),
    _rule(_("Wholesale"), "51", headcount=(200, 20, 5), revenue=(40000, 5000, 1000)),
    _rule(_("Retail"), "52", headcount=(300, 50, 10), revenue=(20000, 500, 100)),
    _rule(_("Transport"), "54 55 56 57 58", headcount=(1000, 300, 20), revenue=(30000, 3000, 200)),
    _rule(_("Storage"), "59", headcount=(200, 100, 20), revenue=(30000, 1000, 100)),
    _rule(_("Post"), "60", headcount=(1000, 300, 20), revenue=(30000, 2000, 100)),
    _rule(_("Lodging and catering"), "H", headcount=(300, 100, 10), revenue=(10000, 2000, 100)),
    _rule(_("Information transmission"), "63 64", headcount=(2000, 100, 10), revenue=(100000, 1000, 100)),
    _rule(_("Software and information services"), "65", headcount=(300, 100, 10), revenue=(10000, 1000, 50)),
    _rule(_("Property management"), "702", headcount=(1000, 300, 100), revenue=(5000, 1000, 500)),
    _rule(_("Property development"), "70", revenue=(200000, 1000, 100), assets=(10000, 5000, 2000)),
    _rule(_("Leasing and business services"), "L", headcount=(300, 100, 10), assets=(120000, 8000, 100)),
    _rule(_("Other industries"), "M N O R 85", headcount=(300, 100, 10)),
)  # fmt: skip

SECTIONS = {"A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
            "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
            "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97)}  # fmt: skip
"""Sections of GB/T 4754-2017 and the two-digit divisions in each."""


def section_of(code: str) -> str:
    """The section that a code of GB/T 4754 lies in; "" for none. A leading letter stands for itself."""
    if code[:1].isalpha():
        return code[:1].upper()
    division = int(code[:2]) if code[:2].isdecimal() and len(code) >= 2 else 0
    return next((letter for letter, (first, last) in SECTIONS.items() if first <= division <= last), "")


def rule_of(code: str) -> SizeRule | None:
    """The rule of an industry: the most exact one, and the section's where no division has its own. None: no rule.

    Finance, education, health, railways, public bodies and international organisations are not judged by this rule.
    """
    digits = code[1:] if code[:1].isalpha() else code
    section = section_of(code)
    for length in (3, 2):
        wanted = digits[:length]
        found = next((one for one in RULES if len(wanted) == length and wanted in one.sectors), None)
        if found is not None:
            return found
    return next((one for one in RULES if section in one.sectors), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """A size and why: the rule, and per figure what there is and what the size above would need."""

    size: str
    rule: SizeRule
    figures: tuple[tuple[Figure, Decimal], ...]

    @property
    def lines(self) -> list[tuple[Sentence, Decimal, tuple[int, int, int]]]:
        """(label, value, bounds) per figure."""
        bounds = dict(self.rule.bounds)
        return [(LABELS[figure], value, bounds[figure]) for figure, value in self.figures]


def judged(code: str, headcount: int | None, revenue: Decimal | None, assets: Decimal | None) -> Judged | None:
    """The size of a business of an industry; None without a rule, or while a figure that it asks for is missing."""
    rule = rule_of(code)
    if rule is None:
        return None
    given = {Figure.PEOPLE: headcount, Figure.REVENUE: revenue, Figure.ASSETS: assets}
    figures = tuple((figure, given[figure]) for figure, _bounds in rule.bounds)
    known = tuple((figure, Decimal(value)) for figure, value in figures if value is not None)
    if len(known) < len(figures):
        return None
    values = dict(known)
    for place, size in enumerate(ORDER):
        if all(values[figure] >= bounds[place] for figure, bounds in rule.bounds):
            return Judged(size.value, rule, known)
    return Judged(Size.MICRO.value, rule, known)


def judge(customer: Customer) -> Judged | None:
    """The size that a customer's own figures tell; None while they do not suffice."""
    if customer.sector is None or customer.kind == Customer.Kind.PERSON:
        return None
    return judged(customer.sector.code, customer.headcount, customer.revenue, customer.assets)
