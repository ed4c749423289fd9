"""A real platform, and a real browser that notices what must not happen."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.platform import Platform, running_platform

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
"""Containers have no sandbox and no GPU, and draw maps in software; the browser calls nobody."""

SOFTWARE_GL = "GPU stall due to ReadPixels"
"""Without a GPU the browser itself copies every picture of a map, and complains of it."""

expect.set_options(timeout=20_000)
"""A busy machine takes its time; who waits for more says so."""


@dataclass
class Mishaps:
    """Everything a page did that it should not have."""

    home: str
    found: list[str] = field(default_factory=list[str])

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and SOFTWARE_GL not in message.text:
            self.found.append(f"console {message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.found.append(f"uncaught: {error.message}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "blob:")):
            self.found.append(f"asked another host: {request.url}")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        missing = "no browser here: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def mishaps(platform: Platform) -> Mishaps:
    return Mishaps(platform.url)


@pytest.fixture
def page(browser: Browser, platform: Platform, mishaps: Mishaps) -> Iterator[Page]:
    """The dashboard before signing in, in an English browser."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 720})
    page = context.new_page()
    mishaps.watch(page)
    page.goto(platform.url)
    yield page
    context.close()
