from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, events
from serving.store.models import Event

MakeEvent = Callable[..., Event]

LISTS = "/api/v1/responsibility-lists"

ENGLISH = """scenario,division,unit,unit_zh,unit_en,deadline_h,escalate_to,escalate_after_h
*,*,office,街道办,Street office,48,,
traffic,Longcheng,police,交警,Traffic police,4,HQ,2
"""

CHINESE = """场景,区划,责任单位,时限,升级单位,升级时限,星期,时段,生效日期,失效日期
未戴头盔,龙城街道,交警大队,4,指挥中心,2,周一至周五,8:00—18：00,2026/1/1,
未戴头盔,龙城街道,交警夜班,6,,,"周六,周日",22:00-06:00,,2026年12月31日
全部,*,街道办,48,,,,,,
"""


def _import(client: TestClient, content: str | bytes, **headers: str) -> Any:
    body = content.encode() if isinstance(content, str) else content
    return client.post(LISTS, content=body, headers={"Content-Type": "text/csv", **headers})


def _mistakes(client: TestClient, content: str | bytes) -> dict[str, str]:
    answer = _import(client, content)
    assert answer.status_code == 422, answer.text
    assert client.get(LISTS).json()["items"] == []
    return {each["where"]: each["message"] for each in answer.json()["errors"]}


