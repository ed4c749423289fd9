"""Socrata (Tyler Data & Insights).

Search by the Discovery API (https://dev.socrata.com/docs/other/discovery), rows by SODA3 with an
app token (https://dev.socrata.com/docs/queries/, `POST /api/v3/views/{id}/query.json`) and by SODA2
without one (https://dev.socrata.com/docs/paging, `GET /resource/{id}.json`). Tables only.
"""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import httpx

from training.catalogues.catalogue import Catalogue, start_of
from training.catalogues.download import Arrived
from training.catalogues.http import as_headers
from training.catalogues.licences import licence
from training.catalogues.records import Dataset, FetchedFile, RemoteFile, Results
from training.catalogues.rows import MEDIA_TYPE, write_rows
from training.catalogues.shape import count, file_name, listing, mapping, moment, needed, text
from training.errors import CatalogueError

PAGE_ROWS = 5000


class Socrata(Catalogue):
    """`socrata+https://…`: a portal; ids have the form `abcd-1234`."""

    name = "socrata"

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        start = start_of(cursor)
        rows, total = self._discover(q=query, offset=str(start), limit=str(limit))
        end = start + len(rows)
        return Results(
            items=tuple(self._dataset(row) for row in rows),
            total=total,
            next_cursor=str(end) if rows and total is not None and end < total else None,
        )

    def describe(self, dataset_id: str) -> Dataset:
        rows, _ = self._discover(ids=dataset_id)
        if not rows:
            raise CatalogueError(
                f"{self.shown}: no table {dataset_id!r}; ids are as `search` shows them"
            )
        return self._dataset(rows[0])

    def bring(self, file: RemoteFile, path: Path, known: FetchedFile | None) -> Arrived:
        pages = self._soda3(file.id) if self.key else self._soda2(file.id)
        return write_rows(path, pages, self.http.settings.catalogue_file_mib)

    def _discover(self, **params: str) -> tuple[Sequence[Any], int | None]:
        host = httpx.URL(self.address).host
        mine = {"domains": host, "search_context": host, "only": "datasets"}
        answer = self.http.json(
            "GET",
            f"{self.address}/api/catalog/v1",
            params=mine | params,
            headers=as_headers(X_App_Token=self.key),
        )
        found = mapping(answer, "discovery")
        return listing(found.get("results"), "discovery: results"), count(
            found.get("resultSetSize")
        )

    def _soda3(self, table: str) -> Generator[Sequence[Any]]:
        url = f"{self.address}/api/v3/views/{table}/query.json"
        for number in range(1, 1_000_000):
            order = {
                "query": "SELECT *",
                "page": {"pageNumber": number, "pageSize": PAGE_ROWS},
                "includeSynthetic": False,
            }
            headers = as_headers(X_App_Token=self.key)
            rows = listing(self.http.json("POST", url, json=order, headers=headers), "SODA3")
            yield rows
            if len(rows) < PAGE_ROWS:
                return

    def _soda2(self, table: str) -> Generator[Sequence[Any]]:
        url = f"{self.address}/resource/{table}.json"
        for start in range(0, PAGE_ROWS * 1_000_000, PAGE_ROWS):
            params = {"$limit": str(PAGE_ROWS), "$offset": str(start), "$order": ":id"}
            rows = listing(self.http.json("GET", url, params=params), "SODA2")
            yield rows
            if len(rows) < PAGE_ROWS:
                return

    def _dataset(self, given: Any) -> Dataset:
        result = mapping(given, "discovery: result")
        resource = mapping(result.get("resource"), "discovery: resource")
        metadata = mapping(result.get("metadata") or {}, "discovery: metadata")
        name = needed(resource.get("id"), "discovery: resource.id")
        title = text(resource.get("name")) or name
        updated_at = moment(resource.get("data_updated_at") or resource.get("updatedAt"))
        url = f"{self.address}/resource/{name}.json"
        return Dataset(
            catalogue=self.name,
            id=name,
            title=title,
            description=text(resource.get("description")),
            publisher=text(resource.get("attribution")) or text(metadata.get("domain")),
            licence=licence(text(metadata.get("license"))),
            updated_at=updated_at,
            page_url=text(result.get("permalink")) or text(result.get("link")),
            files=(
                RemoteFile(
                    id=name,
                    name=file_name(f"{name}.jsonl", url),
                    url=url,
                    media_type=MEDIA_TYPE,
                    updated_at=updated_at,
                ),
            ),
        )
