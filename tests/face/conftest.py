"""The house whose every page is looked at."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from shangwu.foundation.pages.tests.walk.served import House, serving
from tests.face.looking import AXE
from tests.face.whole_house import KEPT


@pytest.fixture(scope="module")
def whole(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run: python frontend/build.py")
    base = tmp_path_factory.getbasetemp()
    # All workers of a run have their folders in one.
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "whole_house"
    kept.mkdir(exist_ok=True)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv(KEPT, str(kept))
    with serving("tests.face.whole_house", browser, tmp_path_factory.mktemp("whole")) as found:
        monkeypatch.undo()
        yield found
