"""Opendatasoft (Huwise), through its Explore API v2.1.

https://help.opendatasoft.com/apis/ods-explore-v2/: at most 100 data sets a page and 10,000 in all;
records as `exports/csv`, besides the files in `attachments`.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from training.catalogues.catalogue import Catalogue, start_of
from training.catalogues.download import Arrived, download
from training.catalogues.http import as_headers
from training.catalogues.licences import licence
from training.catalogues.records import Dataset, FetchedFile, RemoteFile, Results
from training.catalogues.shape import (
    count,
    file_name,
    listing,
    mapping,
    moment,
    needed,
    suffix_of,
    text,
    web_address,
)

REACH = 10_000
"""Offset and limit together may not go beyond."""


class Opendatasoft(Catalogue):
    """`opendatasoft+https://…`: a portal."""

    name = "opendatasoft"

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        start = start_of(cursor)
        params = {"offset": str(start), "limit": str(limit)}
        if query.strip():
            escaped = query.replace("\\", "\\\\").replace('"', '\\"')
            params["where"] = f'search("{escaped}")'
        found = mapping(self._ask("", params), "datasets")
        rows = listing(found.get("results"), "datasets: results")
        total = count(found.get("total_count"))
        end = start + len(rows)
        more = bool(rows) and total is not None and end < total and end + limit <= REACH
        return Results(
            items=tuple(self._dataset(row, ()) for row in rows),
            total=total,
            next_cursor=str(end) if more else None,
        )

    def describe(self, dataset_id: str) -> Dataset:
        given = mapping(self._ask(f"/{quote(dataset_id, safe='')}", {}), "dataset")
        files: list[RemoteFile] = []
        if given.get("has_records") is not False:
            files.append(self._records(dataset_id))
        if given.get("attachments"):
            files += self._attachments(dataset_id)
        return self._dataset(given, tuple(files))

    def bring(self, file: RemoteFile, path: Path, known: FetchedFile | None) -> Arrived:
        ours = file.url.startswith(f"{self.address}/")
        return download(self.http, file.url, path, known, self._headers() if ours else None)

    def _ask(self, path: str, params: dict[str, str]) -> Any:
        url = f"{self.address}/api/explore/v2.1/catalog/datasets{path}"
        return self.http.json("GET", url, params=params, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return dict(as_headers(Authorization=f"Apikey {self.key}" if self.key else None))

    def _records(self, dataset_id: str) -> RemoteFile:
        name = quote(dataset_id, safe="")
        url = f"{self.address}/api/explore/v2.1/catalog/datasets/{name}/exports/csv"
        return RemoteFile(
            id="csv", name=file_name(f"{dataset_id}.csv", url), url=url, media_type="text/csv"
        )

    def _attachments(self, dataset_id: str) -> Generator[RemoteFile]:
        answer = mapping(self._ask(f"/{quote(dataset_id, safe='')}/attachments", {}), "attachments")
        for number, given in enumerate(listing(answer.get("attachments"), "attachments"), 1):
            attachment = mapping(given, "attachment")
            metas = mapping(attachment.get("metas") or {}, "attachment: metas")
            url = web_address(attachment.get("href"))
            if url is not None:
                kind = text(metas.get("mime-type"))
                name = file_name(text(metas.get("title")), url, suffix_of(kind))
                yield RemoteFile(id=f"attachment-{number}", name=name, url=url, media_type=kind)

    def _dataset(self, given: Any, files: tuple[RemoteFile, ...]) -> Dataset:
        row = mapping(given, "dataset")
        name = needed(row.get("dataset_id"), "dataset: dataset_id")
        metas = mapping(row.get("metas") or {}, f"{name}: metas")
        default = mapping(metas.get("default") or {}, f"{name}: metas.default")
        return Dataset(
            catalogue=self.name,
            id=name,
            title=text(default.get("title")) or name,
            description=text(default.get("description")),
            publisher=text(default.get("publisher")),
            licence=licence(text(default.get("license")), text(default.get("license_url"))),
            updated_at=moment(default.get("modified") or default.get("data_processed")),
            page_url=f"{self.address}/explore/dataset/{quote(name, safe='')}/",
            files=files,
        )
