"""A password given to the platform is found nowhere that it writes, answers or shows."""

import json
import os
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.platform import Platform, running_platform, until
from tests.serving.streams.web import Web, sends

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

CANARY = "k4n@rie/nvogel"
TOKEN = "kanarientoken0815"
USER = f"canary:{quote(CANARY, safe='')}"
LOOKS = [
    CANARY,
    quote(CANARY, safe=""),
    quote(CANARY),
    TOKEN,
    b64encode(f"canary:{CANARY}".encode()).decode(),
]


@pytest.fixture
def web() -> Iterator[Web]:
    """A host that refuses every password."""
    web = Web()
    for path in ("/a.jpg", "/video", "/clip.mp4"):
        web.answers[path] = sends(b"", status=401, WWW_Authenticate='Basic realm="camera"')
    yield web
    web.close()


def test_a_password_is_found_nowhere(tmp_path: Path, web: Web) -> None:
    with tempfile.TemporaryDirectory(prefix="canary", ignore_cleanup_errors=True) as ray:
        with running_platform(tmp_path / "data", RAY_TMPDIR=ray) as platform:
            secret, answers = _use(platform, web)
            lists = _process_lists()
            wrote = dict(_files(tmp_path)) | dict(_files(Path(ray)))
        wrote |= dict(_files(tmp_path))  # what it wrote on stopping

    looks = [*LOOKS, secret]
    sources = {"an answer": answers, "a list of processes": lists, **wrote}
    found = [
        f"{look!r} in {where}"
        for where, content in sources.items()
        for look in looks
        if look.encode() in content
    ]
    assert found == []
    assert any("longan.db" in where for where in wrote)
    assert any(where.startswith(ray) for where in wrote)
    assert any(where.endswith(".log") for where in wrote)
    assert b"longan" in lists


def _use(platform: Platform, web: Web) -> tuple[str, bytes]:
    """Cameras that fail, probes, exports and a sink; the sink's secret, and all answers but its."""
    query = f"?token={TOKEN}"
    urls = {
        "dead": f"rtsp://{USER}@127.0.0.1:9/a{query}",
        "stream": web.url(f"/video{query}", USER),
        "picture": web.url(f"/a.jpg{query}", USER),
        "file": web.url(f"/clip.mp4{query}", USER),
        "nowhere": f"rtsp://{USER}@no-such-host.invalid/a{query}",
    }
    kinds = {"picture": "snapshot", "file": "file"}
    said: list[str] = []

    def ask(method: str, path: str, **how: object) -> httpx.Response:
        answer = platform.http.request(method, path, **how)  # pyright: ignore[reportArgumentType]
        said.append(f"{answer.headers}{answer.text}")
        return answer

    ids: list[str] = []
    for name, url in urls.items():
        body = {"name": name, "url": url, "kind": kinds.get(name, "stream")}
        once = {"Idempotency-Key": f"add-{name}"}
        made = ask("POST", "/cameras", json=body, headers=once).json()
        ids.append(made["id"])
        again = ask("POST", "/cameras", json=body, headers=once).json()
        assert again["id"] == made["id"]
        ask("POST", "/camera-probes", json={"url": url, "kind": body["kind"]})
        ask(
            "PATCH", f"/cameras/{made['id']}", json={"name": f"{name} 2"}, headers={"If-Match": "*"}
        )
        ask("POST", "/cameras", json={**body, "analysed_fps": "many"})
        ask("POST", "/cameras", json={**body, "url": url.replace("://", "://:x:")})
    rows = "".join(f"{name},{url}\r\n" for name, url in urls.items())
    for how in ("true", "false"):
        ask(
            "POST",
            f"/camera-imports?dry_run={how}",
            content=f"name,url\r\n{rows}bad,rtsp//{USER}@h\r\n".encode(),
            headers={"Content-Type": "text/csv"},
        )
    hook = {"kind": "webhook", "url": web.url(f"/hook{query}")}
    sink = platform.call(
        "POST",
        "/sinks",
        json={"name": "tickets", "spec": hook, "types": ["longan."]},
        headers={"Idempotency-Key": "sink"},
    )
    until(lambda: _failed(platform, ids), 60, "every camera has failed")
    said += [json.dumps(platform.call("GET", f"/cameras/{camera_id}")) for camera_id in ids]
    for path in ("/cameras", "/camera-exports", "/audit-records", "/nodes", "/events", "/kpis"):
        ask("GET", path)
    ask("GET", f"/sinks/{sink['id']}/deliveries")
    with platform.http.stream("GET", "/events/stream", params={"after": 0}) as events:
        for line in events.iter_lines():
            said.append(line)
            if "state_changed" in line:
                break
    headers = dict(platform.http.headers)
    said.append(httpx.get(f"{platform.url}/metrics", headers=headers).text)
    return sink["secret"], "\n".join(said).encode()


def _failed(platform: Platform, ids: list[str]) -> bool:
    return all(platform.status(camera_id)["retries"] > 0 for camera_id in ids)


def _process_lists() -> bytes:
    """What `ps` would show of everybody's processes."""
    lines: list[bytes] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((process / "cmdline").read_bytes())
        except OSError:
            continue  # it has ended
    return b"\n".join(lines)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for root, _, names in os.walk(folder):
        for file in (Path(root) / name for name in names):
            if file.is_file() and not file.is_symlink():
                try:
                    yield str(file), file.read_bytes()
                except OSError:
                    continue  # a socket, or gone meanwhile
