"""The map as its reader uses it: cameras and events where they are, flat and in the city."""

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Mishaps
from tests.browser.model import write_tileset
from tests.browser.reviewing import happen
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.platform import Platform, running_platform, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOW_MS = 60_000
"""Without a GPU a slow machine draws the first picture late."""

VIEW = {"fov_deg": 70, "range_m": 90, "height_m": 7, "pitch_deg": -14}
CAMERAS: list[dict[str, Any]] = [
    {"name": "吉祥路学校门口", "lon": 114.25, "lat": 22.72, "division": "龙眼区/荔枝街道"},
    {"name": "荔枝大道东", "lon": 114.2531, "lat": 22.7212, "heading_deg": 75, **VIEW},
    {"name": "荔枝大道西", "lon": 114.2478, "lat": 22.7205, "heading_deg": 260, **VIEW},
    {"name": "木兰路口", "lon": 114.2512, "lat": 22.7227, "heading_deg": 340, **VIEW},
    {"name": "荔枝公园", "lon": 114.2493, "lat": 22.7182, "fov_deg": 360, "heading_deg": 0},
    {"name": "布龙路公交站", "lon": 114.262, "lat": 22.726, "heading_deg": 200, **VIEW},
]
HOME = "114.25,22.72,18"
EVENT_PX = -18
INCIDENT_PX = 24
"""An event stands above its place, an incident hangs below it."""


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=SLOW_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """With a city model: a red tower beside the school gate."""
    folder = tmp_path_factory.mktemp("platform")
    model = write_tileset(folder / "city")
    with running_platform(
        folder / "data",
        LONGAN_MAP_MODEL=str(model),
        LONGAN_MAP_MODEL_LON="114.2505",
        LONGAN_MAP_MODEL_LAT="22.7205",
    ) as platform:
        yield platform


@pytest.fixture(scope="module")
def cameras(platform: Platform) -> dict[str, str]:
    """Ids by name; one more camera has no place. Something happened at three of them."""
    platform.add_camera("Without a place", "/nowhere/z.mp4")
    ids: dict[str, str] = {}
    for number, camera in enumerate(CAMERAS):
        fields = {"division": "龙眼区/榕树街道", **camera}
        ids[camera["name"]] = platform.add_camera(url=f"/nowhere/{number}.mp4", **fields)
    for number, count in ((0, 1), (1, 7), (5, 3)):
        camera = CAMERAS[number]
        name = camera["name"]
        fields: dict[str, Any] = {"camera_id": ids[name], "camera_name": name}
        fields |= {"lon": camera["lon"], "lat": camera["lat"]}
        fields["division"] = camera.get("division", "龙眼区/榕树街道")
        if number == 0:
            fields |= {"scenario": "illegal-parking", "rule": "dwell"}  # a matter, not passers-by
        happen(platform, count, **fields)
    return ids


def drawn(page: Page) -> Locator:
    """The map, once everything is on it."""
    region = page.get_by_role("region", name="Map of cameras")
    expect(region).to_have_attribute("aria-busy", "false")
    return region


def touch(page: Page, region: Locator, below_px: float = 0) -> None:
    """Click in the middle of the map, or so far below it."""
    box = region.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + below_px)


