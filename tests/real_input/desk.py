"""The head's desk: a real Chromium before the house, where files are sent in as a person does it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Page, Playwright
from python_calamine import CalamineWorkbook

from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from tests.chromium import chromium_or_skip
from tests.real_input.house import House


@dataclass
class Desk:
    """The head's browser, and what it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def send(self, record: str, path: Path) -> None:
        """Choose a file to import, and go on to its columns."""
        self.page.goto(f"/{record}/import/")
        self.page.set_input_files("input[type=file][name=file]", path)
        self.page.click("#main form button.is-primary")
        self.page.wait_for_selector("#id_column-0")

    def fill(self, **columns: str) -> None:
        """Say which column is which field, where the page has not found it."""
        for title, name in columns.items():
            row = self.page.locator("#sw-form tbody tr", has=self.page.locator(f"label:text-is('{title}')"))
            row.locator("select").first.select_option(name)

    def fix(self, **values: str) -> None:
        """Give one value for all rows, to each of these fields."""
        for place, (name, value) in enumerate(values.items()):
            self.page.locator("select[name=fixed_name]").nth(place).select_option(name)
            self.page.locator("input[name=fixed_value]").nth(place).fill(value)

    def refused(self, folder: Path) -> Path:
        """Fetch the workbook of rows that were refused, by the button on the result, and save it as CSV."""
        with self.page.expect_download() as saved:
            self.page.click("a[href$='/download/refused/']")
        book, path = folder / "refused.xlsx", folder / "refused.csv"
        saved.value.save_as(book)
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python())
        return path

    def filled(self) -> dict[str, str]:
        """Column -> field, as the page shows it."""
        rows = self.page.locator("#sw-form tbody tr:has(select[name^=column-])").all()
        found = {row.locator("label").inner_text(): row.locator("select").first.input_value() for row in rows}
        return {title: name for title, name in found.items() if name}

    def look(self) -> str:
        """What would happen, in one sentence."""
        self.page.click("button:has-text('Look what would happen')")
        self.page.wait_for_selector("#preview")
        return self.page.locator("#preview p").first.inner_text()

    def run(self) -> dict[str, str]:
        """Import, let the worker work, and read the result."""
        self.page.click("button[formaction$='/run/']")
        self.page.wait_for_selector("#sw-course")
        return self.work()

    def work(self) -> dict[str, str]:
        """What a worker does, and the figures that the page shows afterwards."""
        for job in Job.objects.filter(state__in=Job.OPEN):
            running.run(job.pk)
        self.page.wait_for_selector("#sw-course .sw-figures", timeout=20_000)
        shown = self.page.locator("#sw-course .sw-figures > div").all()
        return {one.locator("dt").inner_text(): one.locator("dd").first.inner_text() for one in shown}


@pytest.fixture(scope="module")
def desk(house: House, playwright: Playwright) -> Iterator[Desk]:
    executable = chromium_or_skip()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setattr(running, "PAUSE", 0.0)
        cookie = house.client().cookies["shangwu_session"].value
        server = LiveServerThread("localhost", _StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None
        address = f"http://localhost:{server.port}"
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "shangwu_session", "value": cookie, "url": address}])
        here = Desk(context.new_page())
        here.page.set_default_timeout(30_000)
        here.page.on("pageerror", lambda error: here.complaints.append(str(error)))
        here.page.on(
            "console", lambda said: here.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        yield here
        browser.close()
        server.terminate()
        assert here.complaints == []


def number(text: str) -> int:
    return int(text.replace(",", ""))
