# pyright: basic
"""A fuzzer reads the description and tries all that it allows, and much that it does not."""

import copy
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from scenarios.dispatch import Responsibility
from serving.store import (
    Store,
    cameras,
    challenges,
    clips,
    deployments,
    evaluation_sets,
    evaluations,
    events,
    mutes,
    nodes,
    replays,
    reports,
    responsibility,
    situations,
    submissions,
    wall_views,
    work_orders,
)
from serving.store.evaluation_models import Challenge, Evaluation, EvaluationSet
from serving.store.loop_models import Mute, Report
from serving.store.models import Camera, Clip, Deployment, Event, Replay, now
from serving.store.responsibility import Unit
from serving.store.wall_models import WallView

load_all_checks()
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
EXCLUDED = CHECKS.get_by_names(
    [
        "positive_data_acceptance",  # a cursor, a zone or a rule may be wrong in its meaning
        "unsupported_method",  # wants 405 for paths that the dashboard may own
        "negative_data_rejection",  # a query key sent twice is not an error: the last one counts
        "ignored_auth",  # test_auth.py does it; here every request carries the token
    ]
)

FUZZ = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=(
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.large_base_example,
        HealthCheck.data_too_large,
    ),
)


@pytest.fixture
def known(store: Store, make_event: Callable[..., Event], helmet_detector: Any) -> dict[str, str]:
    """Ids of things that are there, by the name of the path parameter."""
    event = make_event()
    with store.write() as session:
        camera = cameras.create(session, Camera(name="gate", url="rtsp://a:b@h/1", kind="stream"))
        deployment = deployments.create(
            session, Deployment(scenario="rider-helmet", camera_ids=[camera.id])
        )
        clip = clips.add(session, Clip(name="a", sha256="a" * 64, size_bytes=1, created_by="tests"))
        replay = replays.add(
            session,
            Replay(deployment_id=deployment.id, revision=1, clip_ids=[clip.id], created_by="tests"),
        )
        events.record(session, event)
        nodes.observe(session, "n1", name="rack")
        submission = submissions.create(session, helmet_detector, "a" * 64)
        rule = Responsibility(line=2, scenario="*", division="*", unit="police", deadline_h=4)
        duties = responsibility.add(
            session,
            name="autumn",
            time_zone="Asia/Shanghai",
            units=[Unit("police", "交警", "Police")],
            rules=[rule],
            created_by="tests",
        )
        responsibility.make_current(session, duties.id, None, now())
        order = work_orders.open_for(session, event, actor="tests", at=now())
        [step] = work_orders.steps_of(session, [order.id])
        report, _ = reports.add(
            session,
            Report(
                channel="hotline",
                external_id="1",
                scenario="traffic",
                division="Buji",
                text="?",
                occurred_at=now(),
                created_by="tests",
            ),
        )
        mute = mutes.add(
            session,
            Mute(
                event_id=event.id,
                deployment_id=deployment.id,
                camera_id=camera.id,
                until=now(),
                created_by="tests",
            ),
        )
        target = {"deployment_id": deployment.id, "enabled": False, "rule": {}}
        plan = {"deployments": [target], "patrol": [], "wall": None, "notify": []}
        situation = situations.create(session, "drill", plan)
        situations.activate(session, situation.id, reason="drill", actor="tests", at=now())
        view = wall_views.create(
            session, WallView(name="gates", camera_ids=[camera.id], grid=4, created_by="tests")
        )
        sets = [
            evaluation_sets.add(
                session,
                EvaluationSet(
                    name=name, title="T", folder="x", split="val", licence="L", hidden=hidden,
                    fingerprint="f" * 64, pictures=1, classes=["person"], created_by="tests",
                ),
            )
            for name, hidden in (("rider-helmet", False), ("phase", True), ("final", True))
        ]  # fmt: skip
        evaluation = evaluations.add(
            session,
            Evaluation(name="rider-helmet", version="0.1.0", set_id=sets[0].id, created_by="tests"),
        )
        challenge = challenges.add(
            session,
            Challenge(
                scenario="rider-helmet", title_zh="头盔", title_en="T", prize_zh="奖", prize_en="P",
                metric="f1", gate=0.9, step=0.01, opens_at=now(), closes_at=now(),
                phase_set_id=sets[1].id, final_set_id=sets[2].id, created_by="tests",
            ),
        )  # fmt: skip
    return {
        "evaluation_id": evaluation.id,
        "challenge_id": challenge.id,
        "situation_id": situation.id,
        "view_id": view.id,
        "incident_id": event.incident_id or "",
        "list_id": duties.id,
        "order_id": order.id,
        "step_id": step.id,
        "report_id": report.id,
        "mute_id": mute.id,
        "camera_id": camera.id,
        "clip_id": clip.id,
        "replay_id": replay.id,
        "node_id": "n1",
        "deployment_id": deployment.id,
        "event_id": event.id,
        "submission_id": submission.id,
        "scenario_id": "rider-helmet",
        "name": "rider-helmet",
        "version": "0.1.0",
        "alias": "champion",
    }


@pytest.fixture
def operations(app: FastAPI) -> list[APIOperation]:
    described = copy.deepcopy(app.openapi())
    for methods in described["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)  # or it would spend its time on the token
    schema = schemathesis.openapi.from_dict(described)
    schema.app = app
    endless = "/api/v1/events/stream"
    found = [cast("Ok[APIOperation]", each).ok() for each in schema.get_all_operations()]
    return [operation for operation in found if operation.path != endless]


def _signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_whatever_is_sent_the_answer_is_one_that_was_described(
    operations: list[APIOperation], token: str, known: dict[str, str], mode: GenerationMode
) -> None:
    for operation in operations:

        @FUZZ
        @given(case=operation.as_strategy(generation_mode=mode), really=booleans())
        def try_it(case: Case, really: bool) -> None:
            if really and mode is GenerationMode.POSITIVE:
                case.path_parameters.update(
                    {name: known[name] for name in case.path_parameters if name in known}
                )
            case.call_and_validate(headers=_signed(token), excluded_checks=cast("Any", EXCLUDED))

        with suppress(Unsatisfiable):  # nothing that could be sent wrongly
            try_it()
