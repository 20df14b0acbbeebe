"""Numbers of records: none twice, none unexplained (DOMAIN 2.2, clause 3.3.1)."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shangwu.chapters.customers.actions.files import CUSTOMERS
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.administration.numbers import Standing, register
from shangwu.foundation.exchange.models import Export
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_person, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.3.1")]


def a_customer() -> int:
    """The running number of a new customer."""
    return int(act(HOUSE, "customers.customer.create", None, {"name": unique("丙")}).record.number[1:])


def brought(*numbers: str) -> int:
    """How many customers went in under numbers that they have from elsewhere."""
    rows = [Row({"name": unique("乙")}, number=number) for number in numbers]
    return len(act_many(HOUSE, "customers.customer.create", rows).done)


def test_new_customers_are_numbered_behind_those_that_were_imported() -> None:
    """A department brings its customers along, under the numbers that they have, and goes on with its work."""
    first = a_customer()
    assert brought(*[f"C{first + step:06d}" for step in (1, 2, 5)], "KD-77") == 4
    assert [a_customer(), a_customer()] == [first + 6, first + 7]


def test_were_they_not_registered_nobody_could_be_taken_in_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the series meets a number that is taken, again and again."""
    monkeypatch.setattr("shangwu.foundation.actions.saving.register", lambda of, numbers: None)
    first = a_customer()
    assert brought(f"C{first + 1:06d}") == 1
    for _again in range(2):
        with pytest.raises(Exception, match="taken"):
            a_customer()


def test_an_import_that_is_refused_leaves_the_counter_where_it_was() -> None:
    first = a_customer()
    rows = [Row({"name": ""}, number=f"C{first + 40:06d}")]
    assert not act_many(HOUSE, "customers.customer.create", rows).done
    assert a_customer() == first + 1


def of_customers() -> Standing:
    return next(one for one in register() if one.label == CUSTOMERS.label)


def test_the_register_shows_how_far_a_series_has_come() -> None:
    before = of_customers() if a_customer() else None
    assert before is not None
    a_customer()
    after = of_customers()
    assert (after.drawn, after.used) == (before.drawn + 1, before.used + 1)
    assert after.unexplained == 0


def test_a_gap_behind_which_an_import_stands_is_explained() -> None:
    first = a_customer()
    assert brought(f"C{first + 10:06d}") == 1
    gap = of_customers().gaps[-1]
    assert (gap.first, gap.last, gap.count, gap.explained) == (f"C{first + 1:06d}", f"C{first + 9:06d}", 9, True)
    assert of_customers().unexplained == 0


