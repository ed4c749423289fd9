"""data.gov of the United States, through its catalogue API that is CKAN no longer.

https://resources.data.gov/catalog-api/: base `https://api.gsa.gov/technology/datagov/v4/`, key in
`X-Api-Key`, next page by `after`; each result carries the publisher's record as DCAT-US in `dcat`.
"""

from typing import Any

from training.catalogues.catalogue import Catalogue
from training.catalogues.dcat import read_dataset
from training.catalogues.linked import Linked
from training.catalogues.records import Dataset, Results
from training.catalogues.shape import listing, mapping, moment, needed, text
from training.errors import CatalogueError

DEMO_KEY = "DEMO_KEY"
"""What the documentation offers for a first look: 30 requests an hour."""


class DataGov(Catalogue):
    """`data.gov`; ids are the slugs of its pages."""

    name = "data.gov"
    default_address = "https://api.gsa.gov/technology/datagov/v4"

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        answer = self._ask(query, cursor, limit)
        rows = listing(answer.get("results"), "data.gov search: results")
        return Results(
            items=tuple(self._dataset(row) for row in rows),
            total=None,
            next_cursor=text(answer.get("after")) if rows else None,
        )

    def describe(self, dataset_id: str) -> Dataset:
        # There is no call for one record; a search for its slug has it on the first page.
        rows = listing(self._ask(dataset_id, None, 50).get("results"), "data.gov search: results")
        for row in rows:
            if mapping(row, "data.gov search: result").get("slug") == dataset_id:
                return self._dataset(row)
        raise CatalogueError(
            f"data.gov: no data set {dataset_id!r}; search shows the ids there are"
        )

    def _ask(self, query: str, cursor: str | None, limit: int) -> Any:
        params = {"q": query, "per_page": str(limit)} | ({"after": cursor} if cursor else {})
        headers = {"X-Api-Key": self.key or DEMO_KEY}
        url = f"{self.address}/search"
        return mapping(
            self.http.json("GET", url, params=params, headers=headers), "data.gov search"
        )

    def _dataset(self, given: Any) -> Dataset:
        row = mapping(given, "data.gov search: result")
        slug = needed(row.get("slug"), "data.gov search: slug")
        linked = Linked(mapping(row.get("dcat"), f"data.gov {slug}: dcat"))
        found = read_dataset(self.name, linked, linked.root, slug)
        if found is None:
            raise CatalogueError(f"data.gov {slug}: its dcat has no title")
        return found.model_copy(
            update={
                "title": text(row.get("title")) or found.title,
                "publisher": found.publisher or text(row.get("publisher")),
                "updated_at": found.updated_at or moment(row.get("last_harvested_date")),
                "page_url": found.page_url or f"https://catalog.data.gov/dataset/{slug}",
            }
        )
