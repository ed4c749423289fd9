import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from serving import doctor
from serving.cli import app, main
from serving.doctor import Finding, examine
from serving.doctor.cameras import cameras
from serving.doctor.data import data
from serving.doctor.database import database
from serving.doctor.environment import environment
from serving.doctor.machine import machine
from serving.doctor.network import network
from serving.doctor.parts import parts
from serving.doctor.secret_keys import secret_keys
from serving.settings import Settings
from serving.store import Store, sealing
from serving.store.models import Camera
from serving.store.secret_keys import keys_of, write_keys


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "dist", port=free_port())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def only(findings: Iterator[Finding], thing: str) -> Finding:
    (found,) = [finding for finding in findings if finding.thing == thing]
    return found


def with_store(settings: Settings) -> Store:
    settings.data_dir.mkdir(mode=0o700)
    sealing.hold(keys_of(settings))
    store = Store(settings.store_url)
    store.migrate()
    return store


def test_a_fresh_machine_has_no_error(settings: Settings) -> None:
    found = list(examine(settings))

    assert [finding for finding in found if finding.verdict == "error"] == []
    assert {"store", "port", "disk", "weights"} <= {finding.thing for finding in found}
    assert all(bool(finding.cure) == (finding.verdict != "ok") for finding in found)


def test_a_misspelt_setting_is_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGAN_PROT", "8001")

    found = only(environment(settings), "settings")

    assert (found.verdict, found.cure) == ("warning", "did you mean LONGAN_PORT?")


def test_a_damaged_network_is_named(settings: Settings, tmp_path: Path) -> None:
    here = settings.weights_dir
    (tmp_path / "manifest.toml").write_bytes((here / "manifest.toml").read_bytes())
    for file in here.glob("*.onnx"):
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "motion-1.0.0.onnx").unlink()
    (tmp_path / "litter-1.0.0.onnx").unlink()
    (tmp_path / "litter-1.0.0.onnx").write_bytes(b"half a downlo")

    found = only(parts(settings.model_copy(update={"weights_dir": tmp_path})), "weights")

    assert found.verdict == "error"
    assert "litter-1.0.0.onnx is another file" in found.what
    assert "motion-1.0.0.onnx is missing" in found.what


def test_secrets_that_others_can_read_are_found(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o700)
    settings.admin_token_file.write_text("longan_secret", encoding="utf-8")
    settings.admin_token_file.chmod(0o644)

    found = only(data(settings), "data folder")

    assert (found.verdict, found.what) == ("error", "others can read admin-token")
    assert "longan_secret" not in found.what + found.cure


def test_an_open_data_folder_is_a_warning(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.data_dir.chmod(0o755)

    assert only(data(settings), "data folder").verdict == "warning"


def test_a_database_that_is_away_is_found_without_its_password(settings: Settings) -> None:
    url = f"postgresql+psycopg://longan:hunter2@127.0.0.1:{free_port()}/longan"

    found = only(database(settings.model_copy(update={"database_url": url})), "store")

    assert found.verdict == "error"
    assert "refused" in found.what
    assert "hunter2" not in found.what + found.cure


def test_tables_of_another_release_are_a_warning(settings: Settings) -> None:
    store = with_store(settings)
    assert only(database(settings), "store").verdict == "ok"
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    found = only(database(settings), "store")

    assert found.verdict == "warning"
    assert "revision 0001" in found.what


def test_a_port_that_something_else_holds_is_an_error(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind((settings.host, settings.port))
        other.listen()
        held = only(network(settings), "port")

    assert held.verdict == "error"
    assert "in use" in held.what
    assert only(network(settings), "port").verdict == "ok"


def test_a_port_that_we_hold_is_none(settings: Settings) -> None:
    class Platform(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"status": "ok"}).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
            pass

    server = HTTPServer((settings.host, settings.port), Platform)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert only(network(settings), "port").what.startswith("a platform answers")
    finally:
        server.shutdown()
        server.server_close()


def test_passwords_in_the_clear_are_a_warning(settings: Settings) -> None:
    everywhere = settings.model_copy(update={"host": "0.0.0.0"})

    assert only(network(everywhere), "TLS").verdict == "warning"


def test_a_ray_head_that_is_away_is_an_error(settings: Settings) -> None:
    away = settings.model_copy(update={"ray_address": f"127.0.0.1:{free_port()}"})

    assert only(network(away), "Ray").verdict == "error"


def test_a_camera_that_does_not_answer_is_named_without_its_password(settings: Settings) -> None:
    store = with_store(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        there = listening.getsockname()[1]
        with store.write() as session:
            for name, port in (("Gate", there), ("Yard", free_port())):
                url = f"rtsp://admin:hunter2@127.0.0.1:{port}/1"
                session.add(Camera(name=name, url=url, kind="stream"))

        found = only(cameras(settings), "cameras")

    assert found.verdict == "warning"
    assert found.what.startswith("1 of 2 do not answer: Yard (127.0.0.1:")
    assert "hunter2" not in found.what + found.cure


def test_lost_keys_are_an_error_and_none_is_made_in_their_place(settings: Settings) -> None:
    store = with_store(settings)
    with store.write() as session:
        session.add(Camera(name="Gate", url="rtsp://admin:hunter2@10.0.0.7/1", kind="stream"))
    assert only(secret_keys(settings), "secret keys").verdict == "ok"

    settings.own_secret_keys_file.rename(settings.data_dir / "elsewhere")
    lost = only(secret_keys(settings), "secret keys")
    write_keys(settings.own_secret_keys_file, [b"another key, as long as it has to"[:32]])
    wrong = only(secret_keys(settings), "secret keys")

    assert (lost.verdict, wrong.verdict) == ("error", "error")
    assert "is missing" in lost.what


def test_few_open_files_are_a_warning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def limits(_: int) -> tuple[int, int]:
        return 1024, 4096

    monkeypatch.setattr("resource.getrlimit", limits)

    assert only(machine(settings), "open files").verdict == "warning"


def test_a_check_that_breaks_is_a_finding(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Settings) -> Iterator[Finding]:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "CHECKS", (broken, environment))

    found = list(examine(settings))

    assert [finding.verdict for finding in found] == ["error", "ok"]
    assert "RuntimeError: no such thing" in found[0].what


def test_the_command_fails_where_there_is_an_error(tmp_path: Path) -> None:
    env = {"LONGAN_DATA_DIR": str(tmp_path), "LONGAN_PORT": str(free_port())}
    good = CliRunner().invoke(app, ["doctor", "--json"], env=env)
    bad = CliRunner().invoke(app, ["doctor"], env={**env, "LONGAN_WEIGHTS_DIR": str(tmp_path)})

    assert good.exit_code == 0, good.output
    assert {"thing", "verdict", "what", "cure"} == set(json.loads(good.stdout.splitlines()[0]))
    assert bad.exit_code == 1
    assert "set LONGAN_WEIGHTS_DIR" in bad.stdout


def test_wrong_settings_are_told_all_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LONGAN_PORT", "eight thousand")
    monkeypatch.setenv("LONGAN_EVIDENCE_DAYS", "-1")
    monkeypatch.setattr("sys.argv", ["longan", "up"])
    monkeypatch.setattr("serving.cli.configure_logging", lambda: None)

    with pytest.raises(SystemExit):
        main()

    told = capsys.readouterr().err
    assert "LONGAN_PORT: Input should be a valid integer" in told
    assert "LONGAN_EVIDENCE_DAYS: Input should be greater than 0" in told
    assert "eight thousand" not in told
