"""Clause 2.5.1: a list of leads goes straight into the pool, where all of sales may claim them."""

import pytest

from shangwu.chapters.customers.exchange import into_the_pool
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, an_entity, unique
from tests.test_import_pages import kept, sent, work_off

__all__ = ["kept"]

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def head() -> Person:
    return a_person(Role.HEAD, Role.SALES, department=a_department(), entity=an_entity())


def taken_in(head: Person, content: str, **columns: object) -> None:
    client = a_client(head)
    answer = sent(client, content)
    page = client.get(answer.url).content.decode()
    assert "“Pool”" in page or "「公海」" in page, "the page says how it is done"
    given = {"column-0": "name", "mode": "create", "fixed_name": [""], "fixed_value": [""]} | columns
    assert client.post(answer.url + "run/", given).status_code in (302, 303)
    work_off()
    assert Import.objects.get().state == Import.State.DONE


def test_one_word_for_all_rows_puts_the_whole_file_into_the_pool(head: Person) -> None:
    mark = unique("客戶")
    taken_in(head, f"公司名稱\n{mark}甲有限公司\n{mark}乙有限公司\n", fixed_name=["owner"], fixed_value=["公海"])
    found = Customer.objects.filter(name__startswith=mark)
    assert [(one.owner_id, one.held_on, one.protected_until) for one in found] == [(None, None, None)] * 2
    crew = Crew()
    assert attempt(crew.sales, "customers.customer.claim", found[0]) == "done"


def test_a_column_of_owners_may_name_people_and_the_pool(head: Person) -> None:
    mark = unique("客戶")
    rows = f"{mark}甲有限公司,{head.public_id}\n{mark}乙有限公司,Pool\n{mark}丙有限公司,\n"
    taken_in(head, "公司名稱,歸屬人\n" + rows, **{"column-1": "owner"})
    found = {one.name[len(mark)]: one.owner_id for one in Customer.objects.filter(name__startswith=mark)}
    assert found == {"甲": head.pk, "乙": None, "丙": head.pk}, "who says nothing keeps what they bring"


@pytest.mark.parametrize("word", ["Pool", "pool ", "公海", "ＰＯＯＬ"])
def test_the_pool_is_named_in_any_language_of_the_house(word: str) -> None:
    assert into_the_pool({"owner": word, "name": "x"}, HOUSE) == {"owner": None, "name": "x"}
    assert into_the_pool({"owner": "P0001"}, HOUSE) == {"owner": "P0001"}
    assert into_the_pool({"name": "x"}, HOUSE) == {"name": "x"}
