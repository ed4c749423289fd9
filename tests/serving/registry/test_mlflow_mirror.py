"""The mirror beside a real MLflow store on SQLite."""

# pyright: basic
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mlflow import MlflowClient
from structlog.testing import capture_logs

from algorithms.manifest import AlgorithmManifest
from scenarios.scorecard import ClassCard, Estimate, Scorecard, rate
from serving.registry.mlflow_mirror import MirrorError, MlflowMirror
from serving.store import Store, algorithms, evaluations
from serving.store.evaluation_models import Evaluation, EvaluationSet
from tests.platform import until

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")  # MLflow's

NAME = "rider-helmet"


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture
def mlflow(uri: str) -> MlflowClient:
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


@contextmanager
def mirroring(store: Store, uri: str) -> Iterator[None]:
    mirror = MlflowMirror(store, uri, every_s=0.05)
    mirror.start()
    yield
    mirror.stop()


def add(store: Store, manifest: AlgorithmManifest, sha256: str) -> None:
    with store.write() as session:
        algorithms.add(session, manifest, sha256, origin="submitted")


def measure(store: Store, version: str, map50: float) -> None:
    """A scorecard of a version on the set `streets`."""
    card = Scorecard(
        pictures=100,
        sources=9,
        threshold=0.25,
        map50=Estimate(value=map50),
        map50_95=None,
        classes={
            "without_helmet": ClassCard(
                ap50=Estimate(value=map50),
                ap50_95=None,
                precision=rate(0, 0),
                recall=rate(80, 100),
            )
        },
        slices=(),
        curve=(),
        budget=None,
        suggested=None,
        ms_per_picture=21.5,
    )
    with store.write() as session:
        on = session.query(EvaluationSet).filter_by(name="streets").one_or_none() or EvaluationSet(
            name="streets",
            title="Streets",
            folder="streets",
            split="val",
            licence="CC0",
            fingerprint="f",
            pictures=100,
            classes=["without_helmet"],
            created_by="tests",
        )
        session.add(on)
        session.flush()
        evaluations.add(
            session,
            Evaluation(
                name=NAME,
                version=version,
                set_id=on.id,
                state="done",
                scorecard=card.model_dump(mode="json"),
                created_by="tests",
                ended_at=datetime.now(UTC),
            ),
        )


def mirrored(mlflow: MlflowClient) -> dict[str, dict[str, str]]:
    """Our version → its tags in MLflow."""
    rows = mlflow.search_model_versions(f"name = '{NAME}'")
    return {row.tags["longan.version"]: row.tags for row in rows}


def champion(mlflow: MlflowClient) -> str | None:
    """Our version that MLflow's alias stands for."""
    (model,) = mlflow.search_registered_models(f"name = '{NAME}'") or [None]
    if model is None or "champion" not in model.aliases:
        return None
    return mlflow.get_model_version_by_alias(NAME, "champion").tags["longan.version"]


def figures(mlflow: MlflowClient, version: str) -> dict[str, float]:
    (row,) = (
        row
        for row in mlflow.search_model_versions(f"name = '{NAME}'")
        if row.tags["longan.version"] == version
    )
    assert row.run_id is not None
    return mlflow.get_run(row.run_id).data.metrics


