"""A camera that is on the network is found, and added with its path."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from serving.streams.discovering import Discovering
from tests.browser.conftest import Mishaps
from tests.browser.served import served
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.onvif import StandIn
from tests.platform import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def device() -> Iterator[StandIn]:
    device = StandIn()
    yield device
    device.close()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, device: StandIn) -> Iterator[Served]:
    finding = Discovering(device.at, wait_s=0.5)
    with served(tmp_path_factory.mktemp("platform") / "data", finding) as platform:
        yield platform


def test_a_camera_on_the_network_fills_in_the_form(
    platform: Served, device: StandIn, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()
    page.goto(f"{platform.url}/cameras/new")
    search = page.get_by_role("button", name="Find cameras on the network")
    search.click()

    found = page.get_by_role("listitem").filter(has_text="127.0.0.1")
    expect(found).to_contain_text("Gate 3 南 · DS-2CD2143")
    shoot(page, "camera-discovery")
    found.get_by_role("button").click()
    address = page.get_by_label("Address")
    expect(address).to_have_value("rtsp://127.0.0.1:554/")
    expect(page.get_by_label("Name")).to_have_value("Gate 3 南")
    address.fill("rtsp://127.0.0.1:554/main")
    page.get_by_role("button", name="Add camera").click()
    expect(page.get_by_role("heading", name="Gate 3 南")).to_be_visible()
    [camera] = platform.call("GET", "/cameras")["items"]
    assert camera["spec"]["url"] == "rtsp://127.0.0.1:554/main"

    page.goto(f"{platform.url}/cameras/new")
    search.click()
    expect(found).to_be_visible()
    expect(found.get_by_role("button")).to_be_hidden()  # it is here already

    device.says = []
    search.click()
    expect(found).to_be_hidden()
    expect(page.get_by_text("No ONVIF camera answered")).to_be_visible()
    assert mishaps.found == []
