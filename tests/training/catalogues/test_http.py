import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from serving.settings import Settings
from training.catalogues import CATALOGUES
from training.catalogues import http as door
from training.catalogues.http import Http
from training.errors import CatalogueError, OfflineError

from .conftest import MakeHttp
from .site import Answer, Site

SECRET = "s3cret-key-0815"


def test_a_busy_host_is_asked_again_when_it_says(
    site: Site, http: Http, waited: list[float]
) -> None:
    site.put("/a", Answer({}, 429, {"Retry-After": "7"}), Answer({"ok": 1}))

    assert http.json("GET", f"{site.url}/a") == {"ok": 1}

    assert waited == [7.0]


def test_a_date_to_come_back_at_is_understood(site: Site, http: Http, waited: list[float]) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    site.put("/a", Answer({}, 503, {"Retry-After": at}), Answer({}))

    http.json("GET", f"{site.url}/a")

    assert 30 < waited[0] <= 90


def test_without_a_word_the_pauses_grow(site: Site, http: Http, waited: list[float]) -> None:
    site.put("/a", Answer({}, 503))

    with pytest.raises(CatalogueError, match="still busy after 5 tries"):
        http.json("GET", f"{site.url}/a")

    assert len(site.asked) == door.TRIES
    assert waited == sorted(waited)
    assert len(waited) == door.TRIES - 1


def test_a_host_that_wants_an_hour_gets_an_error_at_once(
    site: Site, http: Http, waited: list[float]
) -> None:
    site.put("/a", Answer({}, 429, {"Retry-After": "3600"}))

    with pytest.raises(CatalogueError, match="come back in 3600 s"):
        http.json("GET", f"{site.url}/a")

    assert waited == []


