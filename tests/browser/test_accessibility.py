"""axe on every page, dark and light: nothing it calls serious or critical."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.district import PASSWORD, District, settle
from tests.browser.served import served
from tests.browser.test_review import shoot
from tests.clips import jpegs
from tests.platform import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DASHBOARD = Path(__file__).parents[2] / "dashboard"
AXE = DASHBOARD / "node_modules" / "axe-core" / "axe.min.js"

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SLOW_MS = 60_000
THEMES = ("dark", "light")
HARD = ("serious", "critical")

FOUND = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ impact, target, html }) => {
        const text = [`${id}: ${help}`, target.join(" "), html.slice(0, 200)].join("\\n    ");
        return { impact, text };
    }));
}"""

SWITCH = """scheme => {
    const key = "mantine-color-scheme-value";
    localStorage.setItem(key, scheme);
    const changed = { key, newValue: scheme, storageArea: localStorage };
    window.dispatchEvent(new StorageEvent("storage", changed));
}"""
"""As if it had been chosen in another tab, so that what is open stays open."""

AT_REST = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ends = one => one.effect.getComputedTiming().endTime < Infinity;
    await Promise.allSettled(document.getAnimations().filter(ends).map(one => one.finished));
}"""
"""Colours on their way from one theme to the other are neither's."""

LIST = "name,url,division,lon\nBridge 1,rtsp://10.9.0.1/1,龙眼区,114\nBridge 2,rtsp://10.9.0.2/1,,east\n"


@dataclass(frozen=True)
class Scene:
    """A page in one state.

    Args:
        route: Its path in the route table.
        address: Where it is; fields of the district are filled in.
        shows: What is there once it has its content, as a selector of Playwright.
        does: What brings it into its state from there.
        phone: Also looked at on a phone.
    """

    route: str
    address: str
    shows: str
    does: Callable[[Page], None] | None = None
    phone: bool = False

    def __str__(self) -> str:
        done = f" {self.does.__name__.strip('_')}" if self.does else ""
        return f"{self.address}{done}"


