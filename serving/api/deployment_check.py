"""A deployment that cannot work is refused at once, with everything that is wrong with it."""

from http import HTTPStatus

from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from scenarios.errors import ScenarioError
from scenarios.rules import RuleConfig
from scenarios.scenario import Scenario, load_catalog
from serving.api.problems import FieldError, ProblemError
from serving.api.readiness import missing_algorithms
from serving.store import algorithms, cameras
from serving.store.errors import NotFoundError
from serving.store.models import Deployment


def check_deployment(session: Session, deployment: Deployment) -> None:
    """Raise a ProblemError unless it can run."""
    scenario = load_catalog().get(deployment.scenario)
    if scenario is None:
        _refuse(
            [
                FieldError(
                    where="body.scenario",
                    message=f"there is no scenario {deployment.scenario!r}; "
                    "GET /api/v1/scenarios lists them",
                )
            ]
        )
        return
    rule, wrong = _rule(scenario, deployment)
    wrong += _unknown_cameras(session, deployment)
    wrong += _zone_names(deployment)
    if wrong:
        _refuse(wrong)
    _check_algorithms(session, scenario, deployment, rule)


def _rule(scenario: Scenario, deployment: Deployment) -> tuple[RuleConfig, list[FieldError]]:
    try:
        return scenario.with_rule(deployment.rule), []
    except ScenarioError as error:
        return scenario.rule, [FieldError(where="body.rule", message=str(error))]


def _unknown_cameras(session: Session, deployment: Deployment) -> list[FieldError]:
    unknown = cameras.unknown(session, deployment.camera_ids)
    if not unknown:
        return []
    told = f"there is no camera {', '.join(unknown)}; GET /api/v1/cameras lists them"
    return [FieldError(where="body.camera_ids", message=told)]


def _zone_names(deployment: Deployment) -> list[FieldError]:
    names = [zone["name"] for zone in deployment.zones]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not twice:
        return []
    told = f"events name their zone, so each needs its own name; used twice: {', '.join(twice)}"
    return [FieldError(where="body.zones", message=told)]


def _check_algorithms(
    session: Session, scenario: Scenario, deployment: Deployment, rule: RuleConfig
) -> None:
    first = scenario.algorithms[0].name
    missing = missing_algorithms(session, scenario)
    if deployment.algorithm is not None:
        missing = [name for name in missing if name != first]
    if missing:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            f"The scenario {scenario.id} is not ready: it needs the algorithm "
            f"{', '.join(missing)}; submit it with POST /api/v1/submissions first.",
        )
    offered: set[str] = set()
    for reference in (deployment.algorithm or first, *_others(session, scenario)):
        try:
            row = algorithms.resolve(session, reference)
        except NotFoundError as error:
            _refuse([FieldError(where="body.algorithm", message=str(error))])
            return
        offered.update(AlgorithmManifest.model_validate(row.manifest).class_names)
    if lacking := sorted(rule.needed_classes - offered):
        _refuse(
            [
                FieldError(
                    where="body.algorithm",
                    message=f"the rule needs the classes {', '.join(lacking)}, which "
                    f"{deployment.algorithm or first} does not see (it sees "
                    f"{', '.join(sorted(offered))}); take another algorithm or set the "
                    "classes in `rule`",
                )
            ]
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
