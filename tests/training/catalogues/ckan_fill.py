"""Fill an empty CKAN for test_real_ckan.py: `CKAN_TOKEN=… LONGAN_TEST_CKAN=… python ckan_fill.py`.

Seven data sets of one organization, each with an uploaded CSV. Safe to run again.
"""

import os
import sys
from typing import Any

import httpx


def main() -> None:
    with httpx.Client(
        base_url=os.environ["LONGAN_TEST_CKAN"],
        headers={"Authorization": os.environ["CKAN_TOKEN"]},
        timeout=60,
    ) as http:
        act(http, "organization_create", json={"name": "longgang-traffic", "title": "龙岗交警"})
        for number in range(7):
            name = f"helmet-snapshots-{number}"
            package = {
                "name": name,
                "title": f"电动自行车头盔抓拍 {number}",
                "notes": "test",
                "owner_org": "longgang-traffic",
                "license_id": "cc-by",
                "tags": [{"name": "helmet"}],
            }
            if act(http, "package_create", json=package):
                act(
                    http,
                    "resource_create",
                    data={"package_id": name, "name": "manifest", "format": "CSV"},
                    files={"upload": ("manifest.csv", b"a\n1\n", "text/csv")},
                )


def act(http: httpx.Client, action: str, **request: Any) -> bool:
    """Whether something was made; what is there already stays as it is."""
    answer = http.post(f"/api/3/action/{action}", **request)
    if answer.status_code == 409 and "already" in answer.text:
        return False
    if answer.is_error:
        sys.exit(f"{action}: HTTP {answer.status_code}: {answer.text[:500]}")
    return True


if __name__ == "__main__":
    main()