@pytest.mark.parametrize("place", [1, 2])
def test_a_record_that_was_taken_out_by_hand_leaves_a_gap_that_nothing_explains(place: int) -> None:
    """In the middle, or the very last one."""
    numbers = [f"C{a_customer():06d}" for _n in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer WHERE number = %s", [numbers[place]])
    gap = of_customers().gaps[-1]
    assert (gap.first, gap.last, gap.explained) == (numbers[place], numbers[place], False)


def test_the_register_is_a_page_for_those_who_keep_registers() -> None:
    a_customer()
    archivist, seller = (a_client(a_person(role)) for role in (Role.ARCHIVIST, Role.SALES))
    assert "Every number that was drawn stands on a record" in archivist.get("/numbers/").content.decode()
    assert "/numbers/" in archivist.get("/chapter/3.3/").content.decode()
    assert seller.get("/numbers/").status_code == 404
    assert "/numbers/" not in seller.get("/chapter/3.3/").content.decode()


def archivist() -> Any:
    return a_client(a_person(Role.ARCHIVIST))


def taken_out(number: str) -> None:
    """A record goes by hand, past the door."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer WHERE number = %s", [number])


def test_the_ledger_tells_each_number_its_record_and_its_state() -> None:
    """DOMAIN 2.2: the register names every number, what bears it, and why one is missing."""
    first = a_customer()
    assert brought(f"C{first + 4:06d}") == 1
    a_customer()
    taken_out(f"C{first + 5:06d}")
    hidden = act(
        HOUSE,
        "customers.customer.archive",
        Customer.objects.unscoped(reason="a test").get(number=f"C{first:06d}"),
        {},
        reason="twice",
    ).record
    head = a_client(a_person(Role.HEAD))
    text = head.get("/numbers/?series=customer").content.decode()
    rows = [f"C{first + 5:06d}", f"C{first + 4:06d}", f"C{first + 1:06d} – C{first + 3:06d}", f"C{first:06d}"]
    places = [text.index(row, text.rindex("<h2>")) for row in rows]
    assert places == sorted(places), "the latest first, with what is missing in its place"
    assert str(hidden.public_id) in text
    assert "in the archive" in text[places[3] :]
    assert "Nothing explains it" in text[places[0] : places[1]]
    assert "came from elsewhere" in text[places[2] : places[3]]


def test_the_ledger_names_no_record_to_whom_it_is_hidden() -> None:
    """Who keeps the registers sees that a number is borne, and by what kind of record; no more."""
    name = unique("壬")
    record = act(HOUSE, "customers.customer.create", None, {"name": name}).record
    text = archivist().get("/numbers/?series=customer").content.decode()
    assert record.number in text
    assert name not in text
    assert str(record.public_id) not in text


def test_the_ledger_goes_on_page_by_page_and_by_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shangwu.foundation.administration.number_pages.SHOWN", 2)
    first = a_customer()
    numbers = [f"C{first:06d}", *(f"C{a_customer():06d}" for _n in range(4))]
    client, where, seen = archivist(), "/numbers/?series=customer", list[str]()
    while where and len(seen) < 5:
        text = client.get(where).content.decode()
        ledger = text[text.rindex("<h2>") :]
        seen += re.findall(r"C[0-9]{6}", ledger.split("</table>")[0])
        older = re.search(r'rel="next" href="([^"]+)"', ledger)
        where = "/numbers/" + older[1].replace("&amp;", "&") if older else ""
    assert seen[:5] == numbers[::-1]
    assert "No number has been drawn yet" in client.get("/numbers/?series=order&year=1999").content.decode()


def test_the_ledger_leaves_as_a_workbook_and_the_log_says_so(tmp_path: Path) -> None:
    first = a_customer()
    assert brought(f"C{first + 3:06d}") == 1
    answer = archivist().get("/numbers/?series=customer&form=xlsx")
    path = tmp_path / "numbers.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    rows = [row.cells for row in table(path, path.name).rows]
    gap = next(row for row in rows if row[1] == f"C{first + 1:06d}")
    assert (gap[2], gap[3]) == (f"C{first + 2:06d}", "2")
    assert "came from elsewhere" in gap[8]
    assert Export.objects.filter(record_type="numbering.counter", rows=len(rows)).exists()


def test_programs_read_the_ledger_too() -> None:
    first = a_customer()
    client = archivist()
    told = client.get("/api/v1/numbers/customer/").json()["lines"][0]
    assert (told["first"], told["record_type"], told["record"]) == (f"C{first:06d}", "customers.customer", None)
    standing = next(one for one in client.get("/api/v1/numbers/").json()["series"] if one["series"] == "customer")
    assert standing["drawn"] >= standing["used"] > 0
    assert client.get("/api/v1/numbers/no.such/").status_code == 404
    assert client.get("/api/v1/numbers/customer/?before=SO1").status_code == 422
    assert a_client(a_person(Role.SALES)).get("/api/v1/numbers/customer/").status_code == 404


@pytest.mark.parametrize("number", ["C{:d}", "C{:08d}", "CUST-{:06d}"])
def test_a_number_from_elsewhere_hides_no_gap(number: str) -> None:
    """It begins like ours, and none of ours would have been written so."""
    gone = a_customer()
    a_customer()
    assert brought(number.format(gone)) == 1
    taken_out(f"C{gone:06d}")
    gap = of_customers().gaps[-1]
    assert (gap.first, gap.explained) == (f"C{gone:06d}", False)


def test_what_was_taken_out_of_an_import_by_hand_is_no_leap() -> None:
    """The number that made the series leap stood on a record: that one is missing without a reason."""
    first = a_customer()
    assert brought(f"C{first + 10:06d}") == 1
    a_customer()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer WHERE number = %s", [f"C{first + 10:06d}"])
    assert of_customers().unexplained == 10
