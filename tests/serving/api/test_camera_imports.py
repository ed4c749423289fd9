"""A spreadsheet of cameras: tried first, then taken; each row judged alone."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, cameras

PATH = "/api/v1/camera-imports"
CSV = """name,url,kind,division,tags,lon,lat,analysed_fps
Gate 1,rtsp://admin:s3cret@10.0.0.1/1,,Longgang/Buji,school crossroads,114.1,22.6,5
Gate 2,http://10.0.0.2/a.jpg,,,,,,

Gate 3,ftp://admin:s3cret@10.0.0.3,film,,,east,99,500
,rtsp://admin:s3cret@10.0.0.4/1
"""


def _send(client: TestClient, text: str | bytes, **params: Any) -> Any:
    content = text.encode() if isinstance(text, str) else text
    headers = {"Content-Type": "text/csv"}
    answer = client.post(PATH, content=content, headers=headers, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_dry_run_says_of_each_row_what_was_expected_and_what_came(
    client: TestClient, store: Store
) -> None:
    report = _send(client, CSV, dry_run=True)

    assert (report["new"], report["known"], report["wrong"]) == (2, 0, 2)
    assert [row["line"] for row in report["rows"]] == [2, 3, 5, 6]
    wrong = {m["column"]: (m["expected"], m["got"]) for m in report["rows"][2]["mistakes"]}
    assert wrong["lon"] == ("a number", "east")
    assert wrong["lat"][1] == "99"
    assert "90" in wrong["lat"][0]
    assert "rtsp://" in wrong["url"][0]
    assert wrong["url"][1] is None
    assert wrong["kind"][1] == "film"
    assert report["rows"][3]["mistakes"] == [{"column": "name", "expected": "a value", "got": ""}]
    with store.read() as session:
        assert cameras.all_of(session) == []


def test_rows_that_are_right_are_taken_and_sent_again_nothing_is_made_twice(
    client: TestClient,
) -> None:
    first = _send(client, CSV)
    again = _send(client, CSV)

    assert (first["new"], again["new"], again["known"]) == (2, 0, 2)
    made = client.get(f"/api/v1/cameras/{first['rows'][0]['camera_id']}").json()
    assert made["name"] == "Gate 1"
    assert made["spec"]["tags"] == ["school", "crossroads"]
    assert (made["spec"]["kind"], made["spec"]["lon"]) == ("stream", 114.1)
    assert len(client.get("/api/v1/cameras").json()["items"]) == 2


def test_no_password_comes_back(client: TestClient) -> None:
    headers = {"Content-Type": "text/csv"}
    answers = [
        client.post(PATH, content=CSV.encode(), headers=headers),
        client.get("/api/v1/camera-exports"),
    ]

    assert not [answer.text for answer in answers if "s3cret" in answer.text]


def test_chinese_heads_in_the_encoding_of_a_chinese_excel_are_read(client: TestClient) -> None:
    text = "名称,地址,区划,标签\n龙翔大道三号,rtsp://10.0.0.9/1,龙岗区/龙城街道,学校、路口\n"

    report = _send(client, text.encode("gb18030"))

    made = client.get(f"/api/v1/cameras/{report['rows'][0]['camera_id']}").json()
    assert (made["name"], made["spec"]["division"]) == ("龙翔大道三号", "龙岗区/龙城街道")
    assert made["spec"]["tags"] == ["学校", "路口"]


def test_what_is_exported_is_no_formula_and_reads_back_as_what_is_known(
    client: TestClient,
) -> None:
    cell = '\'=HYPERLINK("http://evil")'
    _send(client, f'name,url\n"{cell.replace(chr(34), chr(34) * 2)}",rtsp://a:b@10.0.0.1/1\n')
    [camera] = client.get("/api/v1/cameras").json()["items"]

    exported = client.get("/api/v1/camera-exports")
    again = _send(client, exported.content.replace(b"a:***@", b"a:b@"))

    assert camera["name"] == '=HYPERLINK("http://evil")'
    assert exported.headers["content-type"].startswith("text/csv")
    assert "'=HYPERLINK" in exported.text
    assert (again["new"], again["known"]) == (0, 1)


def test_the_template_can_be_imported(client: TestClient) -> None:
    template = client.get(f"{PATH}/template")

    assert _send(client, template.content, dry_run=True)["new"] == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nGate", "column url"),
        ("name,url,colour\nGate,rtsp://h/1,red", "unknown column 'colour'"),
        ("name,url,name\nGate,rtsp://h/1,x", "twice"),
        ("name,url\n", "got none"),
        ('name,url\n"Gate,rtsp://h/1', "not CSV"),
    ],
)
def test_a_file_that_is_no_list_of_cameras_is_refused_as_a_whole(
    client: TestClient, text: str, told: str
) -> None:
    answer = client.post(PATH, content=text.encode(), headers={"Content-Type": "text/csv"})

    assert answer.status_code == 422
    assert told in answer.json()["detail"]


def test_a_sub_stream_of_what_is_no_stream_and_a_hidden_password_are_wrong(
    client: TestClient,
) -> None:
    text = "name,url,sub_url\nA,/srv/a.mp4,rtsp://h/2\nB,rtsp://a:***@h/1,\n"

    rows = _send(client, text, dry_run=True)["rows"]

    assert [row["mistakes"][0]["column"] for row in rows] == ["sub_url", "url"]
    assert "***" in rows[1]["mistakes"][0]["expected"]