def test_a_version_its_tags_its_figures_and_its_alias_are_in_mlflow(
    store: Store, uri: str, mlflow: MlflowClient, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    add(store, make_manifest(), "a" * 64)
    measure(store, "0.1.0", 0.6)

    with mirroring(store, uri):
        until(lambda: champion(mlflow) == "0.1.0", 30, "the alias is mirrored")

    (row,) = mlflow.search_model_versions(f"name = '{NAME}'")
    assert row.source == f"longan:/sha256/{'a' * 64}"
    assert row.tags == {
        "longan.version": "0.1.0",
        "longan.sha256": "a" * 64,
        "longan.licence": "AGPL-3.0",
        "longan.team": "tests",
        "longan.state": "approved",
    }
    assert figures(mlflow, "0.1.0") == {
        "streets/map50": 0.6,
        "streets/f1": 0.0,
        "streets/ms_per_picture": 21.5,
        "streets/without_helmet/recall": 0.8,
    }


def test_what_changes_is_mirrored_and_nothing_is_there_twice(
    store: Store, uri: str, mlflow: MlflowClient, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    add(store, make_manifest(), "a" * 64)
    measure(store, "0.1.0", 0.6)
    with mirroring(store, uri):
        until(lambda: champion(mlflow) == "0.1.0", 30, "the first version is mirrored")
        add(store, make_manifest(version="0.2.0"), "b" * 64)
        measure(store, "0.1.0", 0.7)
        with store.write() as session:
            algorithms.set_alias(session, NAME, "champion", "0.2.0")
            algorithms.set_state(session, NAME, "0.1.0", "revoked", "withdrawn")

        until(lambda: champion(mlflow) == "0.2.0", 30, "the alias moved")

    assert {v: tags["longan.state"] for v, tags in mirrored(mlflow).items()} == {
        "0.1.0": "revoked",
        "0.2.0": "approved",
    }
    assert len(mlflow.search_model_versions(f"name = '{NAME}'")) == 2
    assert figures(mlflow, "0.1.0")["streets/map50"] == 0.7


def test_what_somebody_changes_in_mlflow_is_put_right_and_what_is_theirs_stays(
    store: Store, uri: str, mlflow: MlflowClient, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    add(store, make_manifest(), "a" * 64)
    mlflow.create_registered_model(NAME)
    theirs = mlflow.create_model_version(NAME, "s3://theirs")
    mlflow.set_registered_model_alias(NAME, "champion", theirs.version)

    with mirroring(store, uri):
        until(lambda: len(mlflow.search_model_versions()) == 2, 30, "ours is beside theirs")
        until(
            lambda: mlflow.get_model_version_by_alias(NAME, "champion").source != "s3://theirs",
            30,
            "the alias is ours again",
        )

    assert mlflow.get_model_version(NAME, theirs.version).source == "s3://theirs"


def test_one_algorithm_that_mlflow_refuses_keeps_no_other_back_and_is_tried_again(
    store: Store, uri: str, mlflow: MlflowClient, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    add(store, make_manifest(), "a" * 64)
    with mirroring(store, uri):
        until(lambda: champion(mlflow) == "0.1.0", 30, "the version is mirrored")
    (version,) = mlflow.search_model_versions(f"name = '{NAME}'")
    assert version.run_id is not None
    mlflow.delete_run(version.run_id)  # nothing can be written to it now
    measure(store, "0.1.0", 0.6)
    add(store, make_manifest(name="smoke"), "c" * 64)

    with capture_logs() as logs, mirroring(store, uri):
        until(lambda: bool(mlflow.search_model_versions("name = 'smoke'")), 30, "smoke is mirrored")
        assert {"algorithm": NAME}.items() <= logs[0].items()
        mlflow.restore_run(version.run_id)
        until(lambda: "streets/map50" in figures(mlflow, "0.1.0"), 30, "it was tried again")


def test_an_mlflow_that_cannot_be_reached_is_logged_and_holds_nothing_up(
    store: Store, uri: str, mlflow: MlflowClient, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]

    with capture_logs() as logs, mirroring(store, f"http://127.0.0.1:{port}"):
        add(store, make_manifest(), "a" * 64)
        until(lambda: bool(logs), 60, "the failure is logged")
    assert logs[0]["event"] == "round failed, going on"

    with mirroring(store, uri):
        until(lambda: champion(mlflow) == "0.1.0", 30, "what was missed is made up for")


def test_without_mlflows_client_the_setting_is_refused(
    store: Store, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)

    with pytest.raises(MirrorError, match=r"LONGAN_MLFLOW_URI is set.*longan\[mlflow\]"):
        MlflowMirror(store, uri)
