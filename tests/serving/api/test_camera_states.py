"""What a camera was like, as its pipeline noted it."""

from fastapi.testclient import TestClient

from serving.store import Store, cameras


def _go_through(store: Store, camera_id: str, *states: tuple[str, str | None]) -> None:
    for state, reason in states:
        with store.write() as session:
            cameras.observe(session, camera_id, state=state, reason=reason, message=None)


def test_every_change_is_told_newest_first_in_pages(
    client: TestClient, store: Store, camera_id: str
) -> None:
    other = client.post("/api/v1/cameras", json={"name": "b", "url": "rtsp://h/2"}).json()["id"]
    went = [("probing", None), ("online", None), ("degraded", "dark"), ("offline", "timeout")]
    _go_through(store, camera_id, *went[:2], went[1], *went[2:])
    _go_through(store, other, ("probing", None))
    path = f"/api/v1/cameras/{camera_id}/states"

    first = client.get(path, params={"limit": 3}).json()
    rest = client.get(path, params={"before": first["next_before"]}).json()

    told = [(item["state"], item["reason"]) for item in first["items"] + rest["items"]]
    assert told == went[::-1]
    assert first["items"][0]["since"] >= first["items"][1]["since"]
    assert rest["next_before"] is None


def test_a_camera_that_is_not_there_has_no_states(client: TestClient) -> None:
    assert client.get("/api/v1/cameras/nobody/states").status_code == 404
