"""Numbers are unique for ever per series, and without gaps, however many draw at once (DOMAIN 2.2)."""

import datetime
import threading

import pytest
from django.db import connection, connections, transaction

from shangwu.foundation.numbering import series as numbering
from shangwu.foundation.numbering.series import Reset, Series, draw

DAY = datetime.date(2026, 11, 23)


@pytest.fixture
def orders() -> Series:
    return Series("test.order", "SO%Y%m%d-{n:04d}", "Order", Reset.DAY)


@pytest.mark.django_db
def test_a_number_is_written_as_the_rule_says(orders: Series) -> None:
    assert draw(orders, DAY) == ["SO20261123-0001"]
    assert draw(orders, DAY, 2) == ["SO20261123-0002", "SO20261123-0003"]
    assert draw(orders, DAY + datetime.timedelta(days=1)) == ["SO20261124-0001"]


@pytest.mark.django_db
def test_each_legal_entity_counts_for_itself_where_the_series_says_so() -> None:
    contracts = Series("test.contract", "HT-{entity}-%Y-{n:04d}", "Contract", Reset.YEAR, by="entity")
    assert draw(contracts, DAY, code="TW") == ["HT-TW-2026-0001"]
    assert draw(contracts, DAY, code="CN") == ["HT-CN-2026-0001"]


def numbers_of_many_clerks(orders: Series, clerks: int, each: int) -> list[str]:
    """What several threads draw at once; every third draw is rolled back."""
    drawn: list[str] = []
    start = threading.Barrier(clerks, timeout=10)

    def clerk() -> None:
        start.wait()
        for turn in range(each):
            try:
                with transaction.atomic():
                    (number,) = draw(orders, DAY)
                    if turn % 3 == 2:
                        raise InterruptedError
                drawn.append(number)
            except InterruptedError:
                pass
        connections.close_all()

    threads = [threading.Thread(target=clerk) for _n in range(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return drawn


@pytest.mark.alone
def test_no_number_is_drawn_twice_and_none_is_lost(committing: None, orders: Series) -> None:
    drawn = numbers_of_many_clerks(orders, clerks=6, each=30)
    assert sorted(drawn) == [orders.number(n, DAY) for n in range(1, len(drawn) + 1)]


@pytest.mark.alone
def test_without_the_counter_row_numbers_double(
    committing: None, orders: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: reading the last number and adding one is what goes wrong elsewhere."""

    def naive(of: Series, on: datetime.date, count: int = 1, code: str = "") -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(last), 0) FROM numbering_counter WHERE series = %s", [of.key])
            last = cursor.fetchone()[0] + 1
            cursor.execute("SELECT pg_sleep(0.002)")
            cursor.execute(
                "INSERT INTO numbering_counter (series, entity_code, period, last) VALUES (%s, '', %s, %s) "
                "ON CONFLICT (series, entity_code, period) DO UPDATE SET last = EXCLUDED.last",
                [of.key, of.period(on), last],
            )
        return [of.number(last, on)]

    monkeypatch.setattr(numbering, "draw", naive)
    monkeypatch.setitem(globals(), "draw", naive)
    drawn = numbers_of_many_clerks(orders, clerks=6, each=20)
    assert len(set(drawn)) < len(drawn)


READ = [
    ("SO%Y%m%d-{n:04d}", Reset.DAY, "SO20261123-0007", ("", "20261123", 7)),
    ("SO%Y%m%d-{n:04d}", Reset.DAY, "SO20261123-12345", ("", "20261123", 12345)),
    ("SO%Y%m%d-{n:04d}", Reset.DAY, "SO20261123-00007", None),
    ("SO%Y%m%d-{n:04d}", Reset.DAY, "SO20261323-0007", None),
    ("SO%Y%m%d-{n:04d}", Reset.DAY, "SO20261123-0000", None),
    ("SO%Y%m%d-{n:04d}", Reset.DAY, "SO20261123-00٣", None),
    ("C{n:06d}", Reset.NEVER, "C000042", ("", "", 42)),
    ("C{n:06d}", Reset.NEVER, "C42", None),
    ("C{n:06d}", Reset.NEVER, "C000042 ", None),
    ("商發〔%Y〕{n}號", Reset.YEAR, "商發〔2026〕8號", ("", "2026", 8)),
    ("HT-{entity}-%Y-{n:04d}", Reset.YEAR, "HT-TW-2026-0003", ("TW", "2026", 3)),
    ("A.C+{n:03d}", Reset.NEVER, "A.C+001", ("", "", 1)),
    ("A.C+{n:03d}", Reset.NEVER, "ABCC001", None),
]


@pytest.mark.parametrize(("pattern", "reset", "number", "place"), READ)
def test_a_number_is_read_as_it_was_written_and_no_other(
    pattern: str, reset: Reset, number: str, place: tuple[str, str, int] | None
) -> None:
    read = Series("test.read", pattern, "Read", reset, by="entity" if "{entity}" in pattern else "").read(number)
    assert (read and (read.entity_code, read.period, read.n)) == place


@pytest.mark.django_db
def test_a_series_goes_on_behind_the_numbers_that_came_from_elsewhere(orders: Series) -> None:
    """DOMAIN 2.2: imported old numbers are registered."""
    numbering.register(orders, ["SO20261123-0009", "SO20261123-0003", "SO20261124-0002", "another ledger's 17"])
    assert draw(orders, DAY) == ["SO20261123-0010"]
    assert draw(orders, DAY + datetime.timedelta(days=1)) == ["SO20261124-0003"]
    numbering.register(orders, ["SO20261123-0004"])
    assert draw(orders, DAY) == ["SO20261123-0011"], "an older number does not turn the counter back"
