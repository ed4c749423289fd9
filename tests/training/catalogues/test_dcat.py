from datetime import UTC, datetime

import pytest

from training.catalogues.croissant import Croissant
from training.catalogues.datagov import DataGov
from training.catalogues.dcat import Dcat
from training.catalogues.http import Http
from training.errors import CatalogueError

from .conftest import MakeHttp, recorded
from .documented import SHA256, data_json, datagov
from .site import Answer, Site


def test_data_json_of_an_agency(site: Site, http: Http) -> None:
    site.put("/data.json", Answer(data_json()))
    dcat = Dcat(http, f"{site.url}/data.json")

    found = dcat.search("riders e-bike")

    assert [dataset.title for dataset in found.items] == ["Helmet survey"]
    dataset = dcat.describe("https://data.example.gov/id/1")
    assert dataset == found.items[0]
    assert dataset.publisher == "City of Example"
    assert dataset.licence
    assert dataset.licence.spdx == "PDDL-1.0"
    assert dataset.updated_at == datetime(2026, 1, 31, tzinfo=UTC)
    assert [(file.name, file.media_type) for file in dataset.files] == [("helmets.csv", "text/csv")]
    assert len(site.asked) == 1


def test_entries_without_a_type_are_found_too(site: Site, http: Http) -> None:
    site.put("/data.json", Answer(data_json()))
    dcat = Dcat(http, f"{site.url}/data.json")

    first = dcat.search("", limit=1)

    assert (first.total, first.next_cursor) == (2, "1")
    assert [d.id for d in dcat.search("", first.next_cursor).items] == ["2"]
    with pytest.raises(CatalogueError, match="no data set 'nothing'"):
        dcat.describe("nothing")


@pytest.mark.parametrize(
    ("name", "kind"), [("catalog.jsonld.json", "expanded"), ("dataset.jsonld.json", "compact")]
)
def test_a_real_ckans_json_ld(site: Site, http: Http, name: str, kind: str) -> None:
    site.put("/catalog.jsonld", Answer(recorded(name)))

    found = Dcat(http, f"{site.url}/catalog.jsonld").search("电动自行车头盔抓拍")

    assert found.items, kind
    for dataset in found.items:
        assert dataset.publisher == "龙岗交警"
        assert dataset.updated_at
        assert [file.url for file in dataset.files] == ["http://127.0.0.1:9/x.csv"]
        assert [file.name for file in dataset.files] == ["manifest.csv"]


def test_json_that_is_no_catalogue_is_named(site: Site, http: Http) -> None:
    site.put("/data.json", Answer({"hello": []}))

    with pytest.raises(CatalogueError, match="expected a DCAT catalogue"):
        Dcat(http, f"{site.url}/data.json").search("")


def test_a_licence_may_stand_with_the_files(site: Site, http: Http) -> None:
    document = data_json()
    terms = {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    document["dataset"][0]["distribution"][0]["license"] = terms
    del document["dataset"][0]["license"]
    site.put("/data.json", Answer(document))

    licence = Dcat(http, f"{site.url}/data.json").search("helmet").items[0].licence

    assert licence
    assert licence.spdx == "CC-BY-4.0"


def test_data_gov_follows_its_cursor(site: Site, make_http: MakeHttp) -> None:
    site.put("/search", Answer(datagov("a", "b", after="WzY5")), Answer(datagov("c")))
    catalogue = DataGov(make_http(catalogue_keys={"127.0.0.1": "kkk"}), site.url)

    first = catalogue.search("helmet", limit=2)
    second = catalogue.search("helmet", first.next_cursor, limit=2)

    assert [d.id for d in (*first.items, *second.items)] == ["a", "b", "c"]
    assert site.asked[1].query == {"q": "helmet", "per_page": "2", "after": "WzY5"}
    assert second.next_cursor is None
    assert site.asked[0].headers["x-api-key"] == "kkk"


def test_data_gov_describes_by_slug(site: Site, http: Http) -> None:
    site.put("/search", Answer(datagov("other", "helmets-2026")))
    catalogue = DataGov(http, site.url)

    dataset = catalogue.describe("helmets-2026")

    assert site.asked[0].headers["x-api-key"] == "DEMO_KEY"
    assert (dataset.title, dataset.publisher) == ("Helmets helmets-2026", "Federal Highways")
    assert dataset.licence
    assert dataset.licence.spdx == "CC0-1.0"
    assert dataset.page_url == "https://catalog.data.gov/dataset/helmets-2026"
    assert [file.name for file in dataset.files] == ["Table.csv"]
    with pytest.raises(CatalogueError, match="no data set 'helmet'"):
        catalogue.describe("helmet")


def test_a_croissant_that_mlcroissant_accepts(site: Site, http: Http) -> None:
    site.put("/c.json", Answer(recorded("croissant.json")))
    croissant = Croissant(http, f"{site.url}/c.json")

    dataset = croissant.search("头盔").items[0]

    assert dataset == croissant.describe(dataset.id)
    assert (dataset.title, dataset.publisher) == ("头盔样本集", "龙岗交警")
    assert dataset.licence
    assert dataset.licence.spdx == "CC-BY-4.0"
    file = dataset.files[0]
    assert (file.name, file.sha256, file.size_bytes) == ("manifest.csv", SHA256, 1)
    assert croissant.search("trees").items == ()


def test_files_inside_others_and_repositories_are_left_out(site: Site, http: Http) -> None:
    document = {
        "@context": {"sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"},
        "@type": "sc:Dataset",
        "name": "riders",
        "dct:conformsTo": "http://mlcommons.org/croissant/1.1",
        "distribution": [
            {"@type": "cr:FileObject", "contentUrl": "git", "encodingFormat": "git+https"},
            {"@type": "cr:FileObject", "@id": "z", "name": "z", "contentUrl": "data/z.zip"},
            {
                "@type": "cr:FileObject",
                "name": "inside",
                "contentUrl": "labels.csv",
                "containedIn": {"@id": "z"},
            },
            {"@type": "cr:FileSet", "containedIn": {"@id": "z"}, "includes": "*.jpg"},
        ],
    }
    site.put("/sets/c.json", Answer(document))

    dataset = Croissant(http, f"{site.url}/sets/c.json").search("").items[0]

    assert [file.url for file in dataset.files] == [f"{site.url}/sets/data/z.zip"]


def test_a_page_that_is_no_croissant_is_named(site: Site, http: Http) -> None:
    site.put("/c.json", Answer({"@type": "Dataset", "name": "x"}))

    with pytest.raises(CatalogueError, match="expected a Croissant file"):
        Croissant(http, f"{site.url}/c.json").search("")
