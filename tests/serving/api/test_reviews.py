from collections.abc import Callable
from typing import Any, cast, get_args

from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.api.reviews import Reason, Verdict
from serving.store import Store, events, messages, reviews, tokens
from serving.store.models import Event, Evidence

MakeEvent = Callable[..., Event]


def _record(store: Store, *happened: Event) -> None:
    with store.write() as session:
        for event in happened:
            events.record(session, event)


def _attach(store: Store, event: Event) -> None:
    with store.write() as session:
        picture = Evidence(
            event_id=event.id,
            kind="crop",
            path="1.jpg",
            media_type="image/jpeg",
            sha256="a" * 64,
            size_bytes=9,
        )
        events.add_evidence(session, picture)


def _say(client: TestClient, event: Event, verdict: str, **more: Any) -> Any:
    return client.post(f"/api/v1/events/{event.id}/reviews", json={"verdict": verdict, **more})


def _second_reviewer(app: FastAPI, store: Store) -> TestClient:
    with store.write() as session:
        secret = tokens.create(session, "second")
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def test_a_verdict_is_kept_and_shown_with_what_stands(
    client: TestClient, app: FastAPI, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)
    path = f"/api/v1/events/{event.id}/reviews"
    before = client.get(path).json()

    first = _say(client, event, "confirmed", note="clear\nas day")
    second = _say(_second_reviewer(app, store), event, "false_alarm", reason="look_alike")
    shown = client.get(path).json()

    assert (before["verdict"], before["items"]) == ("unreviewed", [])
    assert (first.status_code, first.json()["reviewer"], first.json()["look"]) == (201, "tests", 1)
    assert second.json()["look"] == 2
    assert shown["verdict"] == "false_alarm"
    assert [review["verdict"] for review in shown["items"]] == ["confirmed", "false_alarm"]


def test_a_verdict_sent_twice_with_one_key_is_one_review(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)
    path, key = f"/api/v1/events/{event.id}/reviews", {"Idempotency-Key": "k"}

    answers = [
        client.post(path, json={"verdict": "confirmed"}, headers=key).json() for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert len(client.get(path).json()["items"]) == 1


def test_a_verdict_without_its_grounds_is_refused_with_what_is_missing(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)

    without_reason = _say(client, event, "false_alarm")
    other = _say(client, event, "false_alarm", reason="bad mood")
    nowhere = _say(client, make_event(), "confirmed")

    assert (without_reason.status_code, other.status_code) == (422, 422)
    assert "a false alarm has a reason" in without_reason.json()["detail"]
    assert "look_alike" in other.json()["detail"]
    assert nowhere.status_code == 404


def test_the_queue_gives_all_that_is_needed_to_judge(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    mild, severe = make_event(0, severity="notice"), make_event(9, severity="critical")
    _record(store, mild, severe)
    _attach(store, severe)

    first, second = client.get("/api/v1/review-queue").json()["items"]
    narrowed = client.get("/api/v1/review-queue", params={"camera_id": "01JOTHER"}).json()

    assert [first["event"]["id"], second["event"]["id"]] == [severe.id, mild.id]
    assert first["look"] == 1
    assert first["event"]["evidence"][0]["url"].endswith(f"{severe.id}/evidence/crop")
    assert first["event"]["objects"][0]["class_name"] == "without_helmet"
    assert narrowed["items"] == []


def test_an_unsure_verdict_brings_the_event_to_somebody_else(
    client: TestClient, app: FastAPI, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)
    _say(client, event, "unsure")

    mine = client.get("/api/v1/review-queue").json()["items"]
    theirs = _second_reviewer(app, store).get("/api/v1/review-queue").json()["items"]

    assert mine == []
    assert [(each["event"]["id"], each["look"]) for each in theirs] == [(event.id, 2)]
    assert theirs[0]["event"]["verdict"] == "unreviewed", "what the other one said stays hidden"


def test_a_false_alarm_mutes_its_spot_until_somebody_lifts_it(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)
    _say(client, event, "false_alarm", reason="look_alike", mute_for_s=3600)

    [mute] = client.get("/api/v1/mutes").json()["items"]
    lifted = client.delete(f"/api/v1/mutes/{mute['id']}")

    assert (mute["camera_id"], mute["box"]) == (event.camera_id, [0.1, 0.2, 0.3, 0.4])
    assert (lifted.status_code, client.get("/api/v1/mutes").json()["items"]) == (204, [])
    assert client.delete(f"/api/v1/mutes/{mute['id']}").status_code == 404


def test_a_hard_negative_names_the_versions_charged(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    happened = [make_event(n) for n in range(3)]
    _record(store, *happened)
    _attach(store, happened[2])
    for event in happened:
        _say(client, event, "false_alarm", reason="look_alike")

    page = client.get("/api/v1/hard-negatives", params={"limit": 2}).json()
    rest = client.get("/api/v1/hard-negatives", params={"cursor": page["next_cursor"]}).json()

    newest = page["items"][0]
    assert newest["event_id"] == happened[2].id
    assert newest["algorithms"] == [
        {"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}
    ]
    assert (newest["reason"], newest["evidence"][0]["kind"]) == ("look_alike", "crop")
    assert ([e["event_id"] for e in rest["items"]], rest["next_cursor"]) == (
        [happened[0].id],
        None,
    )


def test_agreement_without_second_looks_is_not_known(client: TestClient) -> None:
    assert client.get("/api/v1/reviews/agreement").json() == {
        "n": 0,
        "agreed": 0,
        "rate": None,
        "low": None,
        "high": None,
        "kappa": None,
    }


def test_a_review_travels_on_the_stream_of_events(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    _record(store, event)
    _say(client, event, "confirmed")

    with store.read() as session:
        told = [messages.cloud_event(message) for message in messages.after(session, 0)]

    assert [each["type"] for each in told] == ["longan.event.opened.v1", "longan.event.reviewed.v1"]
    data = cast("dict[str, Any]", told[1]["data"])
    assert (data["id"], data["verdict"]) == (event.id, "confirmed")


def test_the_api_names_every_verdict_and_reason_there_is() -> None:
    assert get_args(Verdict) == reviews.VERDICTS
    assert get_args(Reason) == tuple(reviews.FALSE_ALARM_REASONS)
