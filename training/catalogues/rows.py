"""Tables that an API gives in pages, written as one file with a JSON object a line."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from training.catalogues.download import Arrived
from training.errors import CatalogueError

MEDIA_TYPE = "application/jsonl"


def write_rows(file: Path, pages: Iterable[Sequence[Any]], limit_mib: int) -> Arrived:
    """Write all rows; the file appears when the last one is there.

    Raises:
        CatalogueError: They are more than `limit_mib`, or `pages` raises it.
    """
    part = file.with_name(file.name + ".part")
    size = 0
    try:
        with part.open("w", encoding="utf-8") as stream:
            for page in pages:
                for row in page:
                    size += stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                if size > limit_mib * 2**20:
                    raise CatalogueError(
                        f"{file.name}: more than the {limit_mib} MiB allowed "
                        "(LONGAN_CATALOGUE_FILE_MIB)"
                    )
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return Arrived(True, MEDIA_TYPE, None, None)
