"""Lists of millions: whatever they are filtered or grouped by is found by an index, also a value that no row has."""

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.foundation.pages.elements import Sort
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.records.models import Record


@pytest.mark.parametrize("model", [Customer, Order])
def test_every_choice_of_a_long_list_leads_an_index(model: type[Record]) -> None:
    led = {index.fields[0] for index in model._meta.indexes if index.fields}
    asked = {one.name for one in prepared(model).questions if one.sort is Sort.CHOICE}
    assert asked <= led, f"without an index a rare value is looked for in all rows: {sorted(asked - led)}"
