import pytest

from serving.streams.redact import redact

URL = "rtsp://admin:p%40ss@10.0.0.1:554/live?key=abc123"


@pytest.mark.parametrize(
    "text",
    [
        f"cannot open '{URL}'",
        "GET rtsp://admin:p%40ss@10.0.0.1:554/live failed",
        "password p@ss was refused",
        "password p%40ss was refused",
        "bad query key=abc123",
    ],
)
def test_no_secret_of_the_address_stays(text: str) -> None:
    clean = redact(text, URL)

    assert "p@ss" not in clean
    assert "p%40ss" not in clean
    assert "abc123" not in clean


def test_a_text_without_secrets_stays_as_it_is() -> None:
    assert redact("no route to host", "rtsp://10.0.0.1/live") == "no route to host"
