"""Who runs the platform sees how it is, says who answers for what, and tells other systems."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from serving.store import Store
from serving.store.sink_models import Delivery
from tests.browser.conftest import Mishaps
from tests.browser.reviewing import happen
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.clips import bikes_clip
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOW_MS = 60_000

WRONG = """场景,区划,责任单位,时限
未戴头盔,龙眼区/荔枝街道,龙城交警中队,4
会飞的猪,龙眼区,榕树街道办,很快
"""

FIRST = """场景,区划,责任单位,时限,升级单位,星期,时段
*,龙眼区,榕树街道办,48,,,
未戴头盔,龙眼区/荔枝街道,龙城交警中队,4,区指挥中心,,
未戴头盔,龙眼区/荔枝街道,夜间巡查队,2,,周一至周日,22:00-23:00
"""

SECOND = """场景,区划,责任单位,时限
*,龙眼区,区指挥中心,24
"""


class Receiver:
    """A ticket system that takes messages once it is well."""

    def __init__(self) -> None:
        self.well = False
        self.taken: list[bytes] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.well:
                    receiver.taken.append(body)
                self.send_response(204 if receiver.well else 500)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/longan"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def tickets() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.thread.start()
    yield receiver
    receiver.close()


def open_tab(page: Page, name: str) -> None:
    tabs = page.get_by_role("navigation", name="Administration")
    tabs.get_by_role("link", name=name, exact=True).click()


def panel(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def take_file(page: Page, name: str, content: str) -> None:
    file = {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": content.encode("gbk")}
    importing = panel(page, "Import a list")
    importing.locator('input[type="file"]').set_input_files([file])  # pyright: ignore[reportArgumentType]
    importing.get_by_role("button", name="Import a list").click()


def fits_a_phone(page: Page) -> bool:
    page.set_viewport_size({"width": 390, "height": 844})
    return page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_state_of_the_system_and_a_node_that_is_drained(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    clip = str(bikes_clip())
    platform.add_camera("Main street", clip, loop=True, division="龙眼区/荔枝街道")
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()

    page.keyboard.press("g")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()
    expect(panel(page, "Platform")).to_contain_text("Ready: it answers, and so does its store")
    expect(panel(page, "Platform")).to_contain_text("Online 1", timeout=SLOW_MS)
    nodes = panel(page, "Nodes")
    expect(nodes.get_by_text("Alive")).to_be_visible(timeout=SLOW_MS)
    cameras = nodes.get_by_role("row").nth(1).get_by_role("cell").nth(2)
    expect(cameras).to_have_text("1", timeout=SLOW_MS)
    shoot(page, "administration-system")

    nodes.get_by_role("button", name="Drain").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("goes on here until")
    dialog.get_by_role("button", name="Drain").click()
    # The only node there is: nobody takes its camera over.
    expect(nodes.get_by_text("Draining")).to_be_visible(timeout=SLOW_MS)
    assert platform.call("GET", "/nodes")[0]["spec"]["drained"]

    nodes.get_by_role("button", name="Take cameras again").click()
    dialog.get_by_role("button", name="Take cameras again").click()
    expect(nodes.get_by_text("Alive")).to_be_visible(timeout=SLOW_MS)
    expect(panel(page, "Platform")).to_contain_text("Online 1", timeout=SLOW_MS)
    assert fits_a_phone(page)
    shoot(page, "administration-system-phone")
    assert mishaps.found == []


def test_a_responsibility_list_from_a_spreadsheet_to_being_put_back(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    happen(platform, 3)
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()
    page.goto(f"{platform.url}/administration?tab=responsibility")
    expect(page.get_by_text("There is no responsibility list yet.")).to_be_visible()

    take_file(page, "wrong", WRONG)
    mistakes = page.get_by_role("table", name="Rows to correct")
    expect(mistakes.get_by_role("cell", name="line 3.scenario")).to_be_visible()
    expect(mistakes).to_contain_text("got '很快'")
    shoot(page, "administration-mistakes")
    assert platform.call("GET", "/responsibility-lists")["items"] == []

    take_file(page, "2026", FIRST)
    expect(page.get_by_role("heading", name="Version 1: 2026")).to_be_visible()
    page.get_by_role("button", name="Put in force").click()
    page.get_by_role("dialog").get_by_role("button", name="Put in force").click()
    versions = page.get_by_role("table", name="Versions")
    expect(versions.get_by_text("In force")).to_be_visible()
    rows = page.get_by_role("table", name="Version 1: 2026")
    expect(rows).to_contain_text("区指挥中心 after 4 h")
    expect(rows).to_contain_text("22:00–23:00")

    asking = panel(page, "Who would get it?")
    asking.get_by_role("combobox", name="Where").click()
    page.get_by_role("option", name="龙眼区/荔枝街道").click()
    asking.get_by_label("When").fill("2026-11-30T04:00")
    answer = asking.get_by_role("status")
    expect(answer).to_contain_text("龙城交警中队")
    expect(answer.get_by_role("listitem")).to_have_count(3)
    expect(answer.get_by_role("listitem").nth(0)).to_contain_text("Does not hold then")
    expect(answer.get_by_role("listitem").nth(1)).to_contain_text("it decides")
    shoot(page, "administration-list")

    take_file(page, "2027", SECOND)
    expect(page.get_by_role("heading", name="Version 2: 2027")).to_be_visible()
    replaying = panel(page, "Replay a period")
    replaying.get_by_label("Until").fill("2099-01-01T00:00")
    replaying.get_by_label("From").fill("2098-01-01T00:00")
    replaying.get_by_role("button", name="Replay a period").click()
    expect(replaying.get_by_text("Nothing would go elsewhere.")).to_be_visible()
    page.get_by_role("button", name="Put in force").click()
    page.get_by_role("dialog").get_by_role("button", name="Put in force").click()
    page.get_by_role("button", name="Put back").click()
    page.get_by_role("dialog").get_by_role("button", name="Put back").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert platform.call("GET", "/responsibility-lists/current")["name"] == "2026"

    open_tab(page, "Divisions and units")
    tree = panel(page, "Divisions")
    expect(tree.get_by_role("link", name="Main street")).to_be_visible()
    expect(tree).to_contain_text("→ 龙城交警中队")
    expect(page.get_by_role("table", name="Units")).to_contain_text("夜间巡查队")
    shoot(page, "administration-divisions")
    assert fits_a_phone(page)
    shoot(page, "administration-divisions-phone")
    assert all("422" in mishap for mishap in mishaps.found)


def test_another_system_is_told_and_what_it_missed_is_sent_again(
    platform: Platform, page: Page, mishaps: Mishaps, tickets: Receiver
) -> None:
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()
    page.goto(f"{platform.url}/administration?tab=sinks")
    page.get_by_role("link", name="Add a sink").click()
    page.get_by_label("Kind").select_option("MQTT 5")
    expect(page.get_by_label("Topic")).to_have_value("longan/{type}")
    page.get_by_label("Login").fill("longan")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    page.get_by_label("Kind").select_option("Webhook (HTTP)")
    page.get_by_label("Name").fill("12345")
    page.get_by_label("Address").fill(tickets.url)
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    shoot(page, "administration-new-sink")
    page.keyboard.press("Control+s")
    secret = page.get_by_label("What its messages are signed with")
    expect(secret).to_have_value(re.compile(r"^whsec_.+"))
    page.get_by_role("button", name="I have kept it").click()
    expect(secret).to_be_hidden()

    event = happen(platform, 1)[0]
    platform.call("POST", f"/events/{event}/reviews", json={"verdict": "confirmed"})
    deliveries = panel(page, "Deliveries")
    expect(deliveries.get_by_text("answered 500").first).to_be_visible(timeout=SLOW_MS)
    give_up(platform)
    deliveries.get_by_text("Failed", exact=True).first.click()
    expect(page).to_have_url(re.compile("deliveries=failed"))
    expect(deliveries.get_by_role("button", name="Try again").first).to_be_visible()
    shoot(page, "administration-sink")

    tickets.well = True
    deliveries.get_by_role("button", name="Try again").first.click()
    expect(deliveries.get_by_text("No delivery is in this state.")).to_be_visible(timeout=SLOW_MS)
    deliveries.get_by_text("All", exact=True).click()
    expect(deliveries.get_by_role("cell", name="Taken").first).to_be_visible(timeout=SLOW_MS)
    assert b"longan.work_order." in tickets.taken[0]

    page.get_by_label("Name").fill("12345 hotline")
    page.once("dialog", lambda dialog: dialog.dismiss())
    open_tab(page, "System")
    expect(page.get_by_label("Name")).to_have_value("12345 hotline")
    page.get_by_label("Told").uncheck()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Everything is saved")).to_be_visible()
    assert fits_a_phone(page)
    shoot(page, "administration-sink-phone")
    page.get_by_role("link", name="All sinks").click()
    row = page.get_by_role("row", name="12345 hotline")
    expect(row).to_contain_text("Switched off")
    assert "whsec_" not in page.content()

    row.get_by_role("link").click()
    page.get_by_role("button", name="Delete the sink").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the sink").click()
    expect(page.get_by_text("No other system is told")).to_be_visible()
    assert platform.call("GET", "/sinks")["items"] == []
    assert mishaps.found == []


def give_up(platform: Platform) -> None:
    """What waits has failed for good, as it has after days."""
    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    with store.write() as session:
        session.execute(update(Delivery).values(state="failed", error="answered 500"))
    store.dispose()
