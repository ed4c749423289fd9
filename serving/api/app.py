"""The API, put together."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from serving.api import (
    algorithm_imports,
    algorithms,
    audit_records,
    camera_discoveries,
    camera_imports,
    camera_probes,
    camera_states,
    cameras,
    challenges,
    clips,
    datasets,
    deployment_checks,
    deployments,
    dispatch_simulations,
    drift,
    evaluation_sets,
    evaluations,
    event_metadata,
    event_places,
    event_stream,
    events,
    evidence,
    evidence_hls,
    fitness,
    health,
    incidents,
    inference,
    kpis,
    live,
    map_data,
    metrics,
    mutes,
    nodes,
    predictions,
    replays,
    reports,
    responsibility_lists,
    retraining_policies,
    reviews,
    roles,
    rollouts,
    scenarios,
    scorecards,
    session,
    single_sign_on,
    sinks,
    situations,
    submissions,
    tokens,
    training_runs,
    trials,
    uploads,
    users,
    wall_views,
    work_orders,
)
from serving.api.asking import LIMITS, Asking
from serving.api.attempts import Attempts
from serving.api.auth import Gate
from serving.api.body_limit import MIB, BodyLimit
from serving.api.checking import Checking
from serving.api.clearing import Clearing
from serving.api.dashboard import CompressedFiles, serve_dashboard
from serving.api.drifting import Drifting
from serving.api.escalating import Escalating
from serving.api.evaluating import Evaluating
from serving.api.event_stream import Tail
from serving.api.headers import SafeHeaders
from serving.api.inference import ProtocolErrors
from serving.api.job_queue import JobQueue
from serving.api.metrics import PlatformCollector, Requests
from serving.api.openapi import DocumentedApi
from serving.api.problems import answer_with_problems
from serving.api.receiving import Uploads
from serving.api.replaying import Replaying
from serving.api.request_id import RequestId
from serving.api.retraining import Retraining
from serving.api.rolling import Rolling
from serving.api.wires import Admission, Discover, Inference, Jobs, Preview, Probe
from serving.events.sinks.delivering import Delivering
from serving.events.sinks.forgetting import Forgetting
from serving.registry.registering import Registry
from serving.settings import Settings
from serving.store import Store
from serving.store.archive import Archive
from serving.store.quality_models import QualityReport
from serving.store.training_models import TrainingRun


def create_api(
    store: Store,
    settings: Settings,
    preview: Preview | None,
    admit: Admission,
    models: Inference | None = None,
    replay_runner: Jobs | None = None,
    evaluation_runner: Jobs | None = None,
    training_runner: Jobs | None = None,
    retraining_runner: Jobs | None = None,
    quality_runner: Jobs | None = None,
    probing: Probe | None = None,
    finding: Discover | None = None,
) -> FastAPI:
    """The application to serve.

    Args:
        store: Migrated.
        settings: Of this platform.
        preview: Where live pictures come from; None: there are none.
        admit: The check of submitted models; runs in a thread, one at a time.
        models: Who answers inference requests; None: nobody does.
        replay_runner: Who runs replays; None: nobody does, and they fail.
        evaluation_runner: Who runs evaluations; likewise.
        training_runner: Who trains; None: training is not installed.
        retraining_runner: Who makes releases of reviews, and hands models in; likewise.
        quality_runner: Who makes quality reports; None: training is not installed.
        probing: Who looks at the address of a new camera; None: nobody does.
        finding: Who asks the network for cameras; None: nobody does.
    """
    registry = Registry(settings)
    checking = Checking(store, settings.models_dir, admit, registry)
    escalating = Escalating(store)
    delivering = Delivering(store)
    forgetting = Forgetting(store, settings.deliveries_days)
    evaluating = Evaluating(store, evaluation_runner)
    rolling = Rolling(store)
    training = JobQueue(store, TrainingRun, training_runner)
    clearing = Clearing(store, settings.runs_dir, settings.run_days)
    drifting = Drifting(store)
    retraining = Retraining(store, checking, evaluating, retraining_runner)
    assessing = JobQueue(store, QualityReport, quality_runner)
    replaying = Replaying(store, replay_runner)
    receiving = Uploads(settings.uploads_dir, settings.max_upload_mib * MIB)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        checking.start()
        escalating.start()
        delivering.start()
        forgetting.start()
        rolling.start()
        drifting.start()
        replaying.start()
        evaluating.start()
        training.start()
        clearing.start()
        retraining.start()
        assessing.start()
        receiving.start()
        yield
        receiving.stop()
        assessing.stop()
        retraining.stop()
        clearing.stop()
        training.stop()
        evaluating.stop()
        replaying.stop()
        forgetting.stop()
        delivering.stop()
        drifting.stop()
        rolling.stop()
        escalating.stop()
        checking.stop()

    app = DocumentedApi(lifespan=lifespan)
    app.state.store = store
    app.state.settings = settings
    app.state.archive = Archive.of(settings)
    app.state.preview = preview
    app.state.probing = probing
    app.state.finding = finding
    app.state.checking = checking
    app.state.evaluating = evaluating
    app.state.training = training
    app.state.assessing = assessing
    app.state.signing = registry
    app.state.replaying = replaying
    app.state.uploads = receiving
    app.state.tail = Tail(store)
    app.state.attempts = Attempts(settings.refused_sign_ins)
    app.state.registry = CollectorRegistry()
    app.state.registry.register(PlatformCollector(store))
    app.state.asking = Asking(models, app.state.registry)

    answer_with_problems(app)
    # The last one added sees a request first.
    largest = (settings.max_upload_mib + 1) * MIB
    larger = {
        "/api/v1/(submissions|algorithm-imports|clips|uploads/[^/]+)": largest,
        **LIMITS,
        **work_orders.LIMITS,
        **camera_imports.LIMITS,
    }
    app.add_middleware(BodyLimit, usual=MIB, larger=larger)
    app.add_middleware(Gate, store=store, settings=settings)
    app.add_middleware(ProtocolErrors)
    app.add_middleware(CompressedFiles)
    app.add_middleware(SafeHeaders, map_addresses=map_data.addresses(settings))
    app.add_middleware(Requests, registry=app.state.registry)
    app.add_middleware(RequestId)
    single_sign_on.add_single_sign_on(app, settings)

    v1 = APIRouter(prefix="/api/v1")
    # `event_stream` before `events`: /events/stream is no event's id.
    for resource in (
        session,
        single_sign_on,
        cameras,
        camera_probes,
        camera_imports,
        camera_discoveries,
        camera_states,
        fitness,
        scenarios,
        algorithms,
        algorithm_imports,
        predictions,
        scorecards,
        uploads,
        submissions,
        evaluation_sets,
        evaluations,
        drift,
        retraining_policies,
        challenges,
        datasets,
        training_runs,
        deployments,
        deployment_checks,
        rollouts,
        clips,
        replays,
        trials,
        event_stream,
        events,
        event_places,
        event_metadata,
        evidence_hls,
        evidence,
        incidents,
        live,
        map_data,
        nodes,
        reviews,
        mutes,
        responsibility_lists,
        reports,
        work_orders,
        dispatch_simulations,
        kpis,
        situations,
        wall_views,
        sinks,
        users,
        tokens,
        roles,
        audit_records,
    ):
        v1.include_router(resource.router)
    v1.include_router(rollouts.of_versions)
    app.include_router(v1)
    app.include_router(inference.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    serve_dashboard(app, settings.dashboard_dir)
    return app
