from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.api import create_api
from serving.cli import app
from serving.cli.client import PlatformError
from serving.settings import Settings
from serving.store import Store, tokens
from tests.serving.cli.served import served

Longan = Callable[..., Result]


@pytest.fixture
def longan(store: Store, tmp_path: Path) -> Iterator[Longan]:
    """The command, as an administrator or with another token."""
    with store.write() as session:
        admin = tokens.create(session, "admin")
    settings = Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none")
    with served(create_api(store, settings, None, nobody_asks)) as url:

        def run(*words: str, typed: str | None = None, token: str = admin) -> Result:
            env = {"LONGAN_URL": url, "LONGAN_TOKEN": token, "COLUMNS": "160"}
            return CliRunner().invoke(app, words, env=env, input=typed)

        yield run


def nobody_asks(model: Path, manifest: AlgorithmManifest, reference: Path | None = None) -> Verdict:
    return Verdict([])


def test_a_user_is_added_listed_and_disabled(longan: Longan) -> None:
    grants = ("--grant", "reviewer@龙岗区/龙城街道", "--grant", "dashboard")
    typed = "correct horse\ncorrect horse\n"
    added = longan("user", "add", "anna", "--as", "安娜", *grants, typed=typed)
    listed = longan("user", "list").stdout
    longan("user", "disable", "anna")

    assert "anna may sign in." in added.stdout, added.output
    assert "correct horse" not in added.stdout
    assert "reviewer@龙岗区/龙城街道, dashboard" in listed
    assert "anna (disabled)" in longan("user", "list").stdout
    assert isinstance(longan("user", "disable", "nobody").exception, PlatformError)


def test_a_token_is_printed_once_and_deleted(longan: Longan) -> None:
    secret = longan(
        "token", "create", "wall", "--grant", "dashboard", "--days", "30"
    ).stdout.strip()
    listed = longan("token", "list").stdout
    refused = longan("token", "list", token=secret)
    number = next(line for line in listed.splitlines() if "wall" in line).split()[1]
    longan("token", "delete", number)

    assert secret.startswith("longan_")
    assert secret not in listed
    assert "access.read" in str(refused.exception)
    assert "wall" not in longan("token", "list").stdout


def test_the_audit_is_listed_and_verified(longan: Longan, store: Store) -> None:
    for name in ("one", "two"):
        longan("token", "create", name, "--grant", "auditor")
    listed = longan("audit", "list", "--action", "access").stdout
    whole = longan("audit", "verify")
    with store.write() as session:
        session.execute(text("DROP TRIGGER audit_record_no_update"))
        session.execute(text("UPDATE audit_record SET thing = 'x' WHERE seq = 1"))
    broken = longan("audit", "verify")

    assert listed.count("POST /api/v1/tokens") == 2
    assert whole.stdout.startswith("2 records, all fit. Last hash: ")
    assert (broken.exit_code, "Record 1 does not fit" in broken.output) == (1, True)