def test_the_reader_finds_a_camera_and_what_happened_there(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, platform)
    page.get_by_role("link", name="Map").click()
    drawn(page)
    for layer in ("Cameras · 6", "Views · 5", "Events · 11", "Incidents · 1"):
        expect(page.get_by_role("checkbox", name=layer)).to_be_checked()
    expect(page.get_by_role("link", name="1 camera has no place")).to_be_visible()
    shoot(page, "map-whole")

    page.goto(f"{platform.url}/map?at={HOME}")
    expect(page.get_by_text("Incidents · 1")).to_be_attached()
    expect(page.get_by_text("Events · 11")).to_be_attached()
    region = drawn(page)
    touch(page, region)
    chosen = page.get_by_role("complementary", name="Chosen")
    expect(chosen.get_by_role("heading", name="吉祥路学校门口")).to_be_visible()
    expect(page).to_have_url(re.compile(f"camera={cameras['吉祥路学校门口']}"))
    expect(chosen.get_by_text("114.25, 22.72")).to_be_visible()
    expect(chosen.locator("[data-event]")).to_have_count(1)
    shoot(page, "map-camera")
    page.keyboard.press("Escape")
    expect(chosen).to_be_hidden()

    touch(page, region, EVENT_PX)
    expect(chosen.locator('[data-loaded="true"] img')).to_be_visible()
    expect(chosen.get_by_role("link", name="To the review")).to_be_visible()
    expect(page).to_have_url(re.compile("event="))
    touch(page, region, INCIDENT_PX)
    expect(chosen.get_by_role("heading", name="1 event")).to_be_visible()
    expect(page).to_have_url(re.compile("incident="))
    chosen.locator("[data-event]").click()
    chosen.get_by_role("link", name="To the review").click()
    expect(page).to_have_url(re.compile(r"/events\?event="))
    assert mishaps.found == []


def test_time_heat_and_division_are_in_the_address(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, platform)
    page.get_by_role("link", name="Map").click()
    expect(page.get_by_role("checkbox", name="Events · 11")).to_be_visible()
    region = drawn(page)

    cold = region.screenshot()
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile("heat=true"))
    drawn(page)
    assert region.screenshot() != cold
    shoot(page, "map-heat")
    page.keyboard.press("h")

    page.keyboard.press("[")
    expect(page.get_by_role("checkbox", name="Events · 0")).to_be_visible()
    expect(page).to_have_url(re.compile("until="))
    page.keyboard.press("]")
    expect(page.get_by_role("checkbox", name="Events · 11")).to_be_visible()

    page.get_by_role("combobox", name="Division").click()
    page.get_by_role("option", name="龙眼区/荔枝街道").click()
    expect(page.get_by_role("checkbox", name="Cameras · 1")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Events · 1", exact=True)).to_be_visible()
    page.get_by_role("checkbox", name="Views").uncheck()
    page.reload()
    drawn(page)
    expect(page.get_by_role("combobox", name="Division")).to_have_value("龙眼区/荔枝街道")
    expect(page.get_by_role("checkbox", name="Views")).not_to_be_checked()

    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"at=114\.2"))
    page.get_by_role("button", name="Show all").click()
    expect(page).not_to_have_url(re.compile("at="))
    assert mishaps.found == []