def click(name: str, then: str) -> Callable[[Page], None]:
    """Presses a button, and waits for what it opens."""

    def press(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        page.locator(then).first.wait_for()

    press.__name__ = name
    return press


def key(name: str, then: str) -> Callable[[Page], None]:
    """The same by a key."""

    def press(page: Page) -> None:
        page.keyboard.press(name)
        page.locator(then).first.wait_for()

    press.__name__ = f"key {name}"
    return press


def with_a_password(page: Page) -> None:
    page.get_by_text("With a password").click()
    page.get_by_label("Name").wait_for()


def with_a_look_at_it(page: Page) -> None:
    page.get_by_label("Address").fill("rtsp://10.9.0.1/1")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("region", name="Picture").get_by_role("img").wait_for()


def with_nothing_there(page: Page) -> None:
    page.get_by_label("Address").fill("/nowhere")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Nothing at this address").wait_for()


def with_a_file(page: Page) -> None:
    file = {"name": "cameras.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.locator('input[type="file"]').set_input_files([file])  # pyright: ignore[reportArgumentType]
    page.get_by_text("1 would be added").wait_for()


def with_a_list_open(page: Page) -> None:
    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option").first.wait_for()


def with_a_zone_chosen(page: Page) -> None:
    page.get_by_label(re.compile("^Name of ")).first.focus()
    page.locator("[data-point]").first.wait_for()


def with_the_clip(page: Page) -> None:
    page.keyboard.press("Space")
    page.locator("video").wait_for()


def resolving(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    for step in ("Accept", "Begin", "Resolve"):
        dialog.get_by_role("button", name=step).click()
    photo = {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": jpegs(1)[0]}
    dialog.locator('input[type="file"]').set_input_files([photo])  # pyright: ignore[reportArgumentType]


DIALOG = "role=dialog"
EVENTS = "[data-event]"
SCENES = [
    Scene("/sign-in", "/sign-in", "role=button[name='Sign in']", phone=True),
    Scene("/sign-in", "/sign-in", "role=button[name='Sign in']", with_a_password),
    Scene("/", "/", "[data-tile] [data-live='true']", phone=True),
    Scene("/", "/", "[data-tile]", click("Save as", DIALOG)),
    Scene("/", "/", "[data-tile]", click("Situation", "role=menuitem")),
    Scene("/", "/", "[data-tile]", key("?", DIALOG)),
    Scene("/", "/", "[data-tile]", click("chief", DIALOG), phone=True),
    Scene("/", "/?camera={camera}", "[data-enlarged]"),
    Scene("/", "/?event={event}", "role=dialog >> [data-loaded='true'] img"),
    Scene("/map", "/map?camera={camera}", "role=complementary[name='Chosen'] >> h2", phone=True),
    Scene("/map", "/map?view=list", "role=table[name='Cameras']"),
    Scene("/cameras", "/cameras", "tr[aria-rowindex]", phone=True),
    Scene("/cameras", "/cameras", "tr[aria-rowindex]", with_a_list_open),
    Scene("/cameras/new", "/cameras/new", "role=button[name='Look at it']", with_a_look_at_it),
    Scene("/cameras/new", "/cameras/new", "role=button[name='Look at it']", with_nothing_there),
    Scene("/cameras/import", "/cameras/import", "role=button", with_a_file),
    Scene("/cameras/$id", "/cameras/{camera}", "[data-live='true']", phone=True),
    Scene("/cameras/$id", "/cameras/{camera}", "form", click("Delete camera", DIALOG)),
    Scene("/cameras/$id/privacy", "/cameras/{camera}/privacy", "[data-shape]", with_a_zone_chosen),
    Scene(
        "/cameras/$id/zones/$deployment",
        "/cameras/{camera}/zones/{deployment}",
        "[data-shape]",
        with_a_zone_chosen,
        phone=True,
    ),
    Scene(
        "/cameras/$id/schedule/$deployment",
        "/cameras/{camera}/schedule/{deployment}",
        "role=heading",
        lambda page: page.get_by_text("By the week", exact=True).click(),
    ),
    Scene("/scenarios", "/scenarios", "[data-scenario]", phone=True),
    Scene("/scenarios", "/scenarios?tab=deployments", "role=table >> nth=1"),
    Scene("/scenarios/$id", "/scenarios/rider-helmet", "role=region[name='The rule'] >> dd"),
    Scene("/deployments/new", "/deployments/new", "role=combobox[name='Scenario']"),
    Scene("/deployments/new", "{draft}&step=2", "role=checkbox"),
    Scene("/deployments/new", "{draft}&step=3", "role=textbox"),
    Scene("/deployments/new", "{draft}&step=4", "role=button[name='Deploy']"),
    Scene("/deployments/$id", "/deployments/{deployment}", "[data-revision='2']", phone=True),
    Scene("/deployments/$id", "/deployments/{deployment}", "main", click("Pause", DIALOG)),
    Scene("/events", "/events", EVENTS, phone=True),
    Scene("/events", "/events?event={event}", "[data-loaded='true'] img", phone=True),
    Scene("/events", "/events?event={event}", "[data-loaded='true'] img", with_the_clip),
    Scene("/events", "/events?event={event}", EVENTS, key("2", "text=Poor picture")),
    Scene("/events", "/events", EVENTS, click("More filters", "role=combobox[name='Severity']")),
    Scene("/work-orders", "/work-orders", "[data-order]", phone=True),
    Scene("/work-orders", "/work-orders?order={order}", DIALOG, resolving, phone=True),
    Scene("/kpis", "/kpis", "canvas", phone=True),
    Scene("/algorithms", "/algorithms", "role=table"),
    Scene("/algorithms", "/algorithms?tab=submissions", "main"),
    Scene("/algorithms", "/algorithms?tab=challenges&challenge={challenge}", "role=table"),
    Scene("/algorithms/submit", "/algorithms/submit", "form"),
    Scene(
        "/algorithms/$name/$version",
        "/algorithms/rider-helmet/1.1.0",
        "role=region[name='Scorecard'] >> text=mAP50",
        phone=True,
    ),
    Scene(
        "/algorithms/$name/$version",
        "/algorithms/rider-helmet/1.1.0?against=1.0.0",
        "text=beyond chance",
        key("p", DIALOG),
    ),
    Scene("/training", "/training", "role=table"),
    Scene("/training/$id", "/training/{running}", "[data-plot] canvas", phone=True),
    Scene("/training/$id", "/training/{running}", "[data-plot]", click("Cancel the run", DIALOG)),
    Scene("/administration", "/administration?tab=system", "text=edge-1", phone=True),
    Scene("/administration", "/administration?tab=responsibility", "role=table[name='Versions']"),
    Scene(
        "/administration",
        "/administration?tab=responsibility&open={responsibility}",
        "role=button[name='Put in force']",
    ),
    Scene("/administration", "/administration?tab=divisions", "role=table[name='Units']"),
    Scene("/administration", "/administration?tab=sinks", "role=row[name*='12345']"),
    Scene("/administration", "/administration?tab=sinks&open=new", "form"),
    Scene("/administration", "/administration?tab=sinks&open={sink}", "form"),
    Scene("/administration", "/administration?tab=users", "role=table[name='Users']"),
    Scene("/administration", "/administration?tab=users&open=new", "form", phone=True),
    Scene("/administration", "/administration?tab=users&open={user}", "form"),
    Scene("/administration", "/administration?tab=tokens", "role=table"),
    Scene("/administration", "/administration?tab=tokens&open=new", "form"),
    Scene("/administration", "/administration?tab=roles", "role=table[name='Roles']"),
    Scene("/administration", "/administration?tab=audit", "role=table[name='Audit']", phone=True),
]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


@pytest.fixture(scope="module")
def district(platform: Served) -> District:
    return settle(platform)


@pytest.fixture(scope="module")
def desk(browser: Browser, platform: Served, district: District) -> Iterator[Page]:
    """Where an administrator with a password is signed in."""
    order = {"name": "chief", "display_name": "陈工", "password": PASSWORD}
    platform.call("POST", "/users", json={**order, "grants": [{"role": "administrator"}]})
    context = browser.new_context(locale="en-GB", bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(SLOW_MS)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(platform.url)
    page.get_by_text("With a password").click()
    page.get_by_label("Name").fill("chief")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Wall")).to_be_visible()
    yield page
    context.close()


def test_every_page_has_its_scene() -> None:
    source = DASHBOARD / "src"
    routes = re.findall(r'path: "([^"]+)"', (source / "router.tsx").read_text())
    tabs = (source / "pages" / "administration" / "search.ts").read_text()
    tabs = tabs.split("TABS = {")[1].split("}")[0]

    assert {scene.route for scene in SCENES} == set(routes)
    assert {
        found[1] for scene in SCENES if (found := re.search(r"\btab=(\w+)$", scene.address))
    } >= set(re.findall(r"(\w+):", tabs))


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_nothing_bars_anybody(
    scene: Scene, platform: Served, district: District, desk: Page
) -> None:
    where = scene.address.format(**_places(district))
    desk.set_viewport_size(DESK)  # pyright: ignore[reportArgumentType]
    desk.goto(f"{platform.url}{where}")
    desk.locator(scene.shows).first.wait_for()
    if scene.does:
        scene.does(desk)

    found = [*_look(desk, f"{scene}")]
    if scene.phone:
        desk.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
        found += _look(desk, f"{scene} on a phone")
    sys.stdout.write("".join(f"{one}\n" for one in found))
    assert not found, f"axe names {len(found)} things that bar somebody"


def _look(page: Page, name: str) -> Iterator[str]:
    """What axe finds in both themes."""
    for theme in THEMES:
        page.evaluate(SWITCH, theme)
        page.locator(f"html[data-mantine-color-scheme={theme}]").wait_for()
        page.evaluate(AT_REST)
        shoot(page, re.sub(r"\W+", "-", f"axe {name} {theme}"))
        results: list[dict[str, Any]] = page.evaluate(FOUND)
        yield from (
            f"{name}, {theme}: {one['impact']}: {one['text']}"
            for one in results
            if one["impact"] in HARD
        )


def _places(district: District) -> dict[str, str]:
    fields = {**asdict(district), **asdict(district.city)}
    draft = f'/deployments/new?scenario=rider-helmet&cameras=["{district.camera}"]'
    return {
        **{name: value for name, value in fields.items() if isinstance(value, str)},
        "deployment": district.deployment,
        "draft": draft,
        "running": district.city.running_id,
        "challenge": district.city.challenge_id,
    }
