"""Shenzhen's open government data (深圳市政府数据开放平台).

https://opendata.sz.gov.cn: the list is what its own pages ask, `POST /data/dataSet/findPage`, whose
`dataList` is JSON in a text; one entry is `POST /data/catalog/selectDataCatalogByResId`; rows are
`GET /api/{id}/1/service.xhtml?page&rows&appKey` → `{total, data[]}`, errors in the body. There is
no search on the server: words are looked for in titles, summaries and keywords, page by page.
"""

import json
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from training.catalogues.catalogue import Catalogue, matches
from training.catalogues.download import Arrived
from training.catalogues.records import Dataset, FetchedFile, RemoteFile, Results
from training.catalogues.rows import MEDIA_TYPE, write_rows
from training.catalogues.shape import file_name, listing, mapping, moment, needed, text
from training.errors import CatalogueError

PAGE_ENTRIES = 100
PAGE_ROWS = 1000
SCANNED_PAGES = 10
"""So many pages of the list are looked through for one page of results."""


class Shenzhen(Catalogue):
    """`shenzhen`; ids such as `29200_00403627`; rows want an appKey."""

    name = "shenzhen"
    default_address = "https://opendata.sz.gov.cn"
    pause_s = 1.0

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        page, skipped = _place(cursor)
        found: list[Dataset] = []
        for number in range(page, page + SCANNED_PAGES):
            entries = self._entries(number)
            for index, entry in enumerate(entries):
                if number == page and index < skipped:
                    continue
                dataset = self._dataset(entry)
                if matches(dataset, query, [text(entry.get("keyword")) or ""]):
                    found.append(dataset)
                    if len(found) == limit:
                        return _results(found, f"{number}:{index + 1}")
            if len(entries) < PAGE_ENTRIES:
                return _results(found, None)
        return _results(found, f"{page + SCANNED_PAGES}:0")

    def describe(self, dataset_id: str) -> Dataset:
        answer = self._post("catalog/selectDataCatalogByResId", resId=_with_slash(dataset_id))
        return self._dataset({"resId": dataset_id} | dict(mapping(answer, "catalogue entry")))

    def bring(self, file: RemoteFile, path: Path, known: FetchedFile | None) -> Arrived:
        return write_rows(path, self._pages(file.url), self.http.settings.catalogue_file_mib)

    def _pages(self, url: str) -> Generator[Sequence[Any]]:
        if not self.key:
            raise CatalogueError(
                "shenzhen gives rows to those who have an appKey only: register at "
                f'{self.address} and set LONGAN_CATALOGUE_KEYS={{"shenzhen": "…"}}'
            )
        for number in range(1, 1_000_000):
            params = {"page": str(number), "rows": str(PAGE_ROWS), "appKey": self.key}
            answer = mapping(self.http.json("GET", url, params=params), "rows")
            if (code := text(answer.get("errorCode"))) is not None:
                said = text(answer.get("message")) or "no reason given"
                raise CatalogueError(self.http.hide(f"shenzhen refused ({code}): {said}"))
            rows = listing(answer.get("data"), "rows: data")
            yield rows
            if len(rows) < PAGE_ROWS:
                return

    def _entries(self, number: int) -> list[Any]:
        answer = mapping(
            self._post(
                "dataSet/findPage",
                pageNo=str(number),
                pageSize=str(PAGE_ENTRIES),
                sortType="DESC",
            ),
            "findPage",
        )
        written = needed(answer.get("dataList"), "findPage: dataList")
        try:
            inside = json.loads(written)
        except (ValueError, RecursionError):
            raise CatalogueError("findPage: expected JSON in dataList, got another text") from None
        entries = listing(mapping(inside, "findPage: dataList").get("list"), "findPage: list")
        return [mapping(entry, "findPage: entry") for entry in entries]

    def _post(self, path: str, **form: str) -> Any:
        return self.http.json("POST", f"{self.address}/data/{path}", data=form)

    def _dataset(self, given: Any) -> Dataset:
        entry = mapping(given, "entry")
        name = needed(entry.get("resId"), "entry: resId").replace("/", "_")
        url = f"{self.address}/api/{name}/1/service.xhtml"
        updated_at = moment(entry.get("dataUpdateTime") or entry.get("updateDate"))
        return Dataset(
            catalogue=self.name,
            id=name,
            title=text(entry.get("resTitle")) or name,
            description=text(entry.get("resAbstract")),
            publisher=text(entry.get("officeName")),
            licence=None,  # the platform's terms of use count, and no entry names a licence
            updated_at=updated_at,
            page_url=f"{self.address}/data/dataSet/toDataDetails/{name}",
            files=(
                RemoteFile(
                    id="rows",
                    name=file_name(f"{name}.jsonl", url),
                    url=url,
                    media_type=MEDIA_TYPE,
                    updated_at=updated_at,
                ),
            ),
        )


def _results(found: list[Dataset], cursor: str | None) -> Results:
    return Results(items=tuple(found), total=None, next_cursor=cursor)


def _place(cursor: str | None) -> tuple[int, int]:
    """Page of the list, and how many of its entries are done."""
    if cursor is None:
        return 1, 0
    page, _, index = cursor.partition(":")
    if not (page.isdecimal() and index.isdecimal()):
        raise CatalogueError(f"cursor {cursor!r}: expected the next_cursor of the page before")
    return int(page), int(index)


def _with_slash(dataset_id: str) -> str:
    return dataset_id.replace("_", "/", 1)
