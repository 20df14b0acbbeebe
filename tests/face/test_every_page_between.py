"""The pages between those of test_every_page."""

import json

import pytest

from shangwu.foundation.pages.tests.walk.served import House
from tests.face.looking import faults_of_a_share

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_each_page_between_is_usable_by_everyone_and_on_a_phone(whole: House, full_count: bool) -> None:
    found = faults_of_a_share(whole, 1, 2, full_count=full_count)
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
