from pathlib import Path

from serving.settings import Settings
from tools.settings_page import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_what_the_settings_say_now() -> None:
    assert (DOCS / "settings.md").read_text("utf-8") == page(), "run `make docs`"


def test_every_setting_says_what_it_is_or_has_a_plain_name() -> None:
    plain = {
        "host",
        "port",
        "map_model_lat",
        "oidc_client_id",
        "oidc_scopes",
        "s3_secret_access_key",
    }
    silent = {name for name, field in Settings.model_fields.items() if not field.description}

    assert silent <= plain
