"""A unit works its orders off on a phone; the control room sees the board."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.reviewing import happen, put_list_in_force
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.clips import jpegs
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_unit_accepts_returns_and_resolves_on_a_phone(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    put_list_in_force(platform)
    orders: list[str] = []
    for event in happen(platform, 3):
        platform.call("POST", f"/events/{event}/reviews", json={"verdict": "confirmed"})
        orders.append(platform.call("GET", f"/events/{event}")["work_order"]["id"])
    sign_in(page, platform)
    page.get_by_role("link", name="Work orders").click()
    column = page.locator('[data-column="dispatched"] [data-order]')
    expect(column).to_have_count(3)
    shoot(page, "work-orders")

    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    shoot(page, "work-orders-phone")
    page.locator(f'[data-order="{orders[0]}"]').click()
    dialog = page.get_by_role("dialog")
    accept = dialog.get_by_role("button", name="Accept")
    box = accept.bounding_box()
    assert box
    assert box["height"] >= 48
    accept.click()
    dialog.get_by_role("button", name="Begin").click()
    dialog.get_by_role("button", name="Resolve").click()
    photo = {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": jpegs(1)[0]}
    dialog.locator('input[type="file"]').set_input_files([photo])  # pyright: ignore[reportArgumentType]
    dialog.get_by_label("Note").fill("已劝导并登记")
    shoot(page, "work-orders-resolve")
    dialog.get_by_role("button", name="Resolve").click()
    expect(dialog.get_by_role("img", name="Photo of what was done")).to_be_visible()
    dialog.get_by_role("button", name="Verify").click()
    expect(dialog.get_by_role("button", name="Close order")).to_be_visible()
    shoot(page, "work-orders-detail")
    page.keyboard.press("Escape")

    page.locator(f'[data-order="{orders[1]}"]').click()
    dialog.get_by_role("button", name="Return").click()
    dialog.get_by_role("button", name="Return").click()
    expect(dialog.get_by_role("button", name="Dispatch")).to_be_visible()
    expect(dialog.get_by_text("Another unit is responsible")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator('[data-column="waiting"] [data-order]')).to_have_count(1)
    assert mishaps.found == []
