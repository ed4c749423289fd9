import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from algorithms.errors import DatasetError
from serving.plugins import job_module
from serving.settings import Settings
from serving.store import Store, jobs, quality_reports
from serving.store.quality_models import QualityReport
from training.datasets.labelled import Box, Labelled
from training.datasets.library import Library
from training.quality import job
from training.quality.job import make_report


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "platform")


@pytest.fixture
def store(settings: Settings) -> Store:
    settings.data_dir.mkdir()
    store = Store(settings.store_url)
    store.migrate()
    return store


def taken(store: Store, dataset: str, release: str | None = None) -> str:
    with store.write() as session:
        row = QualityReport(dataset=dataset, release=release, created_by="tests")
        quality_reports.add(session, row)
        jobs.take(session, QualityReport)
        return row.id


def imported(settings: Settings, data: Labelled) -> Library:
    library = Library(settings.datasets_dir)
    library.add("street", data, lambda done, total: None)
    return library


def test_a_report_leaves_score_page_and_list_to_fix(
    clean: Labelled, store: Store, settings: Settings
) -> None:
    first, *rest = clean.pictures
    flat = replace(first, boxes=(*first.boxes, Box("helmet", 1, 1, 9, 0)))
    imported(settings, replace(clean, pictures=(flat, *rest)))
    report_id = taken(store, "street")

    make_report(store, settings, report_id)

    with store.read() as session:
        row = quality_reports.get(session, report_id)
    assert (row.state, row.counts, row.pictures) == ("done", {"degenerate": 1}, 80)
    assert row.reasons == ["1 × box without area (degenerate)"]
    folder = settings.quality_reports_dir / report_id
    (entry,) = json.loads((folder / "report.json").read_text())["to_fix"]
    assert entry["picture"] == first.name
    assert str(settings.data_dir) not in (folder / "report.json").read_text()
    assert (folder / "index.html").read_text().startswith("<!doctype html>")


def test_a_release_is_looked_at_if_it_was_made_of_the_data_set(
    clean: Labelled, store: Store, settings: Settings
) -> None:
    library = imported(settings, clean)
    hashes = [(number * 0x9E3779B97F4A7C15) % 2**64 for number in range(80)]
    data = library.imported("street")
    release = library.release(data, hashes, imports=["street"], now=datetime.now(UTC))
    mine, others = taken(store, "street", release.id), taken(store, "park", release.id)

    make_report(store, settings, mine)

    with store.read() as session:
        assert quality_reports.get(session, mine).score == 100
    with pytest.raises(DatasetError, match="not made of park"):
        make_report(store, settings, others)


def test_the_library_says_what_is_in_an_import(clean: Labelled, settings: Settings) -> None:
    imported(settings, clean)

    about = json.loads((settings.datasets_dir / "imports/street/about.json").read_text())

    assert about["pictures"] == 80
    assert about["splits"] == {"train": 40, "val": 40}
    assert about["licence"] == "CC-BY-4.0"


def test_the_plugin_brings_the_job() -> None:
    assert job_module("quality-reports") == job.__name__
