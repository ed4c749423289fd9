"""Settings that are misspelt do nothing, and say nothing."""

import os
from collections.abc import Iterator
from difflib import get_close_matches

from serving.doctor.finding import Finding, ok, warning
from serving.settings import Settings

PREFIX = "LONGAN_"
OTHERS = ("LONGAN_TEST_", "LONGAN_BENCH_")
"""Variables of our own tests and benchmarks."""


def environment(settings: Settings) -> Iterator[Finding]:
    """Variables that look like ours and are none."""
    known = {PREFIX + name.upper() for name in type(settings).model_fields}
    given = [name for name in os.environ if name.upper().startswith(PREFIX)]
    strange = [n for n in given if n.upper() not in known and not n.startswith(OTHERS)]
    for name in sorted(strange):
        near = get_close_matches(name.upper(), known, 1)
        cure = f"did you mean {near[0]}?" if near else "unset it; docs/operations.md lists them all"
        yield warning("settings", f"{name} is set, and nothing reads it", cure)
    if not strange:
        yield ok("settings", f"{len(given)} set, all known")
