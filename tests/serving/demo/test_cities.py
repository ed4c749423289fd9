import pytest

from algorithms.errors import LonganError
from serving.demo.cities import City, live_cameras, parse

LONDON = [
    {
        "commonName": "A20 Old Kent Rd",
        "lon": -0.07,
        "lat": 51.48,
        "additionalProperties": [
            {"key": "available", "value": "true"},
            {"key": "imageUrl", "value": "https://example.org/1.jpg"},
        ],
    },
    {
        "commonName": "Closed",
        "lon": 0.0,
        "lat": 51.0,
        "additionalProperties": [
            {"key": "available", "value": "false"},
            {"key": "imageUrl", "value": "https://example.org/2.jpg"},
        ],
    },
]
SINGAPORE = {
    "items": [
        {
            "cameras": [
                {
                    "camera_id": "1001",
                    "image": "https://example.org/1001.jpg",
                    "location": {"latitude": 1.29, "longitude": 103.87},
                }
            ]
        }
    ]
}


def test_londons_available_cameras_are_taken() -> None:
    assert parse(City.LONDON, LONDON) == [
        ("A20 Old Kent Rd", "https://example.org/1.jpg", -0.07, 51.48)
    ]


def test_singapores_cameras_are_taken() -> None:
    assert parse(City.SINGAPORE, SINGAPORE) == [
        ("Singapore 1001", "https://example.org/1001.jpg", 103.87, 1.29)
    ]


def test_without_the_internet_it_says_so_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with pytest.raises(LonganError, match=r"london.*internet.*--open-cameras"):
        live_cameras(City.LONDON)
