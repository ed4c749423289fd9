"""Who has a password chooses a new one, and stays where he is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.served import served
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.platform import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OLD, NEW = "lychee-and-longan", "another horse battery"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


def test_a_user_chooses_a_new_password_and_stays_signed_in(
    platform: Served, page: Page, mishaps: Mishaps
) -> None:
    anna = {"name": "anna", "display_name": "安娜", "password": OLD}
    platform.call("POST", "/users", json={**anna, "grants": [{"role": "reviewer"}]})
    page.get_by_text("With a password").click()
    assert page.get_by_label("Name").get_attribute("autocomplete") == "username"
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password", exact=True).fill(OLD)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("button", name="anna").click()
    dialog = page.get_by_role("dialog")
    username = dialog.locator('[autocomplete="username"]')
    expect(username).to_have_value("anna")
    dialog.get_by_label("Old password").fill("a guess of somebody")
    dialog.get_by_label("New password", exact=True).fill(NEW)
    dialog.get_by_label("New password again").fill(f"{NEW}!")
    expect(dialog.get_by_text("The two are not the same")).to_be_visible()
    expect(dialog.get_by_role("button", name="Change it")).to_be_disabled()
    dialog.get_by_label("New password again").fill(NEW)
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_text("This is not your old password")).to_be_visible()
    shoot(page, "own-password")
    assert len(mishaps.found) == 1
    assert "403" in mishaps.found.pop()

    dialog.get_by_label("Old password").fill(OLD)
    expect(dialog.get_by_text("This is not your old password")).to_be_hidden()
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("status")).to_contain_text("Your password is changed")
    dialog.get_by_role("button", name="Close").last.click()
    page.get_by_role("link", name="Events", exact=True).click()
    expect(page.get_by_role("heading", name="Events")).to_be_visible()
    for password, status in ((OLD, 401), (NEW, 204)):
        asked = {"name": "anna", "password": password}
        assert platform.http.post("/session", json=asked).status_code == status
    assert mishaps.found == []


def test_who_has_a_token_has_no_password_to_change(platform: Served, page: Page) -> None:
    expect(page.locator('[autocomplete="username"]')).to_have_value("token")
    sign_in(page, platform)

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_be_visible()
    expect(page.get_by_role("button", name="admin", exact=True)).to_be_hidden()
