"""Each role walks through all that the dashboard offers it, and nothing is refused."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

import pytest
from playwright.sync_api import Browser, Page, Request, Response, expect

from serving.access import Role
from tests.browser.district import District, settle, token_of
from tests.browser.served import served
from tests.platform import Served, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOW_S = 60
QUIET_MS = 250
STREAM = "/api/v1/events/stream"
"""Never ends, so nobody waits for it."""

UNMEASURED = "/scorecard"
"""404 is an answer there: the version was never measured."""

ULID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b")
LINKS = "links => links.map(link => link.getAttribute('href'))"


@dataclass
class Traffic:
    """What a page asks, and what of it is refused."""

    asked: int = 0
    open: set[Request] = field(default_factory=set[Request])
    refused: list[str] = field(default_factory=list[str])

    def watch(self, page: Page) -> None:
        page.on("request", self._begins)
        page.on("requestfinished", self._over)
        page.on("requestfailed", self._over)
        page.on("response", self._answered)

    def _begins(self, request: Request) -> None:
        self.asked += 1
        if STREAM not in request.url:
            self.open.add(request)

    def _over(self, request: Request) -> None:
        self.open.discard(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.url.endswith(UNMEASURED):
            asked = f"{response.request.method} {response.url}"
            self.refused.append(f"{response.status} {asked} on {response.frame.url}")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


@pytest.fixture(scope="module")
def district(platform: Served) -> District:
    return settle(platform)


@pytest.mark.parametrize("role", get_args(Role))
def test_nothing_that_a_role_is_shown_is_refused(
    role: str, platform: Served, district: District, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(platform.url)
    page.get_by_label("Token", exact=True).fill(token_of(platform, role))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("header nav a").first).to_be_visible()
    traffic = Traffic()
    traffic.watch(page)

    waiting = _links(page, "header nav a")
    details = (
        f"/events?event={district.event}",
        f"/work-orders?order={district.order}",
        f"/map?camera={district.camera}",
    )
    offered = {_page(link) for link in waiting}
    waiting += [link for link in details if _page(link) in offered]
    seen: set[str] = set()
    while waiting:
        link = waiting.pop(0)
        if (kind := _kind(link)) in seen:
            continue
        seen.add(kind)
        page.goto(f"{platform.url}{link}")
        expect(page.locator("main")).to_be_visible()
        _settled(page, traffic)
        expect(page.get_by_text("does not open this")).to_be_hidden()
        waiting += [each for each in _links(page, "main a") if not each.startswith("/api")]
    context.close()

    sys.stdout.write("".join(f"{role}: {one}\n" for one in traffic.refused))
    assert len(seen) >= 4
    assert traffic.refused == []


def _links(page: Page, where: str) -> list[str]:
    found: list[str] = page.locator(where).evaluate_all(LINKS)
    return [link for link in found if link.startswith("/")]


def _page(link: str) -> str:
    return link.split("?")[0]


def _kind(link: str) -> str:
    """The page of an address; what differs by an id or a filter is one."""
    path = ULID.sub("$id", _page(link))
    path = re.sub(r"^/scenarios/.+", "/scenarios/$id", path)
    path = re.sub(r"^/algorithms/[^/]+/.+", "/algorithms/$name/$version", path)
    tab = re.search(r"[?&](tab|order|event|camera)=(\w+)", link)
    return f"{path} {ULID.sub('$id', tab[0][1:]) if tab else ''}"


def _settled(page: Page, traffic: Traffic) -> None:
    """Until the page asks nothing more."""

    def quiet() -> bool:
        before = traffic.asked
        page.wait_for_timeout(QUIET_MS)
        return not traffic.open and traffic.asked == before

    until(quiet, SLOW_S, f"{page.url} has asked everything")
