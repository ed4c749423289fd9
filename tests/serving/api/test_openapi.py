from pathlib import Path

from serving.api.__main__ import describe

KEPT = Path(__file__).parents[3] / "dashboard" / "openapi.json"


def test_the_dashboard_knows_the_api_as_it_is() -> None:
    assert KEPT.read_text(encoding="utf-8") == describe(), (
        "the API changed: run `python -m serving.api > dashboard/openapi.json`, "
        "then `npm run generate` in dashboard/"
    )
