"""Which licence the whole has when the parts have several: the most restrictive."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from training.datasets.labelled import UNKNOWN

_LEAST_TO_MOST = (
    "public-domain",
    "CC0-1.0",
    "PDDL-1.0",
    "MIT",
    "Apache-2.0",
    "OGL-UK-3.0",
    "ODC-BY-1.0",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "ODbL-1.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "GPL-3.0",
    "AGPL-3.0",
    "CC-BY-ND-4.0",
    "CC-BY-NC-3.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-3.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-NC-ND-4.0",
    "proprietary",
)
_URL = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", re.IGNORECASE)


@dataclass(frozen=True)
class LicenceRollUp:
    """The licence of a collection."""

    licence: str
    """The most restrictive; `unknown` where any picture's is not known."""
    pictures: dict[str, int]
    """How many pictures have which, as stated."""

    @property
    def unknown(self) -> int:
        """Pictures whose licence nobody stated, or that we have no rank for."""
        return sum(n for name, n in self.pictures.items() if rank(name) == len(_LEAST_TO_MOST))


def spelled(licence: str) -> str:
    """A licence by its SPDX name where we know it: `CC BY 4.0` is `CC-BY-4.0`."""
    url = _URL.search(licence)
    text = f"CC-{url[1]}-{url[2]}" if url else licence
    if "publicdomain/zero" in text:
        text = "CC0-1.0"
    key = re.sub(r"[\s_-]+", "-", text.strip()).lower()
    known = {name.lower(): name for name in _LEAST_TO_MOST}
    return known.get(key) or licence.strip() or UNKNOWN


def rank(licence: str) -> int:
    """How restrictive, from 0; what we don't know is the most."""
    name = spelled(licence)
    return _LEAST_TO_MOST.index(name) if name in _LEAST_TO_MOST else len(_LEAST_TO_MOST)


def rolled_up(licences: Iterable[str]) -> LicenceRollUp:
    """The licence of the whole, from every picture's."""
    count = Counter(map(spelled, licences))
    most = max(sorted(count), key=rank, default=UNKNOWN)
    known = rank(most) < len(_LEAST_TO_MOST)
    return LicenceRollUp(most if known else UNKNOWN, dict(sorted(count.items())))
