"""Who is on the network, and who of them is here already; a stand-in asks."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.inference.discovery import Device
from serving.inference.probe import BusyError

PATH = "/api/v1/camera-discoveries"


def _finds(app: FastAPI, outcome: list[Device] | Exception) -> None:
    def find() -> list[Device]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    app.state.finding = find


def test_cameras_on_the_network_are_listed_with_those_that_are_here(
    app: FastAPI, client: TestClient, camera_id: str
) -> None:
    _finds(
        app,
        [
            Device("10.0.0.7", "Gate", "DS-2CD", "http://10.0.0.7/onvif"),
            Device("10.0.0.8", None, None, None),
        ],
    )

    items = client.post(PATH).json()["items"]

    assert [item["camera_ids"] for item in items] == [[camera_id], []]
    assert items[0]["hardware"] == "DS-2CD"


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (BusyError("the network is being asked now; try again"), "try again"),
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
    ],
)
def test_where_it_cannot_be_asked_that_is_said(
    app: FastAPI, client: TestClient, outcome: Exception, told: str
) -> None:
    _finds(app, outcome)

    answer = client.post(PATH)

    assert answer.status_code == 503
    assert told in answer.json()["detail"]


def test_where_nobody_asks_that_is_said(app: FastAPI, client: TestClient) -> None:
    app.state.finding = None

    assert client.post(PATH).status_code == 503
