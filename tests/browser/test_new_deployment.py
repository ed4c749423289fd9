"""A new deployment that begins at a camera, its zone placed and moved by keys alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.district import District, settle
from tests.browser.served import served
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.platform import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


@pytest.fixture(scope="module")
def district(platform: Served) -> District:
    return settle(platform)


def test_from_a_camera_to_a_zone_without_a_pointer(
    platform: Served, district: District, page: Page, mishaps: Mishaps
) -> None:
    name = platform.call("GET", f"/cameras/{district.camera}")["name"]
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()
    page.goto(f"{platform.url}/cameras/{district.camera}")
    page.get_by_role("link", name="New deployment here").click()
    expect(page.get_by_role("heading", name="New deployment")).to_be_visible()

    page.get_by_role("combobox", name="Scenario").click()
    page.get_by_role("option", name="Rider without helmet").click()
    page.get_by_role("button", name="Next: Cameras").click()
    expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    page.get_by_role("button", name="Next: Where, when, how").click()

    page.get_by_role("button", name="+ kerb").click()
    expect(page.get_by_label("Name of kerb")).to_be_visible()
    expect(page.get_by_role("button", name="+ kerb")).to_be_hidden()
    page.keyboard.press("z")
    page.get_by_role("button", name="Place one").press("Enter")
    zone = page.get_by_label("Name of Zone 1")
    expect(zone).to_be_visible()
    first = page.locator("[data-point]").first
    first.focus()
    before = first.get_attribute("transform")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    expect(first).not_to_have_attribute("transform", before or "")
    zone.fill("Crossing")
    shoot(page, "deploying-zones")

    page.get_by_role("button", name="Next: Try and confirm").click()
    page.go_back()
    expect(page.get_by_label("Name of Crossing")).to_be_visible()
    page.go_forward()
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page).to_have_url(re.compile(r"/deployments/\w{26}$"))
    made = page.url.split("/")[-1]
    zones = platform.call("GET", f"/deployments/{made}")["spec"]["zones"]
    assert [each["name"] for each in zones] == ["kerb", "Crossing"]
    assert mishaps.found == []
