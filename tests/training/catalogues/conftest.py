import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from serving.settings import Settings
from training.catalogues.http import Http

from .site import Site

RECORDED = Path(__file__).parent / "recorded"


class MakeHttp(Protocol):
    def __call__(self, **settings: Any) -> Http: ...


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def waited() -> list[float]:
    """How long the door slept, each time."""
    return []


@pytest.fixture
def make_http(waited: list[float], tmp_path: Path) -> Iterator[MakeHttp]:
    """Doors that may go to this machine and never really sleep."""
    opened: list[Http] = []

    def make(**settings: Any) -> Http:
        given: dict[str, Any] = {
            "data_dir": tmp_path,
            "catalogue_private_hosts": {"127.0.0.1"},
            "catalogue_pause_s": 0,
        }
        opened.append(Http(Settings(**(given | settings)), sleep=waited.append))
        return opened[-1]

    yield make
    for http in opened:
        http.__exit__()


@pytest.fixture
def http(make_http: MakeHttp) -> Http:
    return make_http()


def recorded(name: str) -> Any:
    """An answer of a real CKAN 2.12 with its dcat extension."""
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))
