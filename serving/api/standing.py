"""Why a deployment does not work as asked, as far as its algorithms are the reason."""

from sqlalchemy.orm import object_session

from scenarios.scenario import load_catalog
from serving.store import algorithms, model_failures
from serving.store.errors import NotFoundError
from serving.store.models import Deployment


def why_not(deployment: Deployment) -> str | None:
    """A sentence for each algorithm that is gone, was revoked or does not load; None: none is."""
    session = object_session(deployment)
    scenario = load_catalog().get(deployment.scenario)
    if session is None or scenario is None:
        return None
    wrong: list[str] = []
    for place, wish in enumerate(scenario.algorithms):
        instead = deployment.algorithm if place == 0 else None
        try:
            row = algorithms.resolve(session, instead or wish.name)
        except NotFoundError as error:
            if wish.required:
                wrong.append(str(error))
            continue
        for node, failure in model_failures.of_version(session, row.name, row.version):
            wrong.append(f"on node {node.name}: {failure.message}")
    return "; ".join(wrong) or None
