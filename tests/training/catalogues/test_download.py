import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.catalogues.download import download
from training.catalogues.http import TRIES, Http
from training.errors import CatalogueError

from .conftest import MakeHttp
from .site import Answer, Site, ranged

CONTENT = bytes(range(256)) * 40


def test_a_file_that_breaks_off_goes_on_where_it_was(
    site: Site, http: Http, tmp_path: Path
) -> None:
    site.put("/f", ranged(CONTENT, cuts=[1000, 2000]))

    arrived = download(http, f"{site.url}/f", tmp_path / "f")

    assert (tmp_path / "f").read_bytes() == CONTENT
    assert arrived.etag == '"1"'
    assert [asked.headers.get("range") for asked in site.asked] == [
        None,
        "bytes=1000-",
        "bytes=3000-",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_later_call_goes_on_where_the_last_gave_up(
    site: Site, http: Http, tmp_path: Path
) -> None:
    site.put("/f", ranged(CONTENT, cuts=[100] * TRIES))
    with pytest.raises(CatalogueError, match=r"broke off 5 times.*call again to go on"):
        download(http, f"{site.url}/f", tmp_path / "f")
    assert not (tmp_path / "f").exists()

    download(http, f"{site.url}/f", tmp_path / "f")

    assert site.asked[-1].headers["range"] == f"bytes={100 * TRIES}-"
    assert (tmp_path / "f").read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_comes_anew(site: Site, http: Http, tmp_path: Path) -> None:
    site.put("/f", ranged(CONTENT, '"1"', cuts=[500]), ranged(b"another", '"2"'))

    download(http, f"{site.url}/f", tmp_path / "f")

    assert (tmp_path / "f").read_bytes() == b"another"


def test_without_a_validator_nothing_is_glued_together(
    site: Site, http: Http, tmp_path: Path
) -> None:
    site.put("/f", ranged(CONTENT, None, cuts=[500]))

    download(http, f"{site.url}/f", tmp_path / "f")

    assert "range" not in site.asked[1].headers
    assert (tmp_path / "f").read_bytes() == CONTENT


def test_another_part_than_asked_for_is_refused(site: Site, http: Http, tmp_path: Path) -> None:
    wrong = Answer(CONTENT, 206, {"ETag": '"1"', "Content-Range": "bytes 7-9/10"})
    site.put("/f", ranged(CONTENT, cuts=[500]), wrong)

    with pytest.raises(CatalogueError, match="expected the rest from byte 500"):
        download(http, f"{site.url}/f", tmp_path / "f")

    assert list(tmp_path.iterdir()) == []


def test_too_large_a_file_is_refused_and_leaves_nothing(
    site: Site, make_http: MakeHttp, tmp_path: Path
) -> None:
    site.put("/f", Answer(b"x" * (2**20 + 1)))

    with pytest.raises(CatalogueError, match="LONGAN_CATALOGUE_FILE_MIB"):
        download(make_http(catalogue_file_mib=1), f"{site.url}/f", tmp_path / "f")

    assert list(tmp_path.iterdir()) == []


def test_a_leftover_part_that_is_whole_already_does_not_block(
    site: Site, http: Http, tmp_path: Path
) -> None:
    (tmp_path / "f.part").write_bytes(CONTENT)
    beside = {"url": f"{site.url}/f", "validator": '"1"'}
    (tmp_path / "f.part.json").write_text(json.dumps(beside))
    site.put("/f", ranged(CONTENT))

    download(http, f"{site.url}/f", tmp_path / "f")

    assert [asked.headers.get("range") for asked in site.asked] == [f"bytes={len(CONTENT)}-", None]
    assert (tmp_path / "f").read_bytes() == CONTENT


def test_what_is_left_of_another_address_is_not_gone_on_with(
    site: Site, http: Http, tmp_path: Path
) -> None:
    (tmp_path / "f.part").write_bytes(b"another file")
    (tmp_path / "f.part.json").write_text(json.dumps({"url": "x", "validator": '"1"'}))
    site.put("/f", ranged(CONTENT))

    download(http, f"{site.url}/f", tmp_path / "f")

    assert (tmp_path / "f").read_bytes() == CONTENT


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.binary(min_size=1, max_size=400),
    etag=st.sampled_from(['"a"', None]),
    cuts=st.lists(st.integers(0, 399), max_size=TRIES - 1),
)
def test_wherever_it_breaks_off_the_file_is_the_file(
    site: Site, http: Http, tmp_path: Path, content: bytes, etag: str | None, cuts: list[int]
) -> None:
    site.put("/f", ranged(content, etag, cuts))

    download(http, f"{site.url}/f", tmp_path / "f")

    assert (tmp_path / "f").read_bytes() == content
