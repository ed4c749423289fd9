"""What an operator copies from deploy/ fits the platform, as far as packages can tell."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import promql_parser
import pytest
import yaml
from compose_spec.models import ComposeSpecification
from prometheus_client import CollectorRegistry

from serving.api.metrics import PlatformCollector, Requests
from serving.settings import Settings
from serving.store import Store
from tools import grafana

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = "1.34.0"


def documents(file: Path) -> Iterator[dict[str, Any]]:
    yield from yaml.safe_load_all(file.read_text("utf-8"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every name that `/metrics` may answer with."""
    folder = tmp_path_factory.mktemp("store")
    store = Store(f"sqlite:///{folder / 'longan.db'}")
    store.migrate()
    registry = CollectorRegistry()
    Requests(lambda *_: None, registry)  # pyright: ignore
    families = [*PlatformCollector(store).collect(), *registry.collect()]
    names = {family.name for family in families}
    store.dispose()
    return (
        names
        | {f"{family.name}_total" for family in families if family.type == "counter"}
        | {f"{family.name}_bucket" for family in families if family.type == "histogram"}
        | {"up"}
    )


def queries() -> list[str]:
    (alerts,) = documents(DEPLOY / "prometheus" / "alerts.yml")
    rules = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    return rules + [panel.query for row in grafana.ROWS.values() for panel in row]


@pytest.mark.parametrize("query", queries())
def test_a_query_is_promql_over_metrics_that_there_are(query: str, told: set[str]) -> None:
    promql_parser.parse(query)

    asked = set(re.findall(r"\b(?:longan_\w+|up)\b(?=[{\[)\s,]|$)", query))
    assert asked
    assert asked - told == set()


def test_grafanas_file_is_what_its_table_gives() -> None:
    assert json.loads((DEPLOY / "grafana" / "longan.json").read_text()) == grafana.dashboard()


def test_every_alarm_says_what_to_do() -> None:
    (alerts,) = documents(DEPLOY / "prometheus" / "alerts.yml")

    for group in alerts["groups"]:
        for rule in group["rules"]:
            assert {"summary", "todo"} <= set(rule["annotations"]), rule["alert"]
            assert rule["labels"]["severity"] in ("critical", "warning", "info")


def test_the_compose_file_keeps_its_schema() -> None:
    (content,) = documents(DEPLOY / "compose.yaml")

    ComposeSpecification.model_validate(content)
    for service in content["services"].values():
        mounted = [volume for volume in service.get("volumes", ()) if volume.startswith("./")]
        for volume in mounted:
            here = DEPLOY / volume.split(":")[0]
            assert here.exists() or here.name == "secrets", volume


@pytest.mark.parametrize(
    "file", sorted((DEPLOY / "kubernetes").glob("*.yaml")), ids=lambda file: file.name
)
def test_a_manifest_keeps_kubernetes_schema(file: Path) -> None:
    for content in documents(file):
        if content["apiVersion"].startswith(("ray.io/", "kustomize.")):
            continue  # no package brings these schemas
        kubernetes_validate.validate(content, KUBERNETES, strict=True)


def test_a_wrong_manifest_would_be_found() -> None:
    (claim,) = documents(DEPLOY / "kubernetes" / "data.yaml")
    claim["spec"]["accessMode"] = "ReadWriteMany"

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(claim, KUBERNETES, strict=True)


def test_kustomize_takes_every_file_and_ray_is_the_one_installed() -> None:
    folder = DEPLOY / "kubernetes"
    (kustomization,) = documents(folder / "kustomization.yaml")
    (cluster,) = documents(folder / "raycluster.yaml")
    files = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}

    assert set(kustomization["resources"]) == files
    pinned = (DEPLOY.parent / "pyproject.toml").read_text("utf-8")
    assert f"ray[default,serve]=={cluster['spec']['rayVersion']}" in pinned


def test_settings_that_the_files_name_exist() -> None:
    known = {f"LONGAN_{name.upper()}" for name in Settings.model_fields}
    named: set[str] = set()
    for file in [*DEPLOY.rglob("*.y*ml"), DEPLOY.parent / "Dockerfile.gpu"]:
        named |= set(re.findall(r"LONGAN_[A-Z_]+", file.read_text("utf-8")))

    assert named - known == set()
