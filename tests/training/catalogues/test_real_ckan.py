"""A real CKAN, where one is installed: see ckan.md beside this file."""

import os
from pathlib import Path

import pytest

from training.catalogues.ckan import Ckan

from .conftest import MakeHttp

ADDRESS = os.environ.get("LONGAN_TEST_CKAN", "")

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not ADDRESS, reason="LONGAN_TEST_CKAN names no CKAN; see ckan.md"),
]


def test_search_describe_and_fetch_from_a_real_ckan(make_http: MakeHttp, tmp_path: Path) -> None:
    ckan = Ckan(make_http(catalogue_private_hosts={"127.0.0.1", "localhost"}), ADDRESS)

    page = ckan.search("helmet", limit=5)
    after = ckan.search("helmet", page.next_cursor, limit=5)
    ids = [dataset.id for dataset in (*page.items, *after.items)]
    dataset = ckan.describe("helmet-snapshots-0")
    record = ckan.fetch(dataset, dataset.files[0], tmp_path)

    assert page.total == 7
    assert sorted(ids) == [f"helmet-snapshots-{n}" for n in range(7)]
    assert dataset.publisher == "龙岗交警"
    assert dataset.licence
    assert dataset.licence.spdx == "CC-BY-4.0"
    assert (tmp_path / record.file).read_bytes() == b"a\n1\n"
    assert ckan.fetch(dataset, dataset.files[0], tmp_path) == record
