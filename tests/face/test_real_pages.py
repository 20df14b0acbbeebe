"""The pages of the product, not of the gallery: what they are on paper, and what a visit weighs."""

import pytest
from playwright.sync_api import Page, Response, expect

from shangwu.foundation.pages.tests.walk.served import House

pytestmark = [pytest.mark.browser, pytest.mark.alone]

LATER_PAGE = 30_000


def address(house: House, path: str) -> str:
    """An address with a record of this house in its place."""
    order = f"/sales/orders/{house.facts['orders'][-1]['id']}/"
    return path.replace("ORDER", order).replace("CUSTOMER", f"/customers/customers/{house.facts['customer']}/")


def test_an_order_prints_as_a_document_that_fits_its_sheet(house: House) -> None:
    page = house.page("head", address(house, "ORDERprint/"), ready=False)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 1000})  # A4 less its margins
    assert page.evaluate("document.documentElement.scrollWidth") <= 673
    expect(page.locator("main")).to_contain_text("DN50")
    expect(page.locator("main")).not_to_contain_text("Cost")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_page_of_an_order_prints_without_its_frame(house: House) -> None:
    page = house.page("sales", address(house, "ORDER"))
    page.emulate_media(media="print")
    for gone in (".sw-rail", ".sw-bar", ".sw-actions", ".sw-compose"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".sw-facts").first).to_be_visible()


def weigh(page: Page, path: str) -> list[tuple[str, int]]:
    """(address, bytes as they travelled) of everything that a visit asked for."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    found = []
    for one in answers:
        sizes = one.request.sizes()
        if not one.from_service_worker and sizes["responseBodySize"]:
            found.append((one.url, sizes["responseBodySize"] + sizes["responseHeadersSize"]))
    page.remove_listener("response", note)
    return found


def test_later_pages_are_light(house: House) -> None:
    """The first visit with all its files is weighed over a whole installation, where they travel compressed."""
    page = house.page("sales", "/")
    for path in ("/sales/orders/", address(house, "ORDER"), "/sales/orders/new/"):
        found = [one for one in weigh(page, path) if "/static/" not in one[0]]
        print(path, found)
        assert sum(size for _url, size in found) <= LATER_PAGE, found
