"""What a person does on the first day, in Chromium, on a real platform with a real clip."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Mishaps
from tests.clips import bikes_clip
from tests.platform import Platform, Served

pytestmark = [pytest.mark.browser, pytest.mark.cluster, pytest.mark.slow]

SCREENSHOT = Path(__file__).parents[2] / "docs" / "screenshot.png"

START_MS = 60_000
"""A camera is probed, its models are loaded, its first picture is analysed."""

EVENT_MS = 180_000
"""The clip lasts 10 s and starts again; a busy machine sees too few of its pictures at first."""

IS_PAINTED = """canvas => canvas
    .getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height)
    .data.some((value, index) => index % 4 !== 3 && value > 40)"""


def sign_in(page: Page, platform: Served) -> None:
    page.get_by_label("Token", exact=True).fill(platform.token)
    page.get_by_role("button", name="Sign in").click()


def add_camera(page: Page, name: str, address: str, scenario: str) -> None:
    page.get_by_role("link", name="Cameras").click()
    page.get_by_role("link", name="Add camera").click()
    expect(page.get_by_role("button", name="Look at it")).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Address").fill(address)
    page.get_by_role("combobox", name="Scenario").click()
    page.get_by_role("option", name=scenario).click()
    page.get_by_role("button", name="Add camera").click()


def live_tile(page: Page, camera: str) -> Locator:
    """On the wall, or the camera's page; its alarm shows it a second time."""
    return page.locator(f'[data-camera="{camera}"][data-live="true"]').first


def test_from_signing_in_to_the_picture_of_an_event(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    clip = str(bikes_clip())
    platform.add_camera("Main street", clip, loop=True)

    sign_in(page, platform)
    expect(live_tile(page, "Main street")).to_be_visible(timeout=START_MS)
    assert live_tile(page, "Main street").locator("canvas").evaluate(IS_PAINTED)

    add_camera(page, "School gate", clip, scenario="Cycle in a car lane")
    expect(page.get_by_role("heading", name="School gate")).to_be_visible()
    expect(live_tile(page, "School gate")).to_be_visible(timeout=START_MS)

    page.get_by_role("link", name="Wall").click()
    event = page.locator("[data-event]", has_text="School gate").first
    expect(event).to_contain_text("Cycle in a car lane", timeout=EVENT_MS)
    event.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator('[data-loaded="true"] img')).to_be_visible()
    expect(dialog.get_by_role("link", name="School gate")).to_be_visible()
    expect(dialog).to_contain_text("street-objects")
    if os.environ.get("LONGAN_SCREENSHOT"):
        page.screenshot(path=SCREENSHOT)

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(live_tile(page, "School gate").first).to_be_visible()  # the alarm shows it once more
    assert mishaps.found == []


def test_what_is_wrong_with_a_camera_is_said_in_words(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)

    add_camera(page, "Old bridge", "/nowhere/bridge.mp4", scenario="Rider without helmet")

    expect(page.get_by_text("There is no such file").first).to_be_visible(timeout=START_MS)
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("link", name="视频墙")).to_be_visible()
    expect(page.locator("figure").get_by_text("地址不存在")).to_be_visible()
    assert mishaps.found == []