def test_an_imported_list_is_a_draft_until_it_is_put_in_force(client: TestClient) -> None:
    made = _import(client, ENGLISH)
    list_id = made.json()["id"]
    none_yet = client.get(f"{LISTS}/current")

    unguarded = client.put(f"{LISTS}/current", json={"id": list_id})
    put = client.put(f"{LISTS}/current", json={"id": list_id}, headers={"If-Match": "0"})
    stale = client.put(f"{LISTS}/current", json={"id": list_id}, headers={"If-Match": "0"})
    current = client.get(f"{LISTS}/current")

    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert (none_yet.status_code, unguarded.status_code, stale.status_code) == (404, 428, 412)
    assert (put.status_code, put.headers["etag"], put.json()["state"]) == (200, '"1"', "current")
    assert current.headers["etag"] == '"1"'
    assert current.json()["rules"][1] == {
        "line": 3,
        "scenario": "traffic",
        "division": "Longcheng",
        "unit": "police",
        "deadline_h": 4.0,
        "escalate_to": "HQ",
        "escalate_after_h": 2.0,
        "window": None,
    }
    assert current.json()["units"] == [
        {"id": "office", "zh": "街道办", "en": "Street office"},
        {"id": "police", "zh": "交警", "en": "Traffic police"},
        {"id": "HQ", "zh": "HQ", "en": "HQ"},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_chinese_spreadsheet_is_read_as_it_comes(client: TestClient, encoding: str) -> None:
    answer = client.post(
        LISTS,
        files={
            "file": ("权责清单.csv", CHINESE.replace("\n", "\r\n").encode(encoding), "text/csv")
        },
        params={"name": "权责清单 2026"},
    )
    day, night, rest = client.get(f"{LISTS}/{answer.json()['id']}").json()["rules"]

    assert (answer.status_code, answer.json()["name"]) == (201, "权责清单 2026")
    assert (day["scenario"], day["division"], day["unit"]) == (
        "rider-helmet",
        "龙城街道",
        "交警大队",
    )
    assert day["window"] == {
        "days": [1, 2, 3, 4, 5],
        "start": "08:00:00",
        "end": "18:00:00",
        "first_day": "2026-01-01",
        "last_day": None,
    }
    assert (night["window"]["days"], night["window"]["start"]) == ([6, 7], "22:00:00")
    assert night["window"]["last_day"] == "2026-12-31"
    assert (rest["scenario"], rest["division"], rest["window"]) == ("*", "*", None)


def test_every_wrong_row_is_told_and_nothing_is_imported(client: TestClient) -> None:
    head = "scenario,division,unit,deadline_h,escalate_to,escalate_after_h,days,hours,last_day\n"
    mistakes = _mistakes(
        client,
        head
        + "*,*,office,48,,,,,\n"
        + "flying-pigs,,police,soon,,,,,\n"
        + "traffic,A,,inf,,3,8,25:00-26:00,2026-02-30\n"
        + "traffic,A,police,4,,,,,,,what is this\n",
    )

    assert mistakes["line 3.scenario"].endswith("got 'flying-pigs'")
    assert "division as cameras have it" in mistakes["line 3.division"]
    assert mistakes["line 3.deadline_h"].startswith("expected a number of hours")
    assert set(mistakes) == {
        "line 3.scenario",
        "line 3.division",
        "line 3.deadline_h",
        "line 4.unit",
        "line 4.deadline_h",
        "line 4.escalate_to",
        "line 4.days",
        "line 4.hours",
        "line 4.last_day",
        "line 5",
    }


def test_rows_that_contradict_each_other_are_told_together(client: TestClient) -> None:
    head = "scenario,division,unit,deadline_h,hours\n"
    rows = "traffic,A,x,1,08:00-12:00\ntraffic,A,y,1,12:00-18:00\ntraffic,A,z,1,11:00-12:30\n"

    mistakes = _mistakes(client, head + rows)

    assert set(mistakes) == {"line 4"}
    assert "line 3" in mistakes["line 4"] or "line 2" in mistakes["line 4"]


def test_a_unit_has_one_name(client: TestClient) -> None:
    head = "scenario,division,unit,unit_zh,deadline_h\n"

    mistakes = _mistakes(client, head + "*,A,office,街道办,1\n*,B,office,,1\n*,C,office,城管,1\n")

    assert list(mistakes) == ["line 4.unit_zh"]
    assert "'街道办' as in the rows before" in mistakes["line 4.unit_zh"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is missing"),
        (b"scenario,division,unit,deadline_h\n", "Expected rows"),
        (b"scenario,division,unit,deadline_h,colour\n", "unknown column 'colour'"),
        (b"scenario,division,unit,unit,deadline_h\n", "column unit is there twice"),
        (b"\xff\xfe\x81", "UTF-8 or GBK"),
        (b'scenario,division,unit,deadline_h\n*,"*,a,1\n', "not CSV"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(
    client: TestClient, content: bytes, told: str
) -> None:
    answer = _import(client, content)

    assert answer.status_code == 422
    assert told in answer.json()["detail"]


def test_another_kind_of_body_is_refused(client: TestClient) -> None:
    as_json = client.post(LISTS, json={"rules": []})
    without_file = client.post(LISTS, data={"other": "x"}, files={"x": b"y"})

    assert (as_json.status_code, without_file.status_code) == (415, 422)


def test_importing_twice_with_one_key_makes_one_version(client: TestClient) -> None:
    answers = [_import(client, ENGLISH, **{"Idempotency-Key": "k"}).json() for _ in range(2)]
    other = _import(client, CHINESE, **{"Idempotency-Key": "k"})

    assert answers[0] == answers[1]
    assert other.status_code == 422
    assert len(client.get(LISTS).json()["items"]) == 1


def test_a_list_says_who_would_get_a_matter_and_why(client: TestClient) -> None:
    answer = _import(
        client,
        "scenario,division,unit,unit_en,deadline_h,hours\n"
        "*,*,office,Street office,48,\n"
        "traffic,Longcheng,police,Traffic police,4,\n"
        "rider-helmet,Longcheng,night,Night shift,6,22:00-06:00\n",
    )
    path = f"{LISTS}/{answer.json()['id']}/answer"
    asked = {"scenario": "rider-helmet", "division": "Longcheng/North"}

    noon = client.get(path, params={**asked, "at": "2026-11-23T12:00:00+08:00"}).json()
    night = client.get(path, params={**asked, "at": "2026-11-23T23:00:00+08:00"}).json()
    elsewhere = client.get(path, params={"scenario": "rider-helmet"}).json()

    assert noon["unit"] == {"id": "police", "zh": "police", "en": "Traffic police"}
    assert [(row["rule"]["line"], row["holds"]) for row in noon["rows"]] == [
        (4, False),
        (3, True),
        (2, True),
    ]
    assert night["unit"]["id"] == "night"
    assert [row["rule"]["unit"] for row in elsewhere["rows"]] == ["office"]


def test_where_no_row_is_about_a_matter_nobody_would_get_it(client: TestClient) -> None:
    made = _import(client, "scenario,division,unit,deadline_h\ntraffic,Longcheng,police,4\n")
    path = f"{LISTS}/{made.json()['id']}/answer"

    nobody = client.get(path, params={"scenario": "traffic", "division": "Buji"})
    unknown = client.get(f"{LISTS}/none/answer", params={"scenario": "traffic"})
    timeless = client.get(path, params={"scenario": "traffic", "at": "2026-11-23T12:00:00"})

    assert nobody.json() == {"unit": None, "rows": []}
    assert (unknown.status_code, timeless.status_code) == (404, 422)


def test_a_simulation_replays_the_past_and_writes_nothing(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        events.record(session, make_event())
    first = _import(client, ENGLISH).json()["id"]
    client.put(f"{LISTS}/current", json={"id": first}, headers={"If-Match": "*"})
    changed = _import(client, ENGLISH.replace("Longcheng,police", "Longcheng,volunteers")).json()
    asked = {
        "list": changed["id"],
        "since": "2026-11-24T00:00:00+08:00",
        "until": "2026-11-25T00:00:00+08:00",
    }

    found = client.post("/api/v1/dispatch-simulations", json=asked)
    backwards = client.post("/api/v1/dispatch-simulations", json={**asked, "until": asked["since"]})

    assert found.status_code == 200
    assert (found.json()["events"], found.json()["elsewhere"]) == (1, 1)
    assert found.json()["moves"] == [{"unit_now": "police", "unit_then": "volunteers", "count": 1}]
    assert found.json()["items"][0]["line_then"] == 3
    assert client.get("/api/v1/work-orders").json()["items"] == []
    assert backwards.status_code == 422
