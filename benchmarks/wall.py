# pyright: basic
"""The video wall in a browser: 64 tiles live and 50 events a second, for a while.

    python -m benchmarks.wall [--minutes 20] [--events 50]

Chromium, headless and without a GPU, shows the dashboard's wall in a window of 1920×1080, in an 8×8
grid, with boxes, trails and a zone on every tile. `wall_server` stands in for the cameras; from the
API on everything is the platform's own. Browser and server share the machine. Every half minute:
frames
that the browser painted and pictures that it decoded, a second; the JS heap after a garbage
collection; memory (PSS) of the page's renderer process; nodes of the page. Growth is the median of
the last quarter over the median of the second: the first fills caches. Playwright only signs in and
leaves: while it is connected, Chromium keeps what the page has received for it (3 MB a minute).
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import connect

from benchmarks.harness import Bar, arguments, cpu_s, pss_mb, skip, tree, write
from tests.platform import until

TILES = 64
EVERY_S = 30.0
START_S = 120.0

COUNT = """
window.counted = {frames: 0, pictures: 0};
const decode = window.createImageBitmap;
window.createImageBitmap = (...given) => { window.counted.pictures += 1; return decode(...given); };
const count = () => { window.counted.frames += 1; requestAnimationFrame(count); };
requestAnimationFrame(count);
"""


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--events", type=float, default=50, help="a second; 0: none")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        skip("no browser here: apt-get install chromium")
    minutes = 0.5 if asked.quick else asked.minutes
    with serving(asked.events) as (url, token, server), browsing(chromium) as address:
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(address)
            version = browser.version
            page = browser.contexts[0].pages[0]
            open_wall(page, url, token)
        with Debugger(address) as debugger:
            viewport = debugger.evaluate("`${innerWidth}x${innerHeight}`")
            samples = watch(debugger, server, minutes)
    figures: dict[str, Any] = {
        "minutes": minutes,
        "tiles": TILES,
        "events_per_s_asked": asked.events,
        "viewport": viewport,
        "chromium": version,
        "cameras": "stand-in: bikes clip, 320 px wide, 10 boxes each; API, store and events real",
        "frames_per_s": round(median(s["frames_per_s"] for s in samples), 1),
        "frames_per_s_least": round(min(s["frames_per_s"] for s in samples), 1),
        "pictures_per_s": round(median(s["pictures_per_s"] for s in samples), 1),
        "events_per_s": round(median(s["events_per_s"] for s in samples), 1),
        "heap_growth": growth(samples, "heap_mb"),
        "renderer_growth": growth(samples, "renderer_mb"),
        "samples": samples,
    }
    write("wall", figures, bars(figures), quick=asked.quick)


def bars(figures: dict[str, Any]) -> list[Bar]:
    words = f"Wall, {TILES} tiles, {figures['events_per_s']:g} events/s"
    rate = figures["frames_per_s"]
    found = [Bar(f"{words}: frames painted", "> 30 /s", f"{rate} /s", rate > 30)]
    for name, what in (("heap_growth", "JS heap"), ("renderer_growth", "renderer memory")):
        grown = figures[name]
        told = "–" if grown is None else f"{grown:+.1%}"
        met = None if grown is None else grown <= 0.05
        title = f"{words}: growth of the {what} in {figures['minutes']:g} min"
        found.append(Bar(title, "≤ 5 %", told, met))
    return found


@contextmanager
def serving(events: float) -> Generator[tuple[str, str, int]]:
    """The stand-in: its address, a token, its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="longan-bench-") as folder:
        command = [sys.executable, "-m", "benchmarks.wall_server", f"{folder}/data", str(port)]
        process = subprocess.Popen([*command, str(events)], stdin=subprocess.PIPE)
        try:
            until(lambda: answers(url, process), START_S, "the stand-in answers")
            yield url, (Path(folder) / "data" / "token").read_text(), process.pid
        finally:
            process.communicate(timeout=30)


