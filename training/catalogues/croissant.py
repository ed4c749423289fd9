"""Croissant: one data set, described for machine learning in one JSON-LD file.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html: files are `FileObject`s in
`distribution`, with `contentUrl`, `encodingFormat` and `sha256`.
"""

import re
from functools import cached_property
from urllib.parse import urljoin

from training.catalogues.catalogue import Catalogue, matches, one_of, page_of
from training.catalogues.licences import licence
from training.catalogues.linked import Linked, Node, as_node
from training.catalogues.records import Dataset, RemoteFile, Results
from training.catalogues.shape import checksums, file_name, moment, suffix_of, text, web_address
from training.errors import CatalogueError

_SIZE = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT]?)(?P<binary>i?)B?", re.IGNORECASE)


class Croissant(Catalogue):
    """`croissant+https://…`: the address of the file."""

    name = "croissant"

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        found = [self._dataset] if matches(self._dataset, query) else []
        return page_of(found, cursor, limit)

    def describe(self, dataset_id: str) -> Dataset:
        return one_of([self._dataset], dataset_id, self.shown)

    @cached_property
    def _dataset(self) -> Dataset:
        linked = Linked(self.http.json("GET", self.address))
        node = next(iter(linked.nodes("Dataset")), linked.root)
        conforms = " ".join(map(str, linked.all(node, "conformsTo")))
        if "mlcommons.org/croissant" not in conforms:
            raise CatalogueError(
                f"{self.shown}: expected a Croissant file (a Dataset whose conformsTo names "
                f"mlcommons.org/croissant), got {conforms or 'none'}"
            )
        name = text(linked.one(node, "name")) or self.shown
        terms = linked.one(node, "license")
        if described := as_node(terms):
            terms = linked.one(described, "@id", "url", "name")
        return Dataset(
            catalogue=self.name,
            id=name,
            title=name,
            description=text(linked.one(node, "description")),
            publisher=self._publisher(linked, node),
            licence=licence(text(terms)),
            updated_at=moment(linked.one(node, "dateModified", "datePublished")),
            page_url=web_address(linked.one(node, "url")),
            files=tuple(
                file
                for part in linked.parts(node, "distribution")
                if (file := self._file(linked, part))
            ),
        )

    def _publisher(self, linked: Linked, node: Node) -> str | None:
        agent = linked.one(node, "publisher", "creator")
        named = as_node(agent)
        return text(linked.one(named, "name") if named else agent)

    def _file(self, linked: Linked, part: Node) -> RemoteFile | None:
        """A FileObject; None for files inside another, for repositories and for what is no file."""
        given = text(linked.one(part, "contentUrl"))
        kind = text(linked.one(part, "encodingFormat"))
        inside = linked.one(part, "containedIn")
        if not given or inside is not None or (kind or "").startswith("git+"):
            return None
        try:
            url = web_address(urljoin(self.address, given))
        except ValueError:
            url = None
        if url is None:
            return None
        name = text(linked.one(part, "name"))
        return RemoteFile(
            id=name or url,
            name=file_name(name, url, suffix_of(kind)),
            url=url,
            media_type=kind,
            size_bytes=_bytes(text(linked.one(part, "contentSize"))),
            sha256=checksums(linked.one(part, "sha256"))[0],
            md5=checksums(linked.one(part, "md5"))[1],
        )


def _bytes(said: str | None) -> int | None:
    """A size such as `117 KB`; bytes if no unit is given."""
    match = _SIZE.fullmatch(said or "")
    if match is None:
        return None
    power = " KMGT".index(match["unit"].upper() or " ")
    return int(float(match["n"]) * (1024 if match["binary"] else 1000) ** power)
