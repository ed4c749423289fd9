from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.catalogues.licences import _SPDX, licence, spdx  # pyright: ignore[reportPrivateUsage]
from training.catalogues.shape import checksums, file_name, moment, number, text, web_address

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("http://www.opendefinition.org/licenses/cc-by", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.en", "CC-BY-4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by/3.0/de/", None),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution, Non-Commercial 4.0", "CC-BY-NC-4.0"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC BY", None),
        ("Creative Commons Attribution", None),
        (
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            "OGL-UK-3.0",
        ),
        ("http://www.etalab.gouv.fr/licence-ouverte-open-licence", "etalab-2.0"),
        ("other-open", None),
        ("Public Domain", None),
        ("", None),
    ],
)
def test_licences_that_are_sure_have_an_identifier(said: str, expected: str | None) -> None:
    assert spdx(said) == expected


@given(st.sampled_from(sorted(_SPDX.values())))
def test_an_identifier_stands_for_itself(name: str) -> None:
    assert spdx(name) == name
    assert spdx(name.lower()) == name


@given(st.text(), st.none() | st.text())
def test_any_words_are_kept_and_only_real_identifiers_given(said: str, url: str | None) -> None:
    found = licence(said, url)

    assert (found is None) == (not said.strip() and not (url or "").strip())
    if found:
        assert found.spdx is None or found.spdx in _SPDX.values()
        assert found.text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-24T01:54:11.219944", datetime(2026, 11, 24, 1, 54, 11, 219944, UTC)),
        ("2026-05-07T09:53:14+08:00", datetime(2026, 5, 7, 1, 53, 14, tzinfo=UTC)),
        ("2026-03-01T10:00:00.000Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        (1_767_225_600, datetime(2026, 1, 1, tzinfo=UTC)),
        (1_767_225_600_000, datetime(2026, 1, 1, tzinfo=UTC)),
        ("R/P1Y", None),
        ("last week", None),
    ],
)
def test_times_of_all_kinds_are_utc(said: object, expected: datetime | None) -> None:
    assert moment(said) == expected


@given(JSON)
def test_no_value_upsets_the_readers(value: object) -> None:
    at = moment(value)
    assert at is None or at.utcoffset() is not None
    found = number(value)
    assert found is None or abs(found) < float("inf")
    address = web_address(value)
    assert address is None or address.startswith(("http", "HTTP"))
    said = text(value)
    assert said is None or said.encode()
    checksums(value)


@given(st.text(), st.none() | st.text(), st.sampled_from(["", ".csv"]))
def test_a_file_name_is_one_safe_name(path: str, name: str | None, suffix: str) -> None:
    safe = text(path) or ""
    found = file_name(text(name), f"https://example.org/{safe}", suffix)

    assert Path(found).name == found
    assert found not in (".", "..")
    assert not found.startswith(".")
    assert len(found.encode()) <= 220


def test_passwords_in_addresses_are_dropped() -> None:
    assert web_address("https://me:secret@example.org:8443/a?b=1") == (
        "https://example.org:8443/a?b=1"
    )
