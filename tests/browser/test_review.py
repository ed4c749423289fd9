"""Reviewing by keyboard on a real platform: verdicts that wait for nothing, undo, refusal, clip."""

import os
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Mishaps
from tests.browser.reviewing import happen, put_list_in_force
from tests.browser.test_dashboard import sign_in
from tests.platform import Platform, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOTS = Path(os.environ.get("LONGAN_SCREENSHOTS", "/nonexistent"))

KEYS = ["1", "1", "2 1", "1", "3", "1", "2 5", "1", "1", "1"]
"""Ten verdicts; two of them false alarms with a reason."""


def chosen(page: Page) -> Locator:
    return page.locator('[data-event][data-chosen="true"]')


def shoot(page: Page, name: str) -> None:
    if SHOTS.is_dir():
        page.screenshot(path=SHOTS / f"{name}.png")


def test_ten_verdicts_by_keyboard_wait_for_no_answer(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    put_list_in_force(platform)
    ids = happen(platform, 14)
    sign_in(page, platform)
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_text("To review", exact=True).click()
    expect(page.locator("[data-event]")).to_have_count(14)

    held: list[Route] = []
    page.route("**/api/v1/events/*/reviews", lambda route: _hold(route, held))
    page.keyboard.press("j")
    took_s: list[float] = []
    for number, keys in enumerate(KEYS):
        expect(chosen(page)).to_have_attribute("data-event", ids[number])
        expect(page.locator('[data-loaded="true"] img')).to_be_visible()
        if number == 2:
            shoot(page, "events")
        begun = time.perf_counter()
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_selector(f'[data-event="{ids[number + 1]}"][data-chosen="true"]')
        page.wait_for_selector('[data-loaded="true"] img')
        took_s.append(time.perf_counter() - begun)
    mean_s = sum(took_s) / len(took_s)
    sys.stdout.write(f"verdict to next picture: mean {mean_s:.3f} s, worst {max(took_s):.3f} s\n")
    assert _verdicts(platform, ids) == {"unreviewed"}  # no answer came, and nobody waited

    assert len(held) == 1  # the others wait behind it, in order
    held[0].continue_()
    page.unroute("**/api/v1/events/*/reviews")
    until(lambda: "unreviewed" not in _verdicts(platform, ids[:10]), 30, "all verdicts are kept")
    expect(page.locator("[data-event]")).to_have_count(14)

    page.keyboard.press("z")
    expect(chosen(page)).to_have_attribute("data-event", ids[9])
    expect(chosen(page)).to_be_in_viewport()
    expect(chosen(page)).to_contain_text("Unsure")
    until(lambda: _verdicts(platform, ids[9:10]) == {"unsure"}, 30, "the undo is kept")
    assert platform.call("GET", f"/events/{ids[2]}")["verdict"] == "false_alarm"
    reviews = platform.call("GET", f"/events/{ids[6]}/reviews")["items"]
    assert reviews[0]["reason"] == "poor_picture"
    assert mishaps.found == []


def test_a_refused_verdict_comes_back_with_its_reason(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    event = happen(platform, 2)[0]
    sign_in(page, platform)
    page.goto(f"{platform.url}/events?verdict=unreviewed&event={event}")
    expect(page.locator('[data-loaded="true"] img')).to_be_visible()
    refusal = {"title": "Conflict", "detail": "somebody holds this event", "status": 409}
    page.route("**/api/v1/events/*/reviews", lambda route: route.fulfill(status=409, json=refusal))

    page.keyboard.press("1")

    expect(page.get_by_role("alert")).to_contain_text("somebody holds this event")
    page.get_by_role("button", name="Back to this event").click()
    expect(chosen(page)).to_have_attribute("data-event", event)
    expect(chosen(page)).not_to_contain_text("Confirmed")
    assert all("409" in mishap for mishap in mishaps.found)


def test_the_clip_is_stepped_frame_by_frame_and_the_event_explained(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    first, second = happen(platform, 2)
    platform.call("POST", f"/events/{second}/reviews", json={"verdict": "confirmed"})
    sign_in(page, platform)
    page.goto(f"{platform.url}/events?event={first}")
    expect(page.locator('[data-loaded="true"] img')).to_be_visible()
    expect(page.get_by_text("association of two objects")).to_be_visible()
    expect(page.get_by_text("01JDEPLOYMENT, revision 3")).to_be_visible()

    page.keyboard.press("Space")
    video = page.locator("video")
    until(lambda: video.evaluate("video => video.readyState >= 2"), 30, "the clip is loaded")
    before = video.evaluate("video => video.currentTime")
    page.keyboard.press(".")
    until(lambda: video.evaluate("video => video.currentTime") > before, 30, "it is one frame on")
    assert video.evaluate("video => video.paused")
    shoot(page, "clip")

    page.goto(f"{platform.url}/events?event={second}")
    expect(page.get_by_role("heading", name="Already handled")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Confirmed by admin")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("dialog")).to_contain_text("History")
    assert mishaps.found == []


def test_searching_is_an_address(platform: Platform, page: Page, mishaps: Mishaps) -> None:
    happen(platform, 3)
    sign_in(page, platform)
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_label("Search camera, place, zone, number").fill("布龙路")
    page.keyboard.press("Enter")

    expect(page.locator("[data-event]", has_text="吉祥路")).to_have_count(0)
    expect(page.locator("[data-event]", has_text="布龙路").first).to_be_visible()
    page.reload()
    expect(page.locator("[data-event]", has_text="布龙路").first).to_be_visible()
    expect(page.locator("[data-event]", has_text="吉祥路")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("[data-event]").first.click()
    expect(page.get_by_role("button", name="Confirm", exact=False).first).to_be_visible()
    shoot(page, "events-phone")
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("[data-event]").first).to_be_visible()
    assert mishaps.found == []


def _hold(route: Route, held: list[Route]) -> None:
    if route.request.method == "POST":
        held.append(route)
    else:
        route.continue_()


def _verdicts(platform: Platform, ids: list[str]) -> set[str]:
    return {platform.call("GET", f"/events/{each}")["verdict"] for each in ids}
