"""The control room at its wall: views, keys, patrol, an alarm, a situation; then on a phone."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.reviewing import happen
from tests.browser.test_dashboard import START_MS, live_tile, sign_in
from tests.browser.test_review import shoot
from tests.clips import bikes_clip
from tests.platform import Platform, until

pytestmark = [pytest.mark.browser, pytest.mark.cluster, pytest.mark.slow]

SLOW_MS = 30_000

ZONE = [[0.3, 0.2], [0.7, 0.2], [0.7, 0.9], [0.3, 0.9]]

NOTICE_PIXELS = """canvas => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
        const near = (index, value) => Math.abs(data[i + index] - value) < 24;
        if (near(0, 111) && near(1, 179) && near(2, 242)) found += 1;
    }
    return found;
}"""
"""How much of a tile has the colour of a zone."""


class Street:
    """Ids of the cameras: two streets, one camera of which is away, and one without a division."""

    def __init__(self, platform: Platform) -> None:
        clip = str(bikes_clip())

        def add(name: str, division: str | None, url: str = clip) -> str:
            fields = {"loop": True, "division": division, "analysed_fps": 2.0}
            return platform.add_camera(name, url, **fields)

        self.gate = add("School gate", "龙眼区/荔枝街道")
        self.bridge = add("Old bridge", "龙眼区/荔枝街道", "/nowhere/bridge.mp4")
        self.market = add("Market", "龙眼区/榕树街道")
        self.depot = add("Depot", None)
        self.deployment = platform.deploy(
            "crowd", self.gate, zones=[{"name": "kerb", "points": ZONE}]
        )


@pytest.fixture(scope="module")
def street(platform: Platform) -> Street:
    street = Street(platform)
    until(lambda: platform.status(street.gate)["state"] == "online", 120, "the gate is online")
    until(lambda: platform.status(street.bridge)["state"] == "offline", 120, "the bridge is away")
    return street


@pytest.fixture
def wall(platform: Platform, street: Street, page: Page) -> Iterator[Page]:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, platform)
    expect(page.locator("[data-tile]")).to_have_count(4, timeout=START_MS)
    yield page
    for view in platform.call("GET", "/wall-views")["items"]:
        platform.call("DELETE", f"/wall-views/{view['id']}")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def tile(page: Page, camera: str) -> Locator:
    return page.locator(f'[data-tile="{camera}"]')


def focused(page: Page) -> str | None:
    return page.evaluate("document.activeElement.dataset.tile ?? null")


def test_a_street_is_watched_by_keyboard(wall: Page, street: Street, mishaps: Mishaps) -> None:
    page = wall
    choose(page, "View", "龙眼区/荔枝街道")
    expect(page).to_have_url(re.compile("division="))
    expect(page.locator("[data-tile]")).to_have_count(2)
    expect(live_tile(page, "School gate")).to_be_visible(timeout=START_MS)

    page.keyboard.press("1")
    expect(page.locator("[data-grid='1'] [data-tile]")).to_have_count(1)
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile(r"page=2"))
    expect(tile(page, street.bridge)).to_be_visible()
    page.reload()
    expect(tile(page, street.bridge)).to_be_visible(timeout=SLOW_MS)
    page.keyboard.press("2")
    expect(page.locator("[data-grid='4'] [data-tile]")).to_have_count(2)

    page.keyboard.press("ArrowRight")
    assert focused(page) == street.gate
    page.keyboard.press("ArrowRight")
    assert focused(page) == street.bridge
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    enlarged = page.locator(f'[data-enlarged="{street.gate}"]')
    expect(enlarged.locator('[data-live="true"]')).to_be_visible(timeout=START_MS)
    assert enlarged.locator("canvas").evaluate("canvas => canvas.clientWidth") > 900
    page.keyboard.press("ArrowRight")
    expect(page.locator(f'[data-enlarged="{street.bridge}"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-enlarged]")).to_have_count(0)
    until(lambda: focused(page) == street.bridge, 10, "the tile has the focus again")

    page.keyboard.press("f")
    expect(page.locator("[data-full='true']")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("[data-full='false']")).to_be_visible()
    assert mishaps.found == []


def test_what_is_wrong_with_a_camera_stands_on_its_tile(
    wall: Page, street: Street, mishaps: Mishaps
) -> None:
    away = tile(wall, street.bridge)

    expect(away.locator("[data-state='away']")).to_be_visible(timeout=START_MS)
    expect(away).to_contain_text("Offline")
    expect(away).to_contain_text(re.compile(r"since \d\d:\d\d"))
    expect(away).to_contain_text("Nothing at this address")
    assert mishaps.found == []


def test_zones_and_boxes_are_drawn_over_the_picture_and_go(
    wall: Page, street: Street, mishaps: Mishaps
) -> None:
    expect(live_tile(wall, "School gate")).to_be_visible(timeout=START_MS)
    canvas = tile(wall, street.gate).locator("canvas")
    until(_pixels(canvas, lambda found: found > 100), 60, "the zone is drawn")

    wall.keyboard.press("z")

    until(_pixels(canvas, lambda found: found < 50), 60, "the zone is gone")
    wall.keyboard.press("b")
    expect(wall.get_by_role("switch", name="Boxes")).not_to_be_checked()
    assert mishaps.found == []


def _pixels(canvas: Locator, enough: Callable[[int], bool]) -> Callable[[], bool]:
    return lambda: enough(canvas.evaluate(NOTICE_PIXELS))


def test_a_view_is_saved_changed_and_deleted(
    wall: Page, platform: Platform, street: Street, mishaps: Mishaps
) -> None:
    page = wall
    choose(page, "View", "龙眼区")
    page.get_by_role("button", name="Save as").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Night watch")
    dialog.get_by_label("Tiles on a page").click()
    page.get_by_role("option", name="4", exact=True).click()
    dialog.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("view="))
    expect(page.get_by_role("combobox", name="View", exact=True)).to_have_value("Night watch")
    expect(page.locator("[data-grid='4'] [data-tile]")).to_have_count(3)

    page.get_by_role("button", name="Change").click()
    dialog.get_by_label("Name").fill("Day watch")
    dialog.get_by_role("combobox", name="Cameras").click()
    page.get_by_role("option", name="Depot").click()
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("[data-tile]")).to_have_count(4)
    [view] = platform.call("GET", "/wall-views")["items"]
    assert (view["name"], view["shows"][0]) == ("Day watch", street.depot)

    page.reload()
    expect(page.get_by_role("combobox", name="View", exact=True)).to_have_value(
        "Day watch", timeout=SLOW_MS
    )
    page.get_by_role("button", name="Change").click()
    dialog.get_by_role("button", name="Delete view").click()
    expect(page.get_by_role("combobox", name="View", exact=True)).to_have_value("All cameras")
    assert platform.call("GET", "/wall-views")["items"] == []
    assert mishaps.found == []


def test_an_alarm_comes_forward_and_the_patrol_waits_for_it(
    wall: Page, platform: Platform, street: Street, mishaps: Mishaps
) -> None:
    page = wall
    order = {"name": "Round", "camera_ids": [street.gate, street.market], "grid": 1, "patrol_s": 5}
    view = platform.call("POST", "/wall-views", json=order)["id"]
    page.goto(f"{platform.url}/?view={view}")
    expect(page.get_by_label("Alarm")).to_contain_text("No new alarm", timeout=SLOW_MS)
    expect(page.locator("[data-event]").or_(page.get_by_text("No event yet")).first).to_be_visible(
        timeout=SLOW_MS
    )

    page.keyboard.press("p")
    expect(tile(page, street.market)).to_be_visible(timeout=SLOW_MS)
    expect(tile(page, street.gate)).to_be_visible(timeout=SLOW_MS)
    before = page.locator("[data-grid]").bounding_box()
    [event] = happen(platform, 1, camera_id=street.market)

    alarm = page.locator(f'[data-alarm-event="{event}"]')
    expect(alarm).to_be_visible(timeout=SLOW_MS)
    expect(alarm).to_have_attribute("data-tone", "critical")
    expect(alarm.locator('[data-camera="Market"]')).to_be_visible()
    expect(page.locator("[data-patrol='paused']")).to_be_visible()
    assert page.locator("[data-grid]").bounding_box() == before
    alarm.get_by_role("button", name="Open").click()
    expect(page.get_by_role("dialog").locator('[data-loaded="true"] img')).to_be_visible(
        timeout=SLOW_MS
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("a")
    expect(alarm).to_have_count(0)
    expect(page.locator("[data-patrol='on']")).to_be_visible()
    assert mishaps.found == []


def test_one_click_switches_a_situation_and_the_wall_to_its_plan(
    wall: Page, platform: Platform, street: Street, mishaps: Mishaps
) -> None:
    page = wall
    plan = {
        "deployments": [{"deployment_id": street.deployment, "enabled": False}],
        "wall": {"layout": "2x2", "camera_ids": [street.market, street.gate]},
        "notify": ["三防办"],
    }
    platform.call("POST", "/situations", json={"name": "台风红色预警", "plan": plan})
    page.reload()
    page.get_by_role("button", name="Situation").click()
    page.get_by_role("menuitem", name="Switch on “台风红色预警”").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("三防办")
    dialog.get_by_label("Reason").fill("red warning")
    shoot(page, "wall-situation")
    dialog.get_by_role("button", name="Switch on").click()

    on = page.get_by_role("button", name="Situation: 台风红色预警")
    expect(on).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("[data-grid='4'] [data-tile]")).to_have_count(2)
    assert not platform.call("GET", f"/deployments/{street.deployment}")["spec"]["enabled"]

    on.click()
    page.get_by_role("menuitem", name="Switch off").click()
    dialog.get_by_role("button", name="Switch off").click()
    expect(on).to_have_count(0)
    expect(page.locator("[data-tile]")).to_have_count(4)
    assert platform.call("GET", f"/deployments/{street.deployment}")["spec"]["enabled"]
    assert mishaps.found == []


def test_on_a_phone_it_is_one_column_with_the_same_states(
    wall: Page, platform: Platform, street: Street, mishaps: Mishaps
) -> None:
    page = wall
    page.set_viewport_size({"width": 390, "height": 844})

    expect(tile(page, street.bridge)).to_contain_text("Nothing at this address", timeout=START_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    lefts = {
        round(box["x"])
        for each in page.locator("[data-tile]").all()
        if (box := each.bounding_box())
    }
    assert len(lefts) == 1
    [event] = happen(platform, 1, camera_id=street.gate)
    alarm = page.locator(f'[data-alarm-event="{event}"]')
    expect(alarm).to_be_in_viewport(timeout=SLOW_MS)
    shoot(page, "wall-phone")
    alarm.get_by_role("button", name="Acknowledge").click()
    expect(alarm).to_have_count(0)
    tile(page, street.gate).click()
    expect(page.locator(f'[data-enlarged="{street.gate}"]')).to_be_in_viewport()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("[data-enlarged]")).to_have_count(0)
    assert mishaps.found == []
