"""From an address to a watched camera: a look, zones, privacy areas, a schedule; and thousands."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from serving.settings import Settings
from serving.store import Store, sealing
from serving.store.models import Camera, CameraStatus
from serving.store.secret_keys import keys_of
from tests.browser.conftest import Mishaps
from tests.browser.test_dashboard import START_MS, live_tile, sign_in
from tests.browser.test_review import shoot
from tests.clips import bikes_clip
from tests.platform import Platform, until

pytestmark = [pytest.mark.browser, pytest.mark.cluster, pytest.mark.slow]

SLOW_MS = 30_000
SEEN_S = 90.0
MANY = 3000

LOADED = "image => image.decode()"
IS_THERE = "image => image.complete && image.naturalWidth > 0"


@pytest.fixture(scope="module")
def gate(platform: Platform) -> str:
    """A running camera, with a scenario at work, that has given its first picture."""
    camera_id = platform.add_camera("Main gate", str(bikes_clip()), loop=True)
    platform.deploy("rider-helmet", camera_id)
    until(lambda: snapshot(platform, camera_id) is not None, SEEN_S, "there is a picture")
    return camera_id


@pytest.fixture
def phone(browser: Browser, platform: Platform, mishaps: Mishaps) -> Iterator[Page]:
    """A telephone that is touched."""
    size = {"width": 390, "height": 844}
    context = browser.new_context(locale="en-GB", viewport=size, has_touch=True)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    mishaps.watch(page)
    yield page
    context.close()


def snapshot(platform: Platform, camera_id: str) -> "np.ndarray | None":
    answer = platform.http.get(f"/cameras/{camera_id}/snapshot")
    if not answer.is_success:
        return None
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)


def go(page: Page, platform: Platform, path: str) -> None:
    page.goto(f"{platform.url}{path}")
    sign_in(page, platform)


def canvas(page: Page) -> FloatRect:
    """Where the picture to draw on is, once it is there and on the screen."""
    picture = page.locator("main img")
    expect(picture).to_be_visible(timeout=SLOW_MS)
    picture.evaluate(LOADED)
    drawing = page.get_by_role("group", name="Picture with what is drawn on it")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box
    return box


def at(box: FloatRect, x: float, y: float) -> tuple[float, float]:
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def corners(page: Page) -> Locator:
    return page.locator("[data-point]")


def test_a_camera_is_added_after_a_look_at_its_picture(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    go(page, platform, "/cameras/new")
    address = page.get_by_label("Address")
    panel = page.get_by_role("region", name="Picture")

    address.fill("/nowhere/gate.mp4")
    page.get_by_role("button", name="Look at it").click()
    expect(panel).to_contain_text("Nothing at this address", timeout=SLOW_MS)

    address.fill(str(bikes_clip()))
    expect(panel).not_to_contain_text("Nothing at this address")
    address.press("Enter")
    picture = panel.get_by_role("img")
    expect(picture).to_be_visible(timeout=SLOW_MS)
    assert picture.evaluate(IS_THERE)
    expect(panel).to_contain_text("H.264 · 640 × 272 · 25 fps")
    shoot(page, "camera-add")

    name = page.get_by_label("Name")
    expect(name).to_be_focused()
    name.fill("School gate")
    page.get_by_label("Division").fill("Longgang/Buji")
    page.get_by_role("button", name="Add camera").click()
    expect(page.get_by_role("heading", name="School gate")).to_be_visible(timeout=SLOW_MS)
    expect(live_tile(page, "School gate")).to_be_visible(timeout=START_MS)
    assert mishaps.found == []


def test_a_zone_is_drawn_by_hand_and_put_right_by_keys(
    platform: Platform, gate: str, page: Page, mishaps: Mishaps
) -> None:
    go(page, platform, f"/cameras/{gate}")
    page.get_by_role("link", name="Zones and lines").click()
    box = canvas(page)

    page.keyboard.press("z")
    for x, y in ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7)):
        page.mouse.click(*at(box, x, y))
    page.mouse.click(*at(box, 0.5, 0.2))
    expect(page.get_by_text("The outline would cross itself")).to_be_visible()
    page.mouse.click(*at(box, 0.3, 0.7))
    page.mouse.click(*at(box, 0.3, 0.3))
    expect(page.get_by_label("Name of Zone 1")).to_have_value("Zone 1")

    page.keyboard.press("Control+z")
    expect(page.get_by_label("Name of Zone 1")).to_be_hidden()
    page.keyboard.press("Control+y")
    expect(page.get_by_label("Name of Zone 1")).to_be_visible()

    page.mouse.click(*at(box, 0.5, 0.5))
    expect(corners(page)).to_have_count(4)
    corners(page).nth(1).focus()
    page.keyboard.press("Tab")
    expect(corners(page).nth(2)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("+")
    expect(corners(page)).to_have_count(5)
    page.keyboard.press("Delete")
    expect(corners(page)).to_have_count(4)
    shoot(page, "zones")

    page.get_by_label("Name of Zone 1").fill("Crossing")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Main gate", exact=True)).to_be_visible(timeout=SLOW_MS)
    [deployment] = [
        each for each in platform.call("GET", "/deployments")["items"] if gate in each["camera_ids"]
    ]
    [zone] = deployment["spec"]["zones_by_camera"][gate]
    assert (zone["name"], zone["kind"]) == ("Crossing", "include")
    assert np.allclose(zone["points"], [[0.3, 0.3], [0.7, 0.3], [0.73, 0.7], [0.3, 0.7]], atol=0.01)
    assert mishaps.found == []


def test_a_privacy_area_drawn_on_a_phone_is_black_within_seconds(
    platform: Platform, gate: str, phone: Page, mishaps: Mishaps
) -> None:
    go(phone, platform, f"/cameras/{gate}/privacy")
    phone.get_by_role("button", name="Privacy area", exact=False).first.tap()
    box = canvas(phone)
    for x, y in ((0.1, 0.1), (0.5, 0.1), (0.5, 0.9), (0.1, 0.9), (0.1, 0.1)):
        phone.touchscreen.tap(*at(box, x, y))
    expect(phone.get_by_label("Name of Privacy area 1")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(phone, "privacy-phone")

    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_text("1 area nobody sees")).to_be_visible(timeout=SLOW_MS)

    def is_black() -> bool:
        picture = snapshot(platform, gate)
        if picture is None:
            return False
        height, width = picture.shape[:2]
        inside = picture[
            int(height * 0.2) : int(height * 0.8), int(width * 0.15) : int(width * 0.4)
        ]
        return bool(inside.max() < 30) and bool(picture.max() > 60)

    until(is_black, SEEN_S, "the privacy area is black")
    assert mishaps.found == []


def test_a_schedule_is_painted_by_dragging_and_by_keys(
    platform: Platform, gate: str, page: Page, mishaps: Mishaps
) -> None:
    go(page, platform, f"/cameras/{gate}")
    page.get_by_role("link", name="Schedule").click()
    page.get_by_text("By the week", exact=True).click()
    grid = page.get_by_role("grid", name="Half hours of the week")
    grid.scroll_into_view_if_needed()

    drag(page, cell(page, "Mon 08:00–08:30"), cell(page, "Fri 17:30–18:00"))
    expect(page.locator('[role="gridcell"][aria-selected="true"]')).to_have_count(100)
    drag(page, cell(page, "Wed 12:00–12:30"), cell(page, "Wed 12:30–13:00"))
    expect(page.locator('[role="gridcell"][aria-selected="true"]')).to_have_count(98)

    cell(page, "Sat 10:00–10:30").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator('[role="gridcell"][aria-selected="true"]')).to_have_count(101)
    shoot(page, "schedule")

    page.get_by_role("combobox", name="Time zone").fill("Shanghai")
    page.get_by_role("option", name="Asia/Shanghai").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Main gate", exact=True)).to_be_visible(timeout=SLOW_MS)
    [deployment] = [
        each for each in platform.call("GET", "/deployments")["items"] if gate in each["camera_ids"]
    ]
    schedule = deployment["spec"]["schedule"]
    assert schedule["time_zone"] == "Asia/Shanghai"
    windows = {(window["begin"], window["end"]): window["days"] for window in schedule["windows"]}
    assert windows == {
        ("08:00:00", "18:00:00"): ["mon", "tue", "thu", "fri"],
        ("08:00:00", "12:00:00"): ["wed"],
        ("13:00:00", "18:00:00"): ["wed"],
        ("10:00:00", "11:30:00"): ["sat"],
    }
    assert mishaps.found == []


LIST = """name,url,division,lon
Bridge 1,rtsp://user:s3cret@10.9.0.1/1,Longgang/Buji,114.2
Bridge 2,rtsp://user:s3cret@10.9.0.2/1,Longgang/Buji,east
"""


def test_a_file_of_cameras_is_tried_read_and_taken(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    go(page, platform, "/cameras")
    page.get_by_role("link", name="Import CSV").click()
    with page.expect_download() as template:
        page.get_by_role("link", name="Template to fill in").click()
    assert template.value.suggested_filename == "cameras-template.csv"

    file = {"name": "cameras.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.locator('input[type="file"]').set_input_files([file])  # pyright: ignore[reportArgumentType]
    expect(page.get_by_text("1 would be added")).to_be_visible(timeout=SLOW_MS)
    report = page.get_by_role("table", name="What becomes of each row")
    expect(report).to_contain_text("lon: expected a number, got “east”")
    assert platform.call("GET", "/cameras")["items"][-1]["name"] != "Bridge 1"
    shoot(page, "camera-import")

    page.get_by_role("button", name="Add 1 camera").click()
    expect(page.get_by_text("1 added")).to_be_visible(timeout=SLOW_MS)
    assert platform.call("GET", "/cameras")["items"][-1]["name"] == "Bridge 1"
    assert mishaps.found == []


def test_a_camera_says_how_it_was_and_what_it_is_fit_for(
    platform: Platform, gate: str, page: Page, mishaps: Mishaps
) -> None:
    go(page, platform, f"/cameras/{gate}")

    health = page.get_by_role("region", name="Health, last 7 days")
    expect(health.get_by_text("Online")).to_be_visible(timeout=SLOW_MS)
    expect(health).to_contain_text("% of the time")
    fitness = page.get_by_role("region", name="Fitness")
    expect(fitness).to_contain_text("Rider without helmet", timeout=SLOW_MS)
    expect(live_tile(page, "Main gate")).to_be_visible(timeout=START_MS)
    shoot(page, "camera")
    page.get_by_role("button", name="Light").click()
    shoot(page, "camera-light")
    assert mishaps.found == []


def cell(page: Page, label: str) -> Locator:
    return page.get_by_role("gridcell", name=label)


def drag(page: Page, begin: Locator, end: Locator) -> None:
    for where in (begin, end):
        where.scroll_into_view_if_needed()
    first, last = begin.bounding_box(), end.bounding_box()
    assert first
    assert last
    page.mouse.move(*at(first, 0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*at(last, 0.5, 0.5), steps=10)
    page.mouse.up()


def test_a_camera_is_called_and_placed_otherwise_on_its_page(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    camera_id = platform.add_camera("Side door", "/nowhere/door.mp4")
    go(page, platform, f"/cameras/{camera_id}")
    form = page.get_by_role("form", name="Settings")
    save = form.get_by_role("button", name="Save")

    form.get_by_label("Name").fill("Back door")
    form.get_by_label("Division").fill("Longgang/Nanwan")
    save.click()

    expect(page.get_by_role("heading", name="Back door")).to_be_visible(timeout=SLOW_MS)
    expect(save).to_be_hidden(timeout=SLOW_MS)
    changed = platform.call("GET", f"/cameras/{camera_id}")
    assert (changed["name"], changed["spec"]["division"]) == ("Back door", "Longgang/Nanwan")
    assert mishaps.found == []


def test_three_thousand_cameras_are_filtered_by_the_address(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    add_many(platform)
    go(page, platform, "/cameras")

    every = page.get_by_text(re.compile(r"^3\d+ of 3\d+ cameras"))
    expect(every).to_be_visible(timeout=START_MS)
    assert page.locator("tr[aria-rowindex]").count() < 100
    shoot(page, "cameras")

    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name=re.compile("Offline")).click()
    expect(page.get_by_text(re.compile(r"^150\d of"))).to_be_visible()
    page.get_by_role("searchbox").fill("crossing 2998")
    expect(page.locator("tr[aria-rowindex]")).to_have_count(1)
    expect(page.locator('[data-row="Crossing 2998"]')).to_contain_text("Not reachable")
    expect(page).to_have_url(re.compile(r"state=offline"))

    page.reload()
    expect(page.locator("tr[aria-rowindex]")).to_have_count(1, timeout=START_MS)
    page.get_by_role("searchbox").fill("nowhere at all")
    page.get_by_role("button", name="Clear filters").click()
    frame = page.locator("[data-cameras]")
    expect(frame).to_have_attribute("data-cameras", re.compile(r"^3\d+$"))
    frame.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(page.locator('[data-row="School gate"]')).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "cameras-phone")
    assert mishaps.found == []


def add_many(platform: Platform) -> None:
    """Cameras that are switched off, so that nobody reads them."""
    sealing.hold(keys_of(Settings(data_dir=platform.data_dir)))
    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    with store.write() as session:
        rows = [
            Camera(
                name=f"Crossing {number}",
                url=f"rtsp://user:secret@10.0.{number // 250}.{number % 250}/1",
                kind="stream",
                division=f"Longgang/{('Buji', 'Bantian', 'Longcheng')[number % 3]}",
                tags=["crossroads"] if number % 2 else [],
                enabled=False,
            )
            for number in range(MANY)
        ]
        session.add_all(rows)
        session.flush()
        for number, row in enumerate(rows):
            off = number % 2 == 0
            session.add(
                CameraStatus(
                    camera_id=row.id,
                    state="offline" if off else "disabled",
                    reason="unreachable" if off else None,
                    since=datetime.now(UTC),
                )
            )
    store.dispose()
