from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.api import create_api
from serving.cli import app
from serving.cli.client import PlatformError
from serving.settings import Settings
from serving.store import Store, nodes, tokens
from tests.serving.cli.served import served

Longan = Callable[..., Result]

WEST, EAST = "0a" * 28, "0b" * 28
"""Ids as Ray gives them."""


@pytest.fixture
def longan(store: Store, tmp_path: Path) -> Iterator[Longan]:
    """The command, beside a platform with two machines of one name."""
    with store.write() as session:
        token = tokens.create(session, "tests")
        nodes.observe(session, WEST, name="rack", lanes=2, busy=0.5)
        nodes.observe(session, EAST, name="rack", lanes=4)
    settings = Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none")
    api = create_api(store, settings, None, _nobody_asks)
    with served(api) as url:

        def run(*words: str) -> Result:
            env = {"LONGAN_URL": url, "LONGAN_TOKEN": token, "COLUMNS": "120"}
            return CliRunner().invoke(app, ["node", *words], env=env)

        yield run


def _nobody_asks(
    model: Path, manifest: AlgorithmManifest, reference: Path | None = None
) -> Verdict:
    return Verdict([])


def _drained(store: Store) -> list[str]:
    with store.read() as session:
        return [node.id for node in nodes.known(session) if node.drained]


def test_nodes_are_listed_with_what_they_may_carry(longan: Longan) -> None:
    shown = longan("list").stdout

    assert WEST[:12] in shown
    assert "0.0 of 1.6" in shown
    assert "50%" in shown


def test_a_node_is_drained_and_undrained_by_the_start_of_its_id(
    longan: Longan, store: Store
) -> None:
    assert longan("drain", WEST[:12]).exit_code == 0
    assert _drained(store) == [WEST]
    assert "alive, drained" in longan("list").stdout

    assert longan("undrain", WEST[:12]).exit_code == 0
    assert _drained(store) == []


def test_a_name_is_enough_when_one_machine_has_it(longan: Longan, store: Store) -> None:
    ambiguous = longan("drain", "rack")
    with store.write() as session:
        nodes.observe(session, WEST, state="gone")
    clear = longan("drain", "rack")

    assert isinstance(ambiguous.exception, PlatformError)
    assert "means 2 nodes" in str(ambiguous.exception)
    assert clear.exit_code == 0
    assert _drained(store) == [EAST]


def test_a_node_that_is_not_there_is_said(longan: Longan) -> None:
    refused = longan("drain", "nowhere")

    assert isinstance(refused.exception, PlatformError)
    assert "longan node list" in str(refused.exception)
