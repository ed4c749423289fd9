"""A scenario is found, set to work in four steps, and changed, in Chromium on a real platform."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.test_dashboard import EVENT_MS, START_MS, sign_in
from tests.browser.test_review import shoot
from tests.clips import bikes_clip
from tests.platform import Platform, until

pytestmark = [pytest.mark.browser, pytest.mark.cluster, pytest.mark.slow]

TRIAL_MS = 600_000
"""The clip is decoded and analysed in a process that everything else goes before."""

PATIENT_MS = 60_000
"""For everything else: the machine may be busy with other tests."""

SCENARIO = "Cycle in a car lane"


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENT_MS)
    yield
    expect.set_options(timeout=5_000)


def card(page: Page, scenario: str) -> Locator:
    return page.locator(f'[data-scenario="{scenario}"]')


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def forward(page: Page, step: str) -> None:
    page.get_by_role("button", name=f"Next: {step}").click()
    current = page.get_by_role("navigation", name="Steps").locator("[aria-current]")
    expect(current).to_contain_text(step)


def test_the_catalogue_says_what_is_ready_and_what_is_asked_for(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)
    page.get_by_role("link", name="Scenarios", exact=True).click()

    expect(page.locator("[data-scenario]")).to_have_count(31)
    expect(page.get_by_role("heading", level=2)).to_have_count(6)
    expect(card(page, "rider-helmet")).to_contain_text("Ready")
    expect(card(page, "rider-helmet")).to_contain_text("Not deployed yet")
    shoot(page, "scenarios")
    page.get_by_text("Open challenge", exact=True).first.click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"of 31$"))
    wanting = page.locator("[data-scenario]").first
    expect(wanting).to_contain_text("nobody has brought")
    expect(wanting.get_by_role("link", name="Bring an algorithm")).to_be_visible()

    page.get_by_text("All", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search scenarios").fill("头盔")
    expect(page.locator("[data-scenario]")).to_have_count(1)
    assert "text=" in page.url
    page.reload()
    card(page, "rider-helmet").get_by_role("link", name="Rider without helmet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rider without helmet")
    expect(page.get_by_role("region", name="The rule")).to_contain_text("Sightings before it")
    expect(page.get_by_role("region", name="Deployments")).to_contain_text("Nothing is deployed")

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "scenario-phone")
    assert mishaps.found == []


def test_four_steps_with_a_trial_until_the_first_event_and_a_change(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    clip = bikes_clip()
    camera_id = platform.add_camera("School gate", str(clip), loop=True)
    until(lambda: platform.status(camera_id)["state"] == "online", 120, "the camera is online")
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Scenarios", exact=True)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Scenarios")
    page.keyboard.press("n")

    choose(page, "Scenario", SCENARIO)
    forward(page, "Cameras")
    page.get_by_role("checkbox", name="School gate").check()
    expect(page.get_by_text("1 camera: the nodes can carry it.")).to_be_visible(timeout=START_MS)
    advice = page.get_by_role("region", name="School gate")
    expect(advice.get_by_role("listitem").first).to_be_visible(timeout=START_MS)
    shoot(page, "deploying-cameras")
    forward(page, "Where, when, how")
    page.get_by_role("textbox", name="Pictures it must be seen in").fill("2")
    expect(page.get_by_text("1 value differs from the usual ones.")).to_be_visible()
    shoot(page, "deploying-rules")
    page.go_back()
    expect(page.get_by_role("checkbox", name="School gate")).to_be_checked()
    page.go_forward()
    expect(page.get_by_text("1 value differs from the usual ones.")).to_be_visible()
    forward(page, "Try and confirm")

    page.get_by_role("button", name="Try it on the last hour").click()
    expect(page.get_by_text("These cameras recorded nothing in the last hour")).to_be_visible()
    assert [found.split("(")[-1] for found in mishaps.found] == ["Conflict)"]
    mishaps.found.clear()
    page.locator('input[type="file"]').set_input_files(clip)
    page.get_by_role("button", name="Try it on the video").click()
    expect(page.get_by_text(re.compile("This draft would have raised [1-9]"))).to_be_visible(
        timeout=TRIAL_MS
    )
    expect(page.locator("[data-found] img").first).to_be_visible()
    assert platform.call("GET", "/deployments")["items"] == []
    shoot(page, "deploying-trial")
    page.get_by_role("button", name="Deploy", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"{SCENARIO} · School gate")
    expect(page.get_by_text("Running, 1 of 1 cameras online")).to_be_visible(timeout=START_MS)
    latest = page.get_by_role("region", name="Latest events")
    expect(latest.locator("[data-event]").first).to_be_visible(timeout=EVENT_MS)
    shoot(page, "deployment")

    page.get_by_role("button", name="Change").click()
    page.get_by_role("link", name="Where, when, how").click()
    page.get_by_role("textbox", name="Confidence that is enough").fill("1")
    page.get_by_role("link", name="Try and confirm").click()
    page.get_by_role("button", name="Save as a new revision").click()
    newest = page.locator('[data-revision="2"]')
    expect(newest).to_contain_text("Confidence that is enough: 1")
    expect(newest).to_contain_text("admin")

    page.get_by_text("A video of mine", exact=True).click()
    page.locator('input[type="file"]').set_input_files(clip)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("region", name="Only in revision 1")).to_contain_text(
        re.compile(r": [1-9]"), timeout=TRIAL_MS
    )
    expect(page.get_by_role("region", name="Only in revision 2")).to_contain_text(": 0")
    expect(page.locator("[data-found] img").first).to_be_visible()
    shoot(page, "deployment-difference")

    page.get_by_role("button", name="Pause").click()
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused").first).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing is deployed yet.")).to_be_visible()
    assert mishaps.found == []
