"""The composition root: puts the parts together and runs them until it is told to stop."""

import os
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

import structlog
import uvicorn

from algorithms import admission
from serving import plugins
from serving.api import create_api
from serving.api.slow_clients import PunctualProtocol
from serving.events.moving import Moving
from serving.events.retention import Pruning, Retention
from serving.inference.service import InferenceService
from serving.registry.mlflow_mirror import MlflowMirror
from serving.registry.registering import Registry
from serving.settings import Settings
from serving.store import Store, resealing, sealing, tokens
from serving.store.archive import Archive
from serving.store.secret_keys import keys_of
from serving.streams.cluster import ray_address, start_ray, stop_ray
from serving.streams.discovering import Discovering
from serving.streams.job_process import JobProcesses
from serving.streams.probing import ProbeProcesses
from serving.streams.replay import ReplayProcesses
from serving.streams.supervisor import Supervisor
from serving.trimming import Trimming

log = structlog.get_logger(__name__)

GRACE_S = 3
"""How long open event streams may take to end when the platform stops."""


def open_store(settings: Settings) -> Store:
    """The store, brought up to date, with the shipped algorithms registered."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealing.hold(keys_of(settings))
    store = Store(settings.store_url)
    store.migrate()
    with store.read() as session:
        resealing.check(session, sealing.held())
    registry = Registry(settings)
    with store.write() as session:
        registry.register_shipped(session)
        registry.sign_old(session)
    return store


def run(settings: Settings, prepare: Callable[[Store], None] | None = None) -> None:
    """Run the platform in this process until SIGINT or SIGTERM.

    Args:
        settings: How.
        prepare: Called once with the open store before anything runs (the demo's cameras).
    """
    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    store = open_store(settings)
    # Nodes and jobs are told what they need; the keys stay here.
    settings = settings.model_copy(update={"secret_keys": None, "secret_keys_command": None})
    mirror = MlflowMirror(store, settings.mlflow_uri) if settings.mlflow_uri else None
    if prepare is not None:
        prepare(store)
    _greet(settings, store)
    start_ray(settings)
    from serving.streams.actor import RayFleet  # imports Ray, so not before it is set up

    supervisor = Supervisor(store, settings, RayFleet(settings))
    models = InferenceService(settings)
    retention = Retention(
        settings.evidence_days, settings.evidence_days_of, settings.originals_days
    )
    archive = Archive.of(settings)
    pruning = Pruning(store, archive, settings.spool_dir, retention)
    moving = Moving(archive) if archive.goes_up else None
    trimming = Trimming()
    try:
        trimming.start()
        pruning.start()
        if moving is not None:
            moving.start()
        if mirror is not None:
            mirror.start()
        supervisor.start()
        models.start()
        admit = partial(admission.check, unprotected=settings.unprotected_admission)
        replays = ReplayProcesses(settings)
        evaluations = JobProcesses("serving.streams.evaluating", settings)
        api = create_api(
            store,
            settings,
            supervisor,
            admit,
            models,
            replays,
            evaluations,
            _of_plugins("training-runs", settings),
            _of_plugins("retrainings", settings),
            _of_plugins("quality-reports", settings),
            ProbeProcesses(),
            Discovering(),
        )
        uvicorn.run(
            api,
            host=settings.host,
            port=settings.port,
            http=PunctualProtocol,
            log_level="warning",
            timeout_graceful_shutdown=GRACE_S,
        )
    finally:
        trimming.stop()
        if mirror is not None:
            mirror.stop()
        pruning.stop()
        if moving is not None:
            moving.stop()
        models.stop()
        supervisor.stop()
        stop_ray()
        store.dispose()


def _of_plugins(resource: str, settings: Settings) -> JobProcesses | None:
    """Who does the jobs of a resource, on the Ray cluster that this process is connected to.

    None: nobody does; what does them is not installed.
    """
    module = plugins.job_module(resource)
    if module is None:
        return None
    return JobProcesses(module, settings.model_copy(update={"ray_address": ray_address()}))


def _greet(settings: Settings, store: Store) -> None:
    """Say where the dashboard is; on the first start, say the admin token, once."""
    with store.write() as session:
        secret = tokens.ensure_admin(session)
    lines = [f"Longan {version('longan')} · dashboard http://{settings.host}:{settings.port}"]
    if not (settings.dashboard_dir / "index.html").is_file():
        lines.append("The dashboard is not built; run: make dashboard")
    if secret is not None:
        descriptor = os.open(
            settings.admin_token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
        )
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
        lines.append(f"Admin token: {secret}")
        lines.append(f"It is not shown again; the commands read it in {settings.admin_token_file}")
    else:
        lines.append(f"Admin token: as printed at the first start ({settings.admin_token_file})")
    print("\n".join(lines), flush=True)  # noqa: T201  the one thing this command says
