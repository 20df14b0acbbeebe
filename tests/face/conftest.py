"""The house whose every page is looked at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from shangwu.foundation.pages.tests.walk.served import House, serving
from tests.face.looking import AXE


@pytest.fixture(scope="module")
def whole(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run: python frontend/build.py")
    with serving("tests.face.whole_house", browser, tmp_path_factory.mktemp("whole")) as found:
        yield found
