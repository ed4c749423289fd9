from collections.abc import Callable

from fastapi.testclient import TestClient

from algorithms.manifest import AlgorithmManifest
from serving.store import Store, algorithms, cameras, events, model_status, nodes
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


def test_prometheus_gets_how_busy_the_nodes_are_and_what_models_cost(
    client: TestClient, store: Store, camera_id: str, helmet_detector: AlgorithmManifest
) -> None:
    with store.write() as session:
        cameras.observe(session, camera_id, wanted_fps=5.0, decoding="keyframes")
        nodes.observe(session, "n1", name="rack", lanes=2, busy=0.75, shed="decoding")
        nodes.observe(session, "n0", name="rack", state="gone", lanes=8)
        algorithms.register_shipped(session, helmet_detector, "a" * 64)
        model_status.record(session, "n1", "a" * 64, "openvino CPU bf16", 25.0, {})

    text = client.get("/metrics").text

    node = 'node="rack",node_id="n1"'
    assert f'longan_camera_wanted_fps{{camera_id="{camera_id}"}} 5.0' in text
    decoding = f'longan_camera_decoding{{camera_id="{camera_id}",pictures='
    assert f'{decoding}"keyframes"}} 1.0' in text
    assert f'{decoding}"all"}} 0.0' in text
    assert f"longan_node_busy{{{node}}} 0.75" in text
    assert f"longan_node_lanes{{{node}}} 2.0" in text
    assert f'longan_node_shed{{{node},what="decoding"}} 1.0' in text
    assert f'longan_node_shed{{{node},what="rate"}} 0.0' in text
    assert (
        'longan_model_picture_seconds{algorithm="rider-helmet",engine="openvino CPU bf16",'
        f'{node},version="0.1.0"}} 0.025'
    ) in text
    assert "n0" not in text
