"""The Chromium that browser tests drive."""

import os
import shutil

import pytest

NAMES = ("chromium-headless-shell", "chromium")
"""Debian's builds: the engine without a window costs half of what the whole browser does, so it comes first."""


def chromium() -> str | None:
    """Its path: SHANGWU_CHROMIUM, else Debian's; None where neither is there and Playwright's own is asked."""
    return os.environ.get("SHANGWU_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def chromium_or_skip() -> str:
    """Its path; the test is skipped, loudly, where there is none."""
    found = chromium()
    if found is None:
        pytest.skip("No Chromium here: install Debian's chromium-headless-shell, or set SHANGWU_CHROMIUM.")
    return found
