"""Print the description of the API: `python -m serving.api > dashboard/openapi.json`."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.api.app import create_api
from serving.settings import Settings
from serving.store import Store


def describe() -> str:
    """The OpenAPI document, as it is kept beside the dashboard."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), dashboard_dir=Path(folder) / "none")
        store = Store(settings.store_url)
        try:
            document = create_api(store, settings, None, _nobody_asks).openapi()
        finally:
            store.dispose()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _nobody_asks(
    model: Path, manifest: AlgorithmManifest, reference: Path | None = None
) -> Verdict:
    return Verdict([])


if __name__ == "__main__":
    sys.stdout.write(describe())