def test_one_host_is_not_asked_more_often_than_it_wants(site: Site, make_http: MakeHttp) -> None:
    now = [100.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    settings = make_http(catalogue_pause_s=2).settings
    site.put("/a", Answer({}))
    with Http(settings, sleep=sleep, clock=lambda: now[0]) as http:
        for _ in range(3):
            http.json("GET", f"{site.url}/a")
        assert now[0] == 104.0
        http.pause("127.0.0.1", 6)
        http.json("GET", f"{site.url}/a")
        http.json("GET", f"{site.url}/a")

    assert now[0] == 112.0


@pytest.mark.parametrize(
    ("body", "came"),
    [
        (b'{"results": [', "expected JSON, got application/json"),
        (b"<!DOCTYPE html><title>Sign in</title>", "expected JSON, got a web page"),
        (b"", "expected JSON, got application/json"),
        (b"[" * 100_000, "expected JSON"),
        (b"\xff\xfe\x00", "expected JSON"),
    ],
)
def test_what_is_no_json_is_named(site: Site, http: Http, body: bytes, came: str) -> None:
    site.put("/a", Answer(body, headers={"Content-Type": "application/json"}))

    with pytest.raises(CatalogueError, match=came):
        http.json("GET", f"{site.url}/a")


def test_an_answer_that_breaks_off_is_asked_for_again(site: Site, http: Http) -> None:
    site.put("/a", Answer({"whole": True}, cut=5), Answer({"whole": True}))

    assert http.json("GET", f"{site.url}/a") == {"whole": True}


def test_an_answer_that_always_breaks_off_is_given_up(site: Site, http: Http) -> None:
    site.put("/a", Answer({"whole": True}, cut=5))

    with pytest.raises(CatalogueError, match="broke off 5 times"):
        http.json("GET", f"{site.url}/a")


@pytest.mark.parametrize(
    ("status", "said"), [(403, "LONGAN_CATALOGUE_KEYS"), (404, "nothing at"), (418, "HTTP 418")]
)
def test_a_refusal_says_what_to_do(site: Site, http: Http, status: int, said: str) -> None:
    site.put("/a", Answer({}, status))

    with pytest.raises(CatalogueError, match=said):
        http.json("GET", f"{site.url}/a")


def test_too_large_an_answer_is_refused_before_it_came(
    site: Site, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "ANSWER_MIB", 1)
    site.put("/a", Answer(b" " * (2**20 + 1)))

    with pytest.raises(CatalogueError, match="more than the 1 MiB"):
        http.json("GET", f"{site.url}/a")


def test_without_a_network_the_host_is_named_at_once(http: Http, waited: list[float]) -> None:
    with pytest.raises(OfflineError, match=r"needs the internet: no-such-host\.invalid"):
        http.json("GET", "https://no-such-host.invalid/api")
    closed = Site()
    closed.close()
    with pytest.raises(OfflineError, match=r"needs the internet: 127\.0\.0\.1"):
        http.json("GET", closed.url)

    assert waited == []


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:{port}/b",
        "http://[::1]:{port}/b",
        "http://[::ffff:127.0.0.1]:{port}/b",
        "http://2130706433:{port}/b",
        "http://0:{port}/b",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/",
    ],
)
def test_no_redirect_leads_to_a_private_address(site: Site, http: Http, address: str) -> None:
    target = address.format(port=site.port)
    site.put("/a", Answer(b"", 302, {"Location": target}))
    site.put("/b", Answer({"inside": True}))

    with pytest.raises(CatalogueError, match="private address"):
        http.json("GET", f"{site.url}/a")

    assert [asked.path for asked in site.asked] == ["/a"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/"])
def test_no_redirect_leads_away_from_http(site: Site, http: Http, target: str) -> None:
    site.put("/a", Answer(b"", 302, {"Location": target}))

    with pytest.raises(CatalogueError, match="expected an http"):
        http.json("GET", f"{site.url}/a")


def test_redirects_are_followed_but_not_for_ever(site: Site, http: Http) -> None:
    site.put("/a", Answer(b"", 302, {"Location": "/b"}))
    site.put("/b", Answer({"here": 1}))
    site.put("/round", Answer(b"", 301, {"Location": "/round"}))

    assert http.json("GET", f"{site.url}/a") == {"here": 1}
    with pytest.raises(CatalogueError, match="more than 5 redirects"):
        http.json("GET", f"{site.url}/round")


def test_a_key_stays_with_the_host_it_is_for(site: Site, http: Http) -> None:
    other = Site()
    try:
        site.put("/a", Answer(b"", 307, {"Location": f"{other.url}/b"}))
        other.put("/b", Answer({}))
        headers = {"Authorization": SECRET, "X-Api-Key": SECRET, "X-App-Token": SECRET}

        http.json("POST", f"{site.url}/a", headers=headers, json={"rows": 1})
    finally:
        other.close()

    assert site.asked[0].headers["authorization"] == SECRET
    assert SECRET not in str(other.asked[0].headers)
    assert other.asked[0].body == b'{"rows":1}'


@pytest.mark.parametrize(("status", "body"), [(400, {}), (200, SECRET.encode()), (503, {})])
def test_no_error_and_no_log_line_shows_a_key(
    site: Site,
    make_http: MakeHttp,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    http = make_http(catalogue_keys={"somewhere": SECRET})
    site.put("/a", Answer(body, status))

    with pytest.raises(CatalogueError) as caught:
        http.json("GET", f"{site.url}/a", params={"appKey": SECRET}, headers={"X-Api-Key": SECRET})

    assert site.asked[0].query["appKey"] == SECRET
    assert SECRET not in str(caught.value)
    assert SECRET not in caplog.text
    assert SECRET not in repr(http.settings)


def test_we_say_who_we_are(site: Site, make_http: MakeHttp) -> None:
    site.put("/a", Answer({}))

    make_http(catalogue_user_agent="Longan/9 (data@city.example)").json("GET", f"{site.url}/a")

    assert site.asked[0].headers["user-agent"] == "Longan/9 (data@city.example)"


def test_keys_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LONGAN_CATALOGUE_KEYS", f'{{"shenzhen": "{SECRET}"}}')

    with Http(Settings(data_dir=tmp_path)) as http:
        assert http.key("shenzhen") == SECRET
        assert http.key("ckan") is None


def test_a_key_under_a_name_is_for_the_one_address_of_that_name(make_http: MakeHttp) -> None:
    http = make_http(catalogue_keys=dict.fromkeys(CATALOGUES, SECRET))
    for name, kind in CATALOGUES.items():
        elsewhere = kind(http, "https://elsewhere.example.org/x")
        assert elsewhere.key is None, name
        if kind.default_address:
            assert kind(http).key == SECRET, name
