import pytest
from fastapi.testclient import TestClient

METADATA = "169.254.169.254"


@pytest.mark.parametrize("host", [METADATA, "2852039166", "[::ffff:169.254.169.254]"])
def test_the_api_refuses_a_forbidden_number_at_once(client: TestClient, host: str) -> None:
    camera = {"name": "gate", "url": f"rtsp://me:s3cret@{host}/1"}
    sub = {"name": "gate", "url": "rtsp://10.0.0.7/1", "sub_url": camera["url"]}
    made = client.post("/api/v1/cameras", json={"name": "gate", "url": "rtsp://10.0.0.7/1"}).json()
    where = f"/api/v1/cameras/{made['id']}"
    hook = {"name": "t", "spec": {"kind": "webhook", "url": f"http://{host}/"}}
    refused = [
        client.post("/api/v1/cameras", json=camera),
        client.post("/api/v1/cameras", json=sub),
        client.patch(where, json={"url": camera["url"]}, headers={"If-Match": "*"}),
        client.post("/api/v1/camera-probes", json={"url": camera["url"]}),
        client.post("/api/v1/sinks", json=hook),
    ]

    for answer in refused:
        assert answer.status_code == 422, answer.text
        assert METADATA in answer.json()["detail"]
        assert "s3cret" not in answer.text
