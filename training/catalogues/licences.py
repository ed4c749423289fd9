"""What publishers call their licence, and its SPDX identifier (https://spdx.org/licenses/).

Only what is sure: a licence without its version (`CC BY`) has no identifier.
"""

import re

from training.catalogues.records import Licence

# Names and addresses that mean one licence in one version, in lower case.
_KNOWN = {
    "opendefinition.org/licenses/cc-zero": "CC0-1.0",
    "opendefinition.org/licenses/cc-by": "CC-BY-4.0",
    "opendefinition.org/licenses/cc-by-sa": "CC-BY-SA-4.0",
    "opendefinition.org/licenses/odc-by": "ODC-By-1.0",
    "opendefinition.org/licenses/odc-odbl": "ODbL-1.0",
    "opendefinition.org/licenses/odc-pddl": "PDDL-1.0",
    "opendatacommons.org/licenses/by/1-0": "ODC-By-1.0",
    "opendatacommons.org/licenses/by/1.0": "ODC-By-1.0",
    "opendatacommons.org/licenses/odbl": "ODbL-1.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL-1.0",
    "opendatacommons.org/licenses/odbl/1.0": "ODbL-1.0",
    "opendatacommons.org/licenses/pddl": "PDDL-1.0",
    "opendatacommons.org/licenses/pddl/1-0": "PDDL-1.0",
    "opendatacommons.org/licenses/pddl/1.0": "PDDL-1.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/1": "OGL-UK-1.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/2": "OGL-UK-2.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": "OGL-UK-3.0",
    "govdata.de/dl-de/by-2-0": "DL-DE-BY-2.0",
    "govdata.de/dl-de/zero-2-0": "DL-DE-ZERO-2.0",
    "etalab.gouv.fr/licence-ouverte-open-licence": "etalab-2.0",
    "licence ouverte v2.0 (etalab)": "etalab-2.0",
    "licence ouverte / open licence v2.0": "etalab-2.0",
    "open government licence v3.0": "OGL-UK-3.0",
    "open database license (odbl)": "ODbL-1.0",
    "open data commons open database license (odbl)": "ODbL-1.0",
    "open data commons attribution license": "ODC-By-1.0",
    "apache.org/licenses/license-2.0": "Apache-2.0",
    "opensource.org/licenses/mit": "MIT",
    "cc0": "CC0-1.0",
    "cc-zero": "CC0-1.0",
}
_SPDX = {
    name.lower(): name
    for name in (
        *_KNOWN.values(),
        *(
            f"CC-BY{terms}-{version}"
            for terms in ("", "-NC", "-NC-ND", "-NC-SA", "-ND", "-SA")
            for version in ("1.0", "2.0", "2.5", "3.0", "4.0")
        ),
        "CC-PDM-1.0",
    )
}
_CC_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<terms>by(?:-nc|-nd|-sa)*)"
    r"|publicdomain/(?P<public>zero|mark))/(?P<version>\d\.\d)\b(?P<port>/[a-z]{2}\b)?",
    re.IGNORECASE,
)
_CC_NAME = re.compile(
    r"cc[ -]by(?P<terms>(?:[ -](?:nc|nd|sa))*)[ -](?P<version>\d\.\d)", re.IGNORECASE
)
_CC_WORDS = re.compile(
    r"creative commons (?:attribution)(?P<terms>[a-z, -]*?)[, ]*"
    r"(?P<version>\d\.\d)(?: international| unported| generic)?",
    re.IGNORECASE,
)
_WORDS = (
    ("noncommercial", "NC"),
    ("noderivatives", "ND"),
    ("noderivs", "ND"),
    ("sharealike", "SA"),
)


def licence(text: str | None, url: str | None = None) -> Licence | None:
    """A licence out of what a publisher gives; None where that is nothing.

    Args:
        text: Name, identifier or address.
        url: Address of the terms.
    """
    text = (text or "").strip()
    url = (url or "").strip() or (text if "://" in text else None)
    if not text and not url:
        return None
    return Licence(text=text or str(url), url=url, spdx=spdx(url or "") or spdx(text))


def spdx(said: str) -> str | None:
    """The SPDX identifier of a licence's name or address; None if that is not sure."""
    said = said.strip()
    plain = re.sub(r"^https?://(www\.)?", "", said.lower()).rstrip("/")
    if found := _SPDX.get(plain) or _KNOWN.get(plain):
        return found
    if match := _CC_ADDRESS.search(said):
        if match["public"]:
            name = "CC0" if match["public"].lower() == "zero" else "CC-PDM"
            return _SPDX.get(f"{name}-{match['version']}".lower())
        # A port to one country (/3.0/de) is another licence.
        return None if match["port"] else _cc(match["terms"][2:].upper(), match["version"])
    if match := _CC_NAME.fullmatch(said):
        return _cc(match["terms"].upper().replace(" ", "-"), match["version"])
    if match := _CC_WORDS.fullmatch(said):
        words = re.sub(r"[^a-z]", "", match["terms"].lower())
        terms = ""
        for word, short in _WORDS:
            if word in words:
                words = words.replace(word, "", 1)
                terms += f"-{short}"
        return None if words else _cc(terms, match["version"])
    return None


def _cc(terms: str, version: str) -> str | None:
    return _SPDX.get(f"cc-by{terms}-{version}".lower())
