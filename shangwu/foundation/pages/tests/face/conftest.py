"""A real Chromium before the gallery: the face is tested by hand and eye, without a database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.chromium import chromium

ROOT = Path(__file__).parents[5]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a gallery that serves during the tests."""
    if not (ROOT / "shangwu/static/built/app.js").is_file():
        pytest.skip("The front end is not built; run: python frontend/build.py")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("gallery") / "log").open("w")
    settings = "shangwu.foundation.pages.tests.gallery_settings"
    command = [sys.executable, "-m", "django", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": settings}, stdout=log, stderr=log
    )
    address = f"http://localhost:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise RuntimeError("the gallery stopped before it answered")
        try:
            urlopen(f"{address}/panel", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the gallery does not answer")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium where it stands, else Playwright's own."""
    found = chromium()
    return {"args": list(QUIET), **({"executable_path": found} if found else {})}


@pytest.fixture
def base_url(gallery: str) -> str:
    """Pages are named from here: page.goto("/list")."""
    return gallery


@pytest.fixture
def browser_context_args(gallery: str) -> dict[str, Any]:
    """A desk: 1440 px, Traditional Chinese, light."""
    return {"base_url": gallery, "viewport": {"width": 1440, "height": 900}, "locale": "zh-TW", "color_scheme": "light"}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when the console has an error that the test did not expect."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.expected_troubles = []  # type: ignore[attr-defined]
    yield page
    expected: list[str] = page.expected_troubles  # type: ignore[attr-defined]
    surprising = [trouble for trouble in troubles if not any(known in trouble for known in expected)]
    assert not surprising, surprising


def expect_trouble(page: Page, *parts: str) -> None:
    """The browser itself reports an answer of 4xx or 5xx on its console; a test that provokes one says so."""
    page.expected_troubles.extend(parts)  # type: ignore[attr-defined]


def open_page(page: Page, path: str) -> Page:
    """Go there and wait until the scripts have started."""
    page.goto(path)
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    return page
