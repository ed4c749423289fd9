"""A deployment that cannot work is refused at once, with everything that is wrong with it."""

from http import HTTPStatus
from typing import Any

from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from scenarios.errors import ScenarioError
from scenarios.rules import RuleConfig, check_shapes
from scenarios.scenario import Scenario, load_catalog
from scenarios.zones import SHAPE
from serving.api.problems import FieldError, ProblemError
from serving.api.readiness import missing_algorithms, open_challenge
from serving.store import algorithms, cameras, deployments
from serving.store.errors import NotFoundError
from serving.store.models import Deployment, DeploymentRevision


def check_deployment(session: Session, deployment: Deployment) -> None:
    """Raise a ProblemError, with everything that is wrong, unless it can run."""
    scenario = load_catalog().get(deployment.scenario)
    if scenario is None:
        told = f"there is no scenario {deployment.scenario!r}; GET /api/v1/scenarios lists them"
        _refuse([FieldError(where="body.scenario", message=told)])
        return
    _refuse_open_challenge(session, scenario, deployment)
    rule, wrong = _rule(scenario, deployment)
    wrong += _cameras(session, deployment)
    wrong += _names(deployment)
    if rule is not None:
        wrong += _shapes(session, rule, deployment)
        wrong += _algorithms(session, scenario, deployment, rule)
    if wrong:
        _refuse(wrong)


def _refuse_open_challenge(session: Session, scenario: Scenario, deployment: Deployment) -> None:
    missing = missing_algorithms(session, scenario)
    if deployment.algorithm is not None:
        missing = [name for name in missing if name != scenario.algorithms[0].name]
    if missing:
        raise ProblemError(HTTPStatus.CONFLICT, open_challenge(missing), kind="open-challenge")


def _rule(scenario: Scenario, deployment: Deployment) -> tuple[RuleConfig | None, list[FieldError]]:
    try:
        return scenario.with_rule(deployment.rule), []
    except ScenarioError as error:
        return None, [FieldError(where="body.rule", message=str(error))]


def _cameras(session: Session, deployment: Deployment) -> list[FieldError]:
    wrong: list[FieldError] = []
    if unknown := cameras.unknown(session, deployment.camera_ids):
        told = f"there is no camera {', '.join(unknown)}; GET /api/v1/cameras lists them"
        wrong.append(FieldError(where="body.camera_ids", message=told))
    mine = set(deployments.chosen(deployment, cameras.all_of(session)))
    if strange := sorted(deployment.zones_by_camera.keys() - mine):
        told = f"expected the deployment's own cameras, got {', '.join(strange)}; leave it out"
        wrong.append(FieldError(where="body.zones_by_camera", message=told))
    return wrong


def _names(deployment: Deployment) -> list[FieldError]:
    wrong: list[FieldError] = []
    for where, shapes in _drawn(deployment).items():
        names = [shape["name"] for shape in shapes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            told = (
                "events name their zone or line, so each needs its own name; "
                f"used twice: {', '.join(twice)}"
            )
            wrong.append(FieldError(where=where, message=told))
    return wrong


def _shapes(session: Session, rule: RuleConfig, deployment: Deployment) -> list[FieldError]:
    """What the rule cannot watch on one of its cameras."""
    drawn = _drawn(deployment)
    mine = deployments.chosen(deployment, cameras.all_of(session))
    if all(camera_id in deployment.zones_by_camera for camera_id in mine) and mine:
        del drawn["body.zones"]  # no camera looks by them
    wrong: list[FieldError] = []
    for where, shapes in drawn.items():
        try:
            check_shapes(rule, [SHAPE.validate_python(shape) for shape in shapes])
        except ScenarioError as error:
            wrong.append(FieldError(where=where, message=str(error)))
    return wrong


def _drawn(deployment: Deployment) -> dict[str, list[Any]]:
    """All that is drawn, by the field it came in."""
    by_camera = deployment.zones_by_camera.items()
    return {
        "body.zones": deployment.zones,
        **{f"body.zones_by_camera.{camera_id}": shapes for camera_id, shapes in by_camera},
    }


def _algorithms(
    session: Session, scenario: Scenario, deployment: Deployment, rule: RuleConfig
) -> list[FieldError]:
    first = deployment.algorithm or scenario.algorithms[0].name
    offered: set[str] = set()
    for reference in (first, *_others(session, scenario)):
        try:
            row = algorithms.resolve(session, reference)
        except NotFoundError as error:
            return [FieldError(where="body.algorithm", message=str(error))]
        if row.state == "retired" and not _ran_before(session, deployment):
            told = (
                f"{row.name}@{row.version} was retired ({row.state_reason}): what runs goes on, "
                f"nothing new may use it; GET /api/v1/algorithms/{row.name}/versions lists others"
            )
            return [FieldError(where="body.algorithm", message=told)]
        offered.update(AlgorithmManifest.model_validate(row.manifest).class_names)
    lacking = sorted(rule.needed_classes - offered)
    if not lacking:
        return []
    told = (
        f"the rule needs the classes {', '.join(lacking)}, which {first} does not see (it sees "
        f"{', '.join(sorted(offered))}); take another algorithm or set the classes in `rule`"
    )
    return [FieldError(where="body.algorithm", message=told)]


def _ran_before(session: Session, deployment: Deployment) -> bool:
    """Whether it is only edited: it then keeps an algorithm that was retired meanwhile."""
    if deployment.id is None:  # pyright: ignore[reportUnnecessaryComparison]  not stored yet
        return False
    before = session.get(DeploymentRevision, (deployment.id, deployment.revision - 1))
    return before is not None and all(
        before.spec[field] == getattr(deployment, field) for field in ("scenario", "algorithm")
    )


def _others(session: Session, scenario: Scenario) -> list[str]:
    champions = algorithms.with_champion(session)
    return [wish.name for wish in scenario.algorithms[1:] if wish.name in champions]


def _refuse(errors: list[FieldError]) -> None:
    raise ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(error.message for error in errors),
        errors=errors,
    )
