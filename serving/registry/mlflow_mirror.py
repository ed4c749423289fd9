# pyright: basic
"""Every version in an MLflow model registry, too: a mirror that nothing of ours reads.

Each round compares what is registered here with what MLflow has and writes the difference. So
nothing here waits for MLflow, nothing is lost while it is away, and what somebody changes there
is put right.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog

from algorithms.errors import LonganError
from scenarios.scorecard import METRICS, Scorecard
from serving.rounds import Rounds
from serving.store import Store, algorithms, evaluations
from serving.store.models import AlgorithmVersion

log = structlog.get_logger()

EXPERIMENT = "longan"
"""MLflow keeps figures with runs, not with versions: in here each version has a run."""

GRACE_S = 5.0

_AT_ONCE = 1000
"""Figures that MLflow takes in one request."""

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # the next round is the retry
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


class MirrorError(LonganError):
    """The mirror cannot be set up."""


@dataclass(frozen=True, slots=True)
class _Algorithm:
    """What MLflow shall know of one."""

    name: str
    versions: list[AlgorithmVersion]
    """Oldest first."""
    aliases: dict[str, str]
    measured: dict[str, dict[str, str]] = field(default_factory=dict)
    """Version → evaluation set → id of the newest evaluation on it."""


class MlflowMirror(Rounds):
    """Keeps an MLflow registry like ours.

    Args:
        store: What is registered.
        uri: Of MLflow's server, `http://mlflow:5000`, or of its database, `sqlite:///…`.
        every_s: Seconds from one look to the next.

    Raises:
        MirrorError: MLflow's client is not installed.
    """

    def __init__(self, store: Store, uri: str, every_s: float = 60.0) -> None:
        super().__init__(every_s)
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        try:
            import mlflow.entities
        except ImportError as error:
            raise MirrorError(
                f"LONGAN_MLFLOW_URI is set: expected MLflow's client, got none ({error}); "
                "pip install 'longan[mlflow]', or unset it"
            ) from error
        self._mlflow = mlflow
        self._store = store
        self._uri = uri

    def stop(self) -> None:
        """Wait for a round, not for an MLflow that hangs: the next start does what is undone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(GRACE_S)

    def _round(self) -> None:
        # Making the client may connect already, and fail.
        client = self._mlflow.MlflowClient(tracking_uri=self._uri, registry_uri=self._uri)
        found = client.get_experiment_by_name(EXPERIMENT)
        experiment = found.experiment_id if found else client.create_experiment(EXPERIMENT)
        for algorithm in self._registered():
            try:
                self._mirror(client, experiment, algorithm)
            except self._mlflow.MlflowException as error:  # it holds up no other
                log.warning("algorithm not mirrored", algorithm=algorithm.name, why=str(error))

    def _registered(self) -> list[_Algorithm]:
        """All that is registered; the store is not held open while MLflow is asked."""
        with self._store.read() as session:
            found = {
                name: _Algorithm(
                    name,
                    algorithms.versions(session, name)[::-1],
                    algorithms.aliases(session, name),
                )
                for name in algorithms.names(session)
            }
            for row in evaluations.done(session):
                found[row.name].measured.setdefault(row.version, {})[row.set] = row.id
        return list(found.values())

    def _mirror(self, client, experiment: str, algorithm: _Algorithm) -> None:
        name = algorithm.name
        models = client.search_registered_models(f"name = '{name}'")
        model = models[0] if models else client.create_registered_model(name)
        there = {
            row.tags["longan.version"]: row
            for row in client.search_model_versions(f"name = '{name}'")
            if "longan.version" in row.tags
        }
        for row in algorithm.versions:
            mirrored = there.get(row.version) or self._add(client, experiment, row)
            there[row.version] = mirrored
            for key, value in _tags(row).items():
                if mirrored.tags.get(key) != value:
                    client.set_model_version_tag(name, mirrored.version, key, value)
            self._mirror_figures(client, mirrored.run_id, algorithm.measured.get(row.version, {}))
        for alias, version in algorithm.aliases.items():
            number = there[version].version
            if str(model.aliases.get(alias)) != str(number):
                client.set_registered_model_alias(name, alias, number)

    def _add(self, client, experiment: str, row: AlgorithmVersion):
        told = f"{row.name}@{row.version}"
        # A round that broke off may have left the run.
        runs = client.search_runs([experiment], f"attributes.run_name = '{told}'")
        run = runs[0] if runs else client.create_run(experiment, run_name=told)
        source = f"longan:/sha256/{row.sha256}"
        return client.create_model_version(row.name, source, run.info.run_id, tags=_tags(row))

    def _mirror_figures(self, client, run_id: str, measured: dict[str, str]) -> None:
        if not measured:
            return
        there = client.get_run(run_id).data.tags
        for on, evaluation_id in measured.items():
            mark = f"evaluation.{on}"
            if there.get(mark) == evaluation_id:
                continue
            with self._store.read() as session:
                row = evaluations.get(session, evaluation_id)
            at_ms = int(row.ended_at.timestamp() * 1000) if row.ended_at else 0
            figures = [
                self._mlflow.entities.Metric(f"{on}/{key}", value, at_ms, 0)
                for key, value in _figures(Scorecard.model_validate(row.scorecard))
            ]
            for first in range(0, len(figures), _AT_ONCE):
                client.log_batch(run_id, figures[first : first + _AT_ONCE])
            client.set_tag(run_id, mark, evaluation_id)


def _tags(row: AlgorithmVersion) -> dict[str, str]:
    return {
        "longan.version": row.version,
        "longan.sha256": row.sha256,
        "longan.licence": str(row.manifest["licence"]),
        "longan.team": str(row.manifest["team"]),
        "longan.state": row.state,
    }


def _figures(card: Scorecard) -> Iterator[tuple[str, float]]:
    """What can be told of a scorecard in single numbers; unknown ones are left out."""
    figures = {key: of(card) for key, of in METRICS.items()}
    figures["ms_per_picture"] = card.ms_per_picture
    for name, one in card.classes.items():
        figures[f"{name}/precision"] = one.precision.value
        figures[f"{name}/recall"] = one.recall.value
    return ((key, value) for key, value in figures.items() if value is not None)
