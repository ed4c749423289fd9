from collections.abc import Callable

from fastapi.testclient import TestClient

from serving.store import Store, cameras, events
from serving.store.models import Event, now


def test_prometheus_gets_the_platform_and_the_api(
    client: TestClient, store: Store, camera_id: str, make_event: Callable[..., Event]
) -> None:
    with store.write() as session:
        cameras.observe(session, camera_id, state="online", analysed_fps=4.9, last_frame_at=now())
        events.record(session, make_event())

    text = client.get("/metrics").text

    assert 'longan_cameras{state="online"} 1.0' in text
    assert f'longan_camera_analysed_fps{{camera_id="{camera_id}"}} 4.9' in text
    assert f'longan_camera_frame_age_seconds{{camera_id="{camera_id}"}}' in text
    assert 'longan_events_total{scenario="rider-helmet",severity="major"} 1.0' in text
    assert (
        'longan_http_requests_total{method="POST",operation="create_camera",status="201"} 1.0'
        in text
    )
