"""DCAT: a whole catalogue in one JSON file.

DCAT-US `data.json` (https://resources.data.gov/resources/dcat-us/), and DCAT-AP as JSON-LD
(https://semiceu.github.io/DCAT-AP/releases/3.0.0/), compact or expanded. Not Turtle or RDF/XML.
"""

from functools import cached_property
from typing import Any

from training.catalogues.catalogue import Catalogue, matches, one_of, page_of
from training.catalogues.licences import licence
from training.catalogues.linked import Linked, Node, as_node
from training.catalogues.records import Dataset, Licence, RemoteFile, Results
from training.catalogues.shape import (
    checksums,
    count,
    file_name,
    moment,
    suffix_of,
    text,
    web_address,
)
from training.errors import CatalogueError

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


class Dcat(Catalogue):
    """`dcat+https://…/data.json`: the address of the file."""

    name = "dcat"

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        found = [dataset for dataset, words in self._all if matches(dataset, query, words)]
        return page_of(found, cursor, limit)

    def describe(self, dataset_id: str) -> Dataset:
        return one_of((dataset for dataset, _ in self._all), dataset_id, self.shown)

    @cached_property
    def _all(self) -> list[tuple[Dataset, list[str]]]:
        """Every data set, with its keywords."""
        linked = Linked(self.http.json("GET", self.address))
        nodes = [*linked.parts(linked.root, "dataset"), *linked.nodes("Dataset")]
        if not nodes:
            raise CatalogueError(
                f"{self.shown}: expected a DCAT catalogue as JSON with data sets in it, got none"
            )
        known: dict[str, tuple[Dataset, list[str]]] = {}
        for node in nodes:
            if dataset := read_dataset(self.name, linked, node):
                words = [said for word in linked.all(node, "keyword") if (said := text(word))]
                known.setdefault(dataset.id, (dataset, words))
        return list(known.values())


def read_dataset(
    catalogue: str, linked: Linked, node: Node, dataset_id: str | None = None
) -> Dataset | None:
    """A data set out of its DCAT node; None where it has neither id nor title.

    Args:
        catalogue: Whose it is.
        linked: The document the node is in.
        node: Of type `dcat:Dataset`.
        dataset_id: What the catalogue calls it; None: its `identifier` or `@id`.
    """
    title = text(linked.one(node, "title"))
    name = dataset_id or text(linked.one(node, "identifier")) or text(node.get("@id")) or title
    if name is None:
        return None
    parts = linked.parts(node, "distribution")
    terms = _licence(linked, node)
    for part in parts:
        terms = terms or _licence(linked, part)
    files = (_file(linked, part, number) for number, part in enumerate(parts, 1))
    return Dataset(
        catalogue=catalogue,
        id=name,
        title=title or name,
        description=text(linked.one(node, "description")),
        publisher=_name(linked, linked.one(node, "publisher", "creator")),
        licence=terms,
        updated_at=moment(linked.one(node, "modified", "issued")),
        page_url=web_address(_id(linked.one(node, "landingPage", "page"))),
        files=tuple(file for file in files if file),
    )


def _file(linked: Linked, part: Node, number: int) -> RemoteFile | None:
    url = web_address(_id(linked.one(part, "downloadURL", "accessURL")))
    if url is None:
        return None
    kind = (text(_id(linked.one(part, "mediaType"))) or "").removeprefix(_MEDIA_TYPES) or None
    written = as_node(linked.one(part, "checksum")) or {}
    sha256, md5 = checksums(linked.one(written, "checksumValue"))
    ending = suffix_of(kind) or suffix_of(text(_id(linked.one(part, "format"))))
    return RemoteFile(
        id=str(number),
        name=file_name(text(linked.one(part, "title")), url, ending),
        url=url,
        media_type=kind,
        size_bytes=count(linked.one(part, "byteSize")),
        sha256=sha256,
        md5=md5,
        updated_at=moment(linked.one(part, "modified", "issued")),
    )


def _licence(linked: Linked, node: Node) -> Licence | None:
    given = linked.one(node, "license")
    if terms := as_node(given):
        return licence(text(linked.one(terms, "title", "label", "identifier")), text(_id(terms)))
    return licence(text(given))


def _name(linked: Linked, agent: Any) -> str | None:
    if node := as_node(agent):
        return text(linked.one(node, "name", "title", "prefLabel")) or text(_id(node))
    return text(agent)


def _id(value: Any) -> Any:
    node = as_node(value)
    return node.get("@id") if node else value
