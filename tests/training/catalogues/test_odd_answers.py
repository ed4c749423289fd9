"""Whatever a catalogue answers, it is understood or it is a CatalogueError that says so."""

import copy
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.catalogues import CATALOGUES
from training.catalogues.http import Http
from training.errors import CatalogueError

from .conftest import MakeHttp, recorded
from .documented import (
    data_json,
    datagov,
    discovery,
    find_page,
    jam_cam,
    ny511_camera,
    nyc_camera,
    ods_dataset,
    sz_entry,
    traffic_images,
)
from .site import Answer, Site

PICTURE = "https://pictures.example.org/1.jpg"
SEARCHES: dict[str, tuple[str, Callable[[], Any]]] = {
    "ckan": ("/api/3/action/package_search", lambda: recorded("package_search.json")),
    "data.gov": ("/search", lambda: datagov("a", after="x")),
    "socrata": ("/api/catalog/v1", lambda: discovery("aaaa-0001")),
    "opendatasoft": (
        "/api/explore/v2.1/catalog/datasets",
        lambda: {"total_count": 1, "results": [ods_dataset("a")]},
    ),
    "dcat": ("", data_json),
    "croissant": ("", lambda: recorded("croissant.json")),
    "shenzhen": ("/data/dataSet/findPage", lambda: find_page(sz_entry(1))),
    "singapore": ("/v1/transport/traffic-images", lambda: traffic_images(PICTURE)),
    "london": ("/Place/Type/JamCam", lambda: [jam_cam(PICTURE)]),
    "new-york": ("/api/cameras", lambda: [nyc_camera(PICTURE)]),
    "new-york-511": ("/api/getcameras", lambda: [ny511_camera(PICTURE)]),
}
OTHER = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.just("http://[bad"),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just([[]]),
    st.just({"@id": "x"}),
    st.just([{}]),
    st.just("\ud800"),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with a key into it."""
    inner: list[Any] = []
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(cast("dict[Any, Any]", value))
    elif isinstance(value, list):
        keys = list(range(len(cast("list[Any]", value))))
    found: list[tuple[Any, Any]] = [(value, key) for key in keys]
    for key in keys:
        inner += places(value[key])
    return found + inner


def test_every_catalogue_is_tried() -> None:
    assert set(SEARCHES) == set(CATALOGUES) - {"hong-kong"}  # its list is XML


@pytest.mark.parametrize("name", SEARCHES)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_an_answer_with_a_value_that_does_not_belong(
    site: Site, make_http: MakeHttp, name: str, data: st.DataObject
) -> None:
    path, documented = SEARCHES[name]
    answer = copy.deepcopy(documented())
    container, key = data.draw(st.sampled_from(places(answer)))
    container[key] = data.draw(OTHER)
    site.put(path or "/", Answer(answer))
    http: Http = make_http(catalogue_keys={"127.0.0.1": "kkk"})
    try:
        found = CATALOGUES[name](http, site.url).search("", limit=5)
        for dataset in found.items:
            dataset.model_dump_json()
    except CatalogueError:
        pass


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("answer", [None, [], {}, "text", 7, [1], {"results": 1}, {"items": [1]}])
def test_an_answer_of_another_shape(
    site: Site, make_http: MakeHttp, name: str, answer: object
) -> None:
    site.put(SEARCHES[name][0] or "/", Answer(answer))
    catalogue = CATALOGUES[name](make_http(catalogue_keys={"127.0.0.1": "kkk"}), site.url)

    if isinstance(answer, list) and not answer and name in ("london", "new-york", "new-york-511"):
        assert catalogue.search("").items == ()
    else:
        with pytest.raises(CatalogueError, match="expected"):
            catalogue.search("")


@pytest.mark.parametrize("name", SEARCHES)
def test_a_busy_moment_passes(
    site: Site, make_http: MakeHttp, waited: list[float], name: str
) -> None:
    path, documented = SEARCHES[name]
    site.put(path or "/", Answer({}, 429, {"Retry-After": "3"}), Answer(documented()))

    found = CATALOGUES[name](make_http(catalogue_keys={"127.0.0.1": "kkk"}), site.url).search("")

    assert found.items
    assert 3.0 in waited


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><title>Maintenance</title>", "expected JSON, got a web page"),
        (b'{"results": [{"id": "a', "expected JSON"),
    ],
)
def test_what_is_no_json_is_told(
    site: Site, make_http: MakeHttp, name: str, body: bytes, said: str
) -> None:
    site.put(SEARCHES[name][0] or "/", Answer(body, headers={"Content-Type": "text/html"}))
    catalogue = CATALOGUES[name](make_http(catalogue_keys={"127.0.0.1": "kkk"}), site.url)

    with pytest.raises(CatalogueError, match=said):
        catalogue.search("")
