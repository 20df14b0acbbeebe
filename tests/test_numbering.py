"""Numbers of records: none twice, none unexplained (DOMAIN 2.2, clause 3.3.1)."""

import pytest
from django.db import connection

from shangwu.chapters.customers.actions.files import CUSTOMERS
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.administration.numbers import Standing, register
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


def test_what_was_taken_out_of_an_import_by_hand_is_no_leap() -> None:
    """The number that made the series leap stood on a record: that one is missing without a reason."""
    first = a_customer()
    assert brought(f"C{first + 10:06d}") == 1
    a_customer()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer WHERE number = %s", [f"C{first + 10:06d}"])
    assert of_customers().unexplained == 10
