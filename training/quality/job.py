"""A quality report of the store, in a process of its own.

`python -m training.quality.job ID` makes one; it reads the platform's settings from standard input.
Progress, score and counts go to the store, the page and the list to fix into a folder of its own.
"""

import json
import os
import sys
from time import monotonic
from typing import Any

from algorithms.errors import DatasetError, LonganError
from serving.log import configure_logging
from serving.settings import Settings
from serving.store import Store, jobs, quality_reports
from serving.store.quality_models import QualityReport as Row
from training.datasets.labelled import Labelled
from training.datasets.library import Library
from training.quality.kept import KeptLooks
from training.quality.page import page
from training.quality.report import assess

NICE = 19
TELL_EVERY_S = 1.0


class GivenUpError(LonganError):
    """Nobody waits for this report any more."""


def make_report(store: Store, settings: Settings, report_id: str) -> None:
    """Look at the data set and keep what was found.

    Raises:
        LonganError: The data set is not there or cannot be read.
    """
    with store.read() as session:
        row = quality_reports.get(session, report_id)
    library = Library(settings.datasets_dir.absolute())
    data = _data(library, row)
    looks = KeptLooks(library.folder / "looks" / f"{row.dataset}.json")
    report = assess(data, None, _Told(store, report_id), see=looks)
    looks.keep()
    content = report.to_json()
    folder = settings.quality_reports_dir / report_id
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"to_fix": [_public(entry) for entry in content["to_fix"]]})
    (folder / "report.json").write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(page(row.dataset, report), encoding="utf-8")
    kept = {key: content[key] for key in ("score", "reasons", "counts", "pictures", "boxes")}
    with store.write() as session:
        jobs.finish(session, Row, report_id, **kept)


class _Told:
    """Tells the store how far it is, now and then."""

    def __init__(self, store: Store, report_id: str) -> None:
        self._store = store
        self._report_id = report_id
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        if monotonic() < self._next:
            return
        self._next = monotonic() + TELL_EVERY_S
        with self._store.write() as session:
            if not jobs.go_on(session, Row, self._report_id, round(done / total, 3)):
                raise GivenUpError(f"the quality report {self._report_id} was given up")


def _data(library: Library, row: Row) -> Labelled:
    if row.release is None:
        return library.imported(row.dataset)
    release = library.released(row.release)
    if row.dataset not in release.lineage["imports"]:
        raise DatasetError(f"{row.release}: not made of {row.dataset}")
    return release.data


def _public(entry: dict[str, Any]) -> dict[str, Any]:
    """Without where the platform keeps its files."""
    entry = {key: value for key, value in entry.items() if key != "file"}
    if "other" in entry:
        entry["other"] = {key: value for key, value in entry["other"].items() if key != "file"}
    return entry


def main() -> None:
    """Make the report that the first argument names."""
    configure_logging()
    os.nice(NICE)
    settings = Settings.model_validate_json(sys.stdin.read())
    store = Store(settings.store_url)
    try:
        make_report(store, settings, sys.argv[1])
    except LonganError as error:
        sys.exit(str(error).replace("\n", " · "))  # the last line is all that is kept
    finally:
        store.dispose()


if __name__ == "__main__":
    main()
