from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.serving.api.conftest import SignedIn

WHERE = "/api/v1/wall-views"


def add_camera(client: TestClient, name: str, **fields: Any) -> str:
    body = {"name": name, "url": "rtsp://10.0.0.9/live", **fields}
    return client.post("/api/v1/cameras", json=body).json()["id"]


@pytest.fixture
def street(client: TestClient) -> list[str]:
    return [
        add_camera(client, "gate", division="龙岗区/龙城街道", tags=["school"]),
        add_camera(client, "bridge", division="龙岗区/龙城街道"),
        add_camera(client, "market", division="龙岗区/布吉街道", tags=["school"]),
    ]


def test_a_view_is_saved_changed_and_deleted(client: TestClient, street: list[str]) -> None:
    order = {"name": "Two gates", "camera_ids": street[1::-1], "grid": 4, "patrol_s": 30}
    made = client.post(WHERE, json=order)
    where, tag = made.headers["Location"], made.headers["ETag"]
    assert (made.status_code, made.json()["shows"]) == (201, street[1::-1])
    assert (made.json()["grid"], made.json()["patrol_s"]) == (4, 30)

    assert client.patch(where, json={"grid": 16}).status_code == 428
    changed = client.patch(where, json={"grid": 16}, headers={"If-Match": tag})

    assert (changed.status_code, changed.json()["name"]) == (200, "Two gates")
    assert client.get(where).json() == changed.json()
    assert client.get(where).headers["ETag"] == changed.headers["ETag"] != tag
    assert client.patch(where, json={"grid": 9}, headers={"If-Match": tag}).status_code == 412
    assert client.get(WHERE).json()["items"] == [changed.json()]
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert client.delete(where).status_code == 404


def test_a_selector_takes_in_cameras_that_come_later(client: TestClient, street: list[str]) -> None:
    selector = {"division": "龙岗区", "tags": ["school"]}
    order = {"name": "Schools", "camera_ids": [street[2]], "selector": selector}
    where = client.post(WHERE, json=order).headers["Location"]
    assert client.get(where).json()["shows"] == [street[2], street[0]]

    new = add_camera(client, "new school", division="龙岗区/坂田街道", tags=["school"])

    assert client.get(where).json()["shows"] == [street[2], street[0], new]


def test_a_camera_that_is_deleted_leaves_its_views(client: TestClient, street: list[str]) -> None:
    order = {"name": "All", "camera_ids": street}
    where = client.post(WHERE, json=order).headers["Location"]

    client.delete(f"/api/v1/cameras/{street[0]}")

    assert client.get(where).json()["shows"] == street[1:]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"camera_ids": []}, "would show nothing"),
        ({"camera_ids": ["01JNOCAMERA"]}, "there is no camera 01JNOCAMERA"),
        ({"grid": 5}, "body.grid"),
        ({"patrol_s": 1}, "body.patrol_s"),
    ],
)
def test_a_view_that_makes_no_sense_is_refused_and_nothing_changes(
    client: TestClient, street: list[str], change: dict[str, Any], told: str
) -> None:
    order = {"name": "Gate", "camera_ids": street[:1]}
    made = client.post(WHERE, json=order)
    where = made.headers["Location"]

    refused = client.patch(where, json=change, headers={"If-Match": "*"})
    never = client.post(WHERE, json={**order, **change})

    assert (refused.status_code, never.status_code) == (422, 422)
    assert told in refused.text
    assert told in never.text
    assert client.get(where).json() == made.json()


def test_the_same_order_sent_twice_saves_one_view(client: TestClient, street: list[str]) -> None:
    order = {"name": "Gate", "camera_ids": street[:1]}

    first, again = (
        client.post(WHERE, json=order, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    )

    assert first.json() == again.json()
    assert len(client.get(WHERE).json()["items"]) == 1


def test_whoever_is_bound_to_a_division_has_the_views_of_it(
    client: TestClient, signed_in: SignedIn, street: list[str]
) -> None:
    everywhere = {"name": "City", "camera_ids": street}
    here = {"name": "Gate", "camera_ids": street[:1], "selector": {"division": "龙岗区/龙城街道"}}
    for order in (everywhere, here):
        assert client.post(WHERE, json=order).status_code == 201
    reviewer = signed_in("reviewer", "龙岗区/龙城街道")

    own = reviewer.post(WHERE, json={"name": "Bridge", "camera_ids": street[1:2]})
    theirs = reviewer.post(WHERE, json={"name": "Market", "camera_ids": street[2:]})
    city = reviewer.post(WHERE, json={"name": "Schools", "selector": {"tags": ["school"]}})

    assert [own.status_code, theirs.status_code, city.status_code] == [201, 422, 403]
    assert [v["name"] for v in reviewer.get(WHERE).json()["items"]] == ["Gate", "Bridge"]
    assert signed_in("dashboard").post(WHERE, json=here).status_code == 403
