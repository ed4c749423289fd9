"""Open-data catalogues: search, describe, fetch; one file a kind, one line here."""

from training.catalogues.catalogue import Catalogue
from training.catalogues.ckan import Ckan
from training.catalogues.croissant import Croissant
from training.catalogues.datagov import DataGov
from training.catalogues.dcat import Dcat
from training.catalogues.hong_kong import HongKong
from training.catalogues.http import Http
from training.catalogues.london import London
from training.catalogues.new_york import NewYork
from training.catalogues.new_york_511 import NewYork511
from training.catalogues.opendatasoft import Opendatasoft
from training.catalogues.shenzhen import Shenzhen
from training.catalogues.singapore import Singapore
from training.catalogues.socrata import Socrata
from training.errors import CatalogueError

CATALOGUES: dict[str, type[Catalogue]] = {
    kind.name: kind
    for kind in (
        Ckan,
        DataGov,
        Socrata,
        Opendatasoft,
        Dcat,
        Croissant,
        Shenzhen,
        Singapore,
        London,
        HongKong,
        NewYork,
        NewYork511,
    )
}


def open_catalogue(where: str, http: Http) -> Catalogue:
    """A catalogue by its name, or by its kind and address.

    Args:
        where: Such as `shenzhen` or `ckan+https://data.example.org`.
        http: The door to it.

    Raises:
        CatalogueError: There is no such catalogue.
    """
    kind, _, address = where.partition("+")
    if kind not in CATALOGUES:
        names = (n if c.default_address else f"{n}+https://…" for n, c in CATALOGUES.items())
        raise CatalogueError(f"no catalogue {kind!r}; expected one of {', '.join(names)}")
    return CATALOGUES[kind](http, address or None)
