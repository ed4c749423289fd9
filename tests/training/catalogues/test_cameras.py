"""Singapore, London, Hong Kong and New York: cameras and their pictures."""

from pathlib import Path

import pytest

from serving.api.cameras import CameraOrder
from training.catalogues.catalogue import Catalogue, kept
from training.catalogues.hong_kong import LIST, HongKong
from training.catalogues.http import Http
from training.catalogues.london import London
from training.catalogues.new_york import NewYork
from training.catalogues.new_york_511 import NewYork511
from training.catalogues.singapore import Singapore
from training.errors import CatalogueError

from .conftest import MakeHttp
from .documented import camera_list, jam_cam, ny511_camera, nyc_camera, traffic_images
from .site import Answer, Site, ranged

KEYS = {"127.0.0.1": "kkk"}
PICTURE = "https://pictures.example.org/1.jpg"


def networks(site: Site, make_http: MakeHttp) -> list[Catalogue]:
    """Those whose cameras have an address that stays, each with one camera."""
    site.put("/Place/Type/JamCam", Answer([jam_cam(PICTURE), jam_cam(PICTURE, "false")]))
    site.put(LIST, Answer(camera_list(PICTURE)))
    site.put("/api/cameras", Answer([nyc_camera(PICTURE), nyc_camera(PICTURE, "false")]))
    site.put(
        "/api/getcameras",
        Answer([ny511_camera(PICTURE), ny511_camera(PICTURE, True), ny511_camera("")]),
    )
    http = make_http(catalogue_keys=KEYS)
    kinds: tuple[type[Catalogue], ...] = (London, HongKong, NewYork, NewYork511)
    return [kind(http, site.url) for kind in kinds]


def test_their_cameras_are_cameras_of_longan(site: Site, make_http: MakeHttp) -> None:
    for network in networks(site, make_http):
        found = network.search("")

        assert found.total == 1, network.name
        camera = found.items[0].camera
        assert camera
        order = CameraOrder.model_validate(camera.order())
        assert (order.kind, order.url) == ("snapshot", PICTURE)
        assert order.poll_s >= 10
        assert order.lon is not None
        assert order.lat is not None
        assert -180 <= order.lon <= 180
        assert order.tags == [network.name]


def test_words_find_cameras(site: Site, make_http: MakeHttp) -> None:
    london, hong_kong, new_york, ny511 = networks(site, make_http)

    assert [d.id for d in london.search("sidcup east").items] == ["JamCams_00001.03766"]
    assert [d.id for d in hong_kong.search("aberdeen southern").items] == ["H429F"]
    assert new_york.search("brooklyn").items == ()
    assert new_york.search("manhattan").total == 1
    assert ny511.search("westbound").items[0].id == "Skyline-707"


@pytest.mark.parametrize("online", [True, "true", "True"])
def test_online_is_a_text_or_a_bool(site: Site, http: Http, online: object) -> None:
    site.put("/api/cameras", Answer([nyc_camera(PICTURE, online), nyc_camera(PICTURE, False)]))

    assert NewYork(http, site.url).search("").total == 1


def test_a_picture_is_kept_under_its_time_and_the_same_one_once(
    site: Site, http: Http, tmp_path: Path
) -> None:
    picture = f"{site.url}/picture.jpg"
    site.put("/Place/Type/JamCam", Answer([jam_cam(picture)]))
    dates = [{"Last-Modified": f"Tue, 24 Nov 2026 10:0{n}:00 GMT"} for n in range(3)]
    site.put(
        "/picture.jpg",
        Answer(b"one", headers=dates[0]),
        Answer(b"one", headers=dates[1]),
        Answer(b"", 304),
        Answer(b"two", headers=dates[2]),
    )
    london = London(http, site.url)
    dataset = london.describe("JamCams_00001.03766")

    records = [london.fetch(dataset, dataset.files[0], tmp_path) for _ in range(4)]

    names = [record.file for record in records]
    assert names == ["JamCams_00001.03766-20261124T100000Z.jpg"] * 3 + [
        "JamCams_00001.03766-20261124T100200Z.jpg"
    ]
    assert site.asked[2].headers["if-modified-since"] == dates[0]["Last-Modified"]
    assert kept(tmp_path / names[3]) == records[3]
    assert len(list(tmp_path.iterdir())) == 4
    assert records[0].licence
    assert records[0].publisher == "Transport for London"


def test_singapores_pictures_are_checked_against_their_md5(
    site: Site, http: Http, tmp_path: Path
) -> None:
    picture = f"{site.url}/2026/05/31af8e44.jpg"
    site.put("/v1/transport/traffic-images", Answer(traffic_images(picture)))
    site.put("/2026/05/31af8e44.jpg", ranged(b"a"))
    singapore = Singapore(http, site.url)
    dataset = singapore.describe("1701")

    record = singapore.fetch(dataset, dataset.files[0], tmp_path / "right")

    assert record.file == "1701-20260507T015314Z.jpg"
    assert record.licence
    assert record.licence.url == "https://data.gov.sg/open-data-licence"
    site.put("/2026/05/31af8e44.jpg", ranged(b"b"))
    with pytest.raises(CatalogueError, match="promises MD5"):
        singapore.fetch(dataset, dataset.files[0], tmp_path / "wrong")


def test_singapores_cameras_have_no_address_that_stays(site: Site, http: Http) -> None:
    site.put("/v1/transport/traffic-images", Answer(traffic_images(PICTURE)))

    assert Singapore(http, site.url).search("").items[0].camera is None


def test_511_wants_a_key_and_keeps_it_out_of_the_addresses(site: Site, make_http: MakeHttp) -> None:
    with pytest.raises(CatalogueError, match="LONGAN_CATALOGUE_KEYS"):
        NewYork511(make_http(), site.url).search("")
    assert site.asked == []

    network = networks(site, make_http)[3]
    found = network.search("")

    assert site.asked[-1].query == {"key": "kkk", "format": "json"}
    assert "kkk" not in found.model_dump_json()


@pytest.mark.parametrize(
    "body",
    [
        b"<image-list></image-list>",
        b"<html><p>down",
        b'<!DOCTYPE x [<!ENTITY a "aa">]><image-list><image><key>&a;</key></image></image-list>',
        b"\x00\x01",
    ],
)
def test_hong_kongs_list_must_be_one(site: Site, http: Http, body: bytes) -> None:
    site.put(LIST, Answer(body))

    with pytest.raises(CatalogueError, match="expected"):
        HongKong(http, site.url).search("")