@contextmanager
def browsing(chromium: str) -> Generator[str]:
    """A browser without a window, and where its debugging protocol listens."""
    with tempfile.TemporaryDirectory(prefix="longan-bench-", ignore_cleanup_errors=True) as folder:
        command = [
            *(chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--lang=en-GB"),
            *("--remote-debugging-port=0", f"--user-data-dir={folder}"),
            *("--window-size=1920,1080", "about:blank"),
        ]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        told = Path(folder) / "DevToolsActivePort"
        try:
            until(told.exists, START_S, "the browser listens")
            yield f"http://127.0.0.1:{told.read_text().splitlines()[0]}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def answers(url: str, process: "subprocess.Popen[bytes]") -> bool:
    if process.poll() is not None:
        raise RuntimeError("the stand-in has ended")
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.TransportError:
        return False


def open_wall(page: Page, url: str, token: str) -> None:
    """Sign in, and wait until every tile is live."""
    page.add_init_script(COUNT)
    page.goto(f"{url}/?grid={TILES}")
    page.get_by_label("Token", exact=True).fill(token)
    page.get_by_role("button", name="Sign in").click()
    live = "document.querySelectorAll('[data-tile] [data-live=true]').length"
    until(lambda: page.evaluate(live) == TILES, START_S, f"{TILES} tiles are live")


class Debugger:
    """Chromium's debugging protocol on the page, with only what is asked for switched on."""

    def __init__(self, address: str) -> None:
        targets = httpx.get(f"{address}/json").json()
        (page,) = [target for target in targets if target["type"] == "page"]
        self._socket = connect(page["webSocketDebuggerUrl"], max_size=None, legacy=True)
        self._asked = 0

    def __enter__(self) -> "Debugger":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self._asked += 1
        asked = {"id": self._asked, "method": method, "params": params}
        self._socket.send(json.dumps(asked))
        while True:
            told = json.loads(self._socket.recv(timeout=60))
            if told.get("id") == self._asked:
                return told["result"]

    def evaluate(self, expression: str) -> Any:
        told = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        return told["result"]["value"]


def watch(page: Debugger, server: int, minutes: float) -> list[dict[str, float]]:
    """What the page does and weighs, every half minute."""
    page.send("Performance.enable")
    samples: list[dict[str, float]] = []
    begun = time.monotonic()
    before = look(page, server)
    while time.monotonic() - begun < minutes * 60:
        time.sleep(min(EVERY_S, minutes * 60))
        now = look(page, server)
        took_s = now["at_s"] - before["at_s"]
        rates = {
            f"{key}_per_s": round((now[key] - before[key]) / took_s, 1)
            for key in ("frames", "pictures", "events")
        }
        cores = {
            f"{key}_cores": round((now[key] - before[key]) / took_s, 2)
            for key in ("browser", "server")
        }
        samples.append({"at_s": round(now["at_s"] - begun), **rates, **cores, **weigh(page)})
        before = look(page, server)
        print(samples[-1], flush=True)
    return samples


def look(page: Debugger, server: int) -> dict[str, float]:
    counted: dict[str, float] = page.evaluate("window.counted")
    happened: int = page.evaluate(
        "fetch('/api/v1/events?limit=1').then((answer) => answer.json())"
        ".then(({items}) => items.length === 0 ? 0 : Number(items[0].dedup_key))"
    )
    return {
        "at_s": time.monotonic(),
        "frames": counted["frames"],
        "pictures": counted["pictures"],
        "events": happened,
        "browser": cpu_s(set(tree(os.getpid())) - set(tree(server)) - {os.getpid()}),
        "server": cpu_s(tree(server)),
    }


def weigh(page: Debugger) -> dict[str, float]:
    page.send("HeapProfiler.collectGarbage")
    told: list[dict[str, Any]] = page.send("Performance.getMetrics")["metrics"]
    metrics: dict[str, float] = {metric["name"]: metric["value"] for metric in told}
    return {
        "heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 2),
        "nodes": metrics["Nodes"],
        "renderer_mb": round(max(pss_mb([process]) for process in renderers()), 1),
    }


def renderers() -> list[int]:
    """Chromium's processes that hold a page; ours is the largest."""
    return [
        process
        for process in tree(os.getpid())
        if b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes()
    ]


def growth(samples: list[dict[str, float]], key: str) -> float | None:
    """The last quarter over the second; None where there are too few samples."""
    quarter = len(samples) // 4
    if quarter < 2:
        return None
    early = median(sample[key] for sample in samples[quarter : 2 * quarter])
    late = median(sample[key] for sample in samples[-quarter:])
    return round(late / early - 1, 4)


if __name__ == "__main__":
    main()
