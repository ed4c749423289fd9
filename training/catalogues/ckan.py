"""CKAN, through its Action API v3 (https://docs.ckan.org/en/latest/api/index.html)."""

from typing import Any

from training.catalogues.catalogue import Catalogue, start_of
from training.catalogues.http import as_headers
from training.catalogues.licences import licence
from training.catalogues.records import Dataset, RemoteFile, Results
from training.catalogues.shape import (
    checksums,
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
from training.errors import CatalogueError


class Ckan(Catalogue):
    """`ckan+https://…`: the address that `/api/3/action` comes behind."""

    name = "ckan"

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        start = start_of(cursor)
        found = self._act("package_search", q=query, start=str(start), rows=str(limit))
        rows = listing(found.get("results"), "package_search: result.results")
        total = count(found.get("count"))
        end = start + len(rows)
        return Results(
            items=tuple(self._dataset(row) for row in rows),
            total=total,
            next_cursor=str(end) if rows and total is not None and end < total else None,
        )

    def describe(self, dataset_id: str) -> Dataset:
        return self._dataset(self._act("package_show", id=dataset_id))

    def _act(self, action: str, **params: str) -> Any:
        url = f"{self.address}/api/3/action/{action}"
        headers = as_headers(Authorization=self.key)
        answer = mapping(self.http.json("GET", url, params=params, headers=headers), action)
        if answer.get("success") is False:
            error = mapping(answer.get("error") or {}, f"{action}: error")
            said = text(error.get("message"))
            raise CatalogueError(self.http.hide(f"{action}: refused: {said or 'no reason given'}"))
        return mapping(answer.get("result"), f"{action}: result")

    def _dataset(self, given: Any) -> Dataset:
        package = mapping(given, "package")
        name = needed(package.get("name") or package.get("id"), "package: name")
        publisher = mapping(package.get("organization") or {}, "package: organization")
        resources = listing(package.get("resources") or [], "package: resources")
        return Dataset(
            catalogue=self.name,
            id=name,
            title=text(package.get("title")) or name,
            description=text(package.get("notes")),
            publisher=text(publisher.get("title"))
            or text(package.get("author"))
            or text(package.get("maintainer")),
            licence=licence(
                text(package.get("license_title")) or text(package.get("license_id")),
                text(package.get("license_url")),
            ),
            updated_at=moment(package.get("metadata_modified")),
            page_url=f"{self.address}/dataset/{name}",
            files=tuple(file for given in resources if (file := _file(given))),
        )


def _file(given: Any) -> RemoteFile | None:
    """A resource; None where it has no address that can be fetched."""
    resource = mapping(given, "resource")
    url = web_address(resource.get("url"))
    if url is None:
        return None
    kind = text(resource.get("mimetype"))
    sha256, md5 = checksums(resource.get("hash"))
    ending = suffix_of(kind) or suffix_of(text(resource.get("format")))
    return RemoteFile(
        id=needed(resource.get("id"), "resource: id"),
        name=file_name(text(resource.get("name")), url, ending),
        url=url,
        media_type=kind,
        size_bytes=count(resource.get("size")),
        sha256=sha256,
        md5=md5,
        updated_at=moment(resource.get("last_modified") or resource.get("created")),
    )