def test_on_a_phone_the_map_has_the_screen(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Map")).to_be_attached()
    page.goto(f"{platform.url}/map?at={HOME}")
    expect(page.get_by_text("Incidents · 1")).to_be_attached()
    expect(page.get_by_text("Events · 11")).to_be_attached()
    region = drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    options = page.get_by_role("button", name="Layers and time")
    options.click()
    expect(page.get_by_role("checkbox", name="Events · 11")).to_be_visible()
    shoot(page, "map-phone-options")
    options.click()
    touch(page, region)
    chosen = page.get_by_role("complementary", name="Chosen")
    expect(chosen.get_by_role("heading", name="吉祥路学校门口")).to_be_visible()
    shoot(page, "map-phone")
    chosen.get_by_role("button", name="Close").click()
    expect(chosen).to_be_hidden()
    assert mishaps.found == []


def test_without_webgl_there_is_a_list(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    page.add_init_script(
        "const context = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...how) {"
        "  return kind.startsWith('webgl') ? null : context.call(this, kind, ...how);"
        "};"
    )
    page.reload()
    sign_in(page, platform)
    page.get_by_role("link", name="Map").click()

    expect(page.get_by_text("This browser has no WebGL")).to_be_visible()
    rows = page.get_by_role("table", name="Cameras").get_by_role("row")
    expect(rows).to_have_count(1 + len(CAMERAS))
    page.get_by_role("button", name="荔枝大道东").click()
    chosen = page.get_by_role("complementary", name="Chosen")
    expect(chosen.get_by_text("75°, 70° wide")).to_be_visible()
    shoot(page, "map-list")
    events = page.get_by_role("table", name="Events").get_by_role("button")
    expect(events).to_have_count(11)
    events.first.click()
    expect(chosen.locator('[data-loaded="true"] img')).to_be_visible()
    assert mishaps.found == []


def in_city(page: Page, model: str) -> Locator:
    """The city, once it stands."""
    region = page.get_by_role("region", name="City model")
    expect(region).to_have_attribute("aria-busy", "false")
    expect(region).to_have_attribute("data-model", model)
    return region


def red_pixels(page: Page) -> int:
    picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
    red, green, blue = np.moveaxis(picture, 2, 0)
    return int(np.count_nonzero((red > 150) & (green < 60) & (blue < 60)))


def as_if_the_model_were(page: Page, model: dict[str, Any] | None) -> None:
    def answer(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "model": model and {**told["model"], **model}})

    page.route("**/api/v1/map", answer)


def test_the_city_model_stands_where_it_belongs(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, platform)
    page.get_by_role("link", name="Map").click()
    drawn(page)
    page.keyboard.press("3")
    expect(page).to_have_url(re.compile("view=city"))
    in_city(page, "3d-tiles")
    until(lambda: red_pixels(page) > 100, SLOW_MS / 1000, "the tower is seen")
    shoot(page, "map-3d-tiles")

    as_if_the_model_were(page, {"format": "gltf", "url": "/api/v1/map/model/tower.glb"})
    page.reload()
    in_city(page, "gltf")
    assert red_pixels(page) > 100
    page.keyboard.press("3")
    drawn(page)
    assert mishaps.found == []


def test_in_the_city_the_same_things_are_chosen(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    as_if_the_model_were(page, None)
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Map")).to_be_visible()
    page.goto(f"{platform.url}/map?view=city&at={HOME}")
    expect(page.get_by_role("checkbox", name="Events · 11")).to_be_visible()
    region = in_city(page, "generated")
    if (stay := page.get_by_role("button", name="Stay")).is_visible():
        stay.click()  # a machine without a GPU is offered the flat map
    shoot(page, "map-3d")

    touch(page, region, below_px=-4)
    chosen = page.get_by_role("complementary", name="Chosen")
    expect(chosen.locator('[data-loaded="true"] img')).to_be_visible()
    chosen.get_by_role("link", name="吉祥路学校门口").click()
    expect(page.get_by_role("heading", name="吉祥路学校门口")).to_be_visible()
    assert mishaps.found == []


def test_a_model_that_cannot_be_read_is_said_and_replaced(
    platform: Platform, cameras: dict[str, str], page: Page
) -> None:
    as_if_the_model_were(page, {"format": "gltf", "url": "/api/v1/map/model/gone.glb"})
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Map")).to_be_visible()
    page.goto(f"{platform.url}/map?view=city")

    in_city(page, "generated")
    expect(page.get_by_text("The city model could not be read")).to_be_visible()


def test_a_camera_is_given_its_place_and_view(
    platform: Platform, cameras: dict[str, str], page: Page, mishaps: Mishaps
) -> None:
    camera = platform.add_camera("New bridge", "/nowhere/bridge.mp4", lon=114.251)
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Map")).to_be_visible()
    page.goto(f"{platform.url}/cameras/{camera}")
    form = page.get_by_role("form", name="Place and view")
    form.get_by_label("Latitude").fill("22.7195")
    form.get_by_label("Looks to").fill("45")
    form.get_by_label("Width of view").fill("80")
    form.get_by_label("Tilt").fill("-12")
    form.get_by_role("button", name="Save").click()
    form.get_by_role("link", name="On the map").click()

    chosen = page.get_by_role("complementary", name="Chosen")
    expect(chosen.get_by_text("45°, 80° wide")).to_be_visible()
    spec = platform.call("GET", f"/cameras/{camera}")["spec"]
    assert (spec["lat"], spec["pitch_deg"], spec["lon"]) == (22.7195, -12, 114.251)
    platform.call("DELETE", f"/cameras/{camera}")
    assert mishaps.found == []
