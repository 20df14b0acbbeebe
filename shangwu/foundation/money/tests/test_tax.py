"""Net, tax and gross agree on every line and on the document."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.money.tax import Basis, Taxed, from_gross, from_net, tax_lines

RATES = some.sampled_from([Decimal("0"), Decimal("0.03"), Decimal("0.05"), Decimal("0.06"), Decimal("0.13")])
LINES = some.lists(some.tuples(some.decimals(-(10**8), 10**8, places=2), RATES), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("gross", "rate", "code", "net", "tax"),
    [
        ("11300", "0.13", "CNY", "10000.00", "1300.00"),
        ("100", "0.13", "CNY", "88.50", "11.50"),
        ("105", "0.05", "TWD", "100", "5"),
        ("100", "0", "CNY", "100.00", "0.00"),
        ("-11300", "0.13", "CNY", "-10000.00", "-1300.00"),
    ],
)
def test_tax_is_what_is_left_of_the_gross(gross: str, rate: str, code: str, net: str, tax: str) -> None:
    taxed = from_gross(Decimal(gross), Decimal(rate), code)
    assert (str(taxed.net), str(taxed.tax)) == (net, tax)
    assert taxed.gross == Decimal(gross)


def test_tax_on_a_net_amount_is_rounded_once() -> None:
    assert from_net(Decimal("0.50"), Decimal("0.13"), "CNY") == Taxed(Decimal("0.50"), Decimal("0.07"))


def test_by_line_and_by_document_differ_and_both_add_up() -> None:
    lines = [(Decimal("0.10"), Decimal("0.05"))] * 10
    by_line = tax_lines(lines, "CNY", includes_tax=False)
    by_document = tax_lines(lines, "CNY", includes_tax=False, basis=Basis.DOCUMENT)
    assert sum(line.tax for line in by_line) == Decimal("0.10")
    assert sum(line.tax for line in by_document) == Decimal("0.05")


@given(LINES, some.booleans(), some.sampled_from(Basis), some.sampled_from(["CNY", "HKD"]))
def test_given_amounts_stay_and_tax_has_cents(
    lines: list[tuple[Decimal, Decimal]], includes_tax: bool, basis: Basis, code: str
) -> None:
    taxed = tax_lines(lines, code, includes_tax=includes_tax, basis=basis)
    for (amount, _rate), line in zip(lines, taxed, strict=True):
        assert (line.gross if includes_tax else line.net) == amount
        assert line.tax == round(line.tax, 2)
        assert line.gross == line.net + line.tax


@given(LINES, some.booleans())
def test_a_documents_tax_is_worked_out_once_per_rate(lines: list[tuple[Decimal, Decimal]], includes_tax: bool) -> None:
    taxed = tax_lines(lines, "CNY", includes_tax=includes_tax, basis=Basis.DOCUMENT)
    apart = from_gross if includes_tax else from_net
    for rate in {rate for _amount, rate in lines}:
        at = [position for position, line in enumerate(lines) if line[1] == rate]
        whole = apart(sum((lines[position][0] for position in at), Decimal(0)), rate, "CNY")
        assert sum(taxed[position].tax for position in at) == whole.tax


@pytest.mark.parametrize("rate", ["13", "-0.1", "1"])
def test_a_rate_is_a_fraction(rate: str) -> None:
    with pytest.raises(ValueError, match="fraction"):
        from_net(Decimal(1), Decimal(rate), "CNY")
