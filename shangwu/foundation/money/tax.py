"""Value added tax: between amounts with and without it, per line or per document, so that everything adds up.

A rate is a fraction: 13 % is Decimal("0.13"). Tax is always gross minus net, never rounded beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shangwu.foundation.money.rounding import EXACT, exact, product, round_money
from shangwu.foundation.money.rounding import total as sum_of
from shangwu.foundation.money.splitting import split_money


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount without tax, its tax, and both together."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """With tax."""
        return EXACT.add(self.net, self.tax)


class Basis(StrEnum):
    """Where tax is rounded: on each line, or once per rate on the whole document."""

    LINE = "line"
    DOCUMENT = "document"


def from_gross(gross: Decimal, rate: Decimal, code: str) -> Taxed:
    """`gross` (with tax, as paid) taken apart: 11,300 at 13 % is 10,000.00 and 1,300.00."""
    net = round_money(EXACT.divide(exact(gross), 1 + _rate(rate)), code)
    return Taxed(net, EXACT.subtract(gross, net))


def from_net(net: Decimal, rate: Decimal, code: str) -> Taxed:
    """`net` (without tax) with its tax added."""
    return Taxed(exact(net), round_money(product(net, _rate(rate)), code))


def tax_lines(
    lines: Sequence[tuple[Decimal, Decimal]], code: str, *, includes_tax: bool, basis: Basis = Basis.LINE
) -> list[Taxed]:
    """Each line (amount, rate) with its tax; a document's totals are the sums of these.

    includes_tax: the amounts are with tax. By document, tax is worked out once per rate on the sum of its lines and
    split over them by largest remainder, so that lines and document agree either way.
    """
    apart = from_gross if includes_tax else from_net
    taxed = [apart(amount, rate, code) for amount, rate in lines]
    if basis is Basis.LINE:
        return taxed
    for rate in dict.fromkeys(rate for _amount, rate in lines):
        at = [position for position, line in enumerate(lines) if line[1] == rate]
        whole = apart(sum_of(lines[position][0] for position in at), rate, code)
        taxes = _spread(whole.tax, [taxed[position] for position in at], code)
        for position, tax in zip(at, taxes, strict=True):
            given = lines[position][0]
            taxed[position] = Taxed(EXACT.subtract(given, tax) if includes_tax else given, tax)
    return taxed


def _spread(tax: Decimal, lines: Sequence[Taxed], code: str) -> list[Decimal]:
    """A rate's tax over its lines; with returns among them, each keeps its own and the largest the rest."""
    sizes = [abs(line.gross) for line in lines]
    if all(line.gross >= 0 for line in lines) or all(line.gross <= 0 for line in lines):
        return split_money(tax, sizes, code) if any(sizes) else [line.tax for line in lines]
    taxes = [line.tax for line in lines]
    largest = sizes.index(max(sizes))
    taxes[largest] = EXACT.add(taxes[largest], EXACT.subtract(tax, sum_of(taxes)))
    return taxes


def _rate(rate: Decimal) -> Decimal:
    if not 0 <= exact(rate) < 1:
        raise ValueError(f"a tax rate is a fraction from 0 to 1 (0.13 for 13 %), not {rate}")
    return rate
