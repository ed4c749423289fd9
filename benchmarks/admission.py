"""Claims: however a model's bytes are damaged, the check ends in an answer or is contained; and
the API answers as quickly as ever meanwhile.

`python -m benchmarks.admission [CASES [MODEL MANIFEST]]` prints JSON. Mutants are judged in a
child with the sandbox's limits and without bubblewrap, which would take a second each.

`python -m benchmarks.admission api [SUBMISSIONS]` hands mutants in over HTTP, judged by the real
check in its sandbox, and asks for /healthz and /api/v1/algorithms all the while; it ends after
60 s, however many are judged by then.
"""

import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import yaml

from algorithms.admission import bubblewrap, check
from algorithms.manifest import AlgorithmManifest
from serving.api import create_api
from serving.settings import Settings
from serving.store import Store, tokens
from tests.algorithms.admission.mutants import ends, mutants
from tests.models import always_sees, manifest

API_S = 60.0
POLL_S = 0.05
PATHS = ("/healthz", "/api/v1/algorithms")


def main() -> None:
    cases, *rest = sys.argv[1:] or ["10000"]
    if cases == "api":
        print(json.dumps(api(int(rest[0]) if rest else 200), indent=2))
        return
    if rest:
        model, wanted = Path(rest[0]).read_bytes(), AlgorithmManifest.from_file(Path(rest[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = always_sees(Path(folder) / "m.onnx", [(32, 32, 8, 8)] * 20, [[0.5, 0.1]] * 20)
            model, wanted = made.read_bytes(), manifest("person", "car")
    began_s = time.monotonic()
    found, slowest_s = ends(mutants(model, int(cases)), wanted)
    result = {
        "cases": found.total(),
        "model_bytes": len(model),
        "ends": dict(found.most_common()),
        "slowest_s": round(slowest_s, 2),
        "seconds": round(time.monotonic() - began_s, 1),
    }
    print(json.dumps(result, indent=2))


def api(submissions: int) -> dict[str, Any]:
    """How long the API takes to answer, idle and while submissions are judged."""
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as client:
        idle = _latencies(client, lambda: False, 5.0)
        made = always_sees(Path(folder) / "m.onnx", [(32, 32, 8, 8)] * 20, [[0.5, 0.1]] * 20)
        done = threading.Event()
        began_s = time.monotonic()
        sender = threading.Thread(
            target=_hand_in, args=(client, made.read_bytes(), submissions, done), daemon=True
        )
        sender.start()
        busy = _latencies(client, lambda: done.is_set() and _waiting(client) == 0, API_S)
        waiting = _waiting(client)
        return {
            "submissions": submissions,
            "judged": submissions - waiting if done.is_set() else None,
            "seconds": round(time.monotonic() - began_s, 1),
            "cores": os.cpu_count(),
            "sandbox": bubblewrap.why_not() or "bubblewrap",
            "idle": idle,
            "while_judging": busy,
        }


@contextmanager
def _serving(folder: Path) -> Generator[httpx.Client]:
    """The API with the real check, in a process of its own as `longan up` has it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    secrets = multiprocessing.get_context("spawn").SimpleQueue()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(folder, port, secrets), daemon=False
    )
    process.start()
    try:
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {secrets.get()}"},
            timeout=60,
        )
        while True:
            try:
                client.get("/healthz").raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield client
    finally:
        process.kill()
        process.join()


def _serve(folder: Path, port: int, secrets: Any) -> None:
    settings = Settings(data_dir=folder / "data")
    store = Store(settings.store_url)
    store.migrate()
    with store.write() as session:
        secrets.put(tokens.create(session, "benchmark"))
    uvicorn.run(create_api(store, settings, None, check), port=port, log_level="warning")


def _hand_in(client: httpx.Client, model: bytes, count: int, done: threading.Event) -> None:
    text = manifest("person", "car").model_dump(mode="json")
    for number, mutant in enumerate(mutants(model, count)):
        named = yaml.safe_dump({**text, "version": f"1.0.{number}"})
        files = {"model": ("m.onnx", mutant), "manifest": ("algorithm.yaml", named)}
        client.post("/api/v1/submissions", files=files).raise_for_status()
    done.set()


def _waiting(client: httpx.Client) -> int:
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        asked = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/submissions", params=asked).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return sum(item["state"] == "checking" for item in items)


def _latencies(client: httpx.Client, over: Callable[[], bool], longest_s: float) -> dict[str, Any]:
    took: dict[str, list[float]] = {path: [] for path in PATHS}
    until_s, looked_s = time.monotonic() + longest_s, time.monotonic()
    while time.monotonic() < until_s:
        for path in PATHS:
            asked_s = time.monotonic()
            client.get(path).raise_for_status()
            took[path].append((time.monotonic() - asked_s) * 1000)
        time.sleep(POLL_S)
        if time.monotonic() - looked_s > 2:
            looked_s = time.monotonic()
            if over():
                break
    return {
        path: {
            "requests": len(ms),
            "p50_ms": round(statistics.median(ms), 1),
            "p99_ms": round(sorted(ms)[int(len(ms) * 0.99)], 1),
            "max_ms": round(max(ms), 1),
        }
        for path, ms in took.items()
    }


if __name__ == "__main__":
    main()
