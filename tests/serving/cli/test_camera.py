from pathlib import Path

from typer.testing import CliRunner

from algorithms.admission import Verdict
from serving.api import create_api
from serving.cli import app
from serving.settings import Settings
from serving.store import Store, cameras, tokens
from tests.serving.cli.served import served

URL = "rtsp://user:hunter2@10.0.0.7/1"


def test_an_address_with_a_password_is_typed_and_not_shown(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        admin = tokens.create(session, "admin")
    settings = Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none")
    api = create_api(store, settings, None, lambda model, manifest, reference=None: Verdict([]))
    with served(api) as url:
        env = {"LONGAN_URL": url, "LONGAN_TOKEN": admin}
        words = ["camera", "add", "-", "--name", "Gate"]
        added = CliRunner().invoke(app, words, env=env, input=f"{URL}\n")

    assert added.exit_code == 0, added.output
    assert "hunter2" not in added.output
    with store.read() as session:
        assert cameras.get(session, added.stdout.strip()).url == URL
