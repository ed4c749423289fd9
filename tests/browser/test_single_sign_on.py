"""Somebody of the city signs in with his account there."""

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from serving.access import Grant
from serving.settings import Settings
from tests.browser.served import served
from tests.browser.test_review import shoot
from tests.oidc import Account, running_provider

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANNA = Account("4711", {"preferred_username": "anna", "name": "安娜", "groups": ["helmet-team"]})
EVE = Account("99", {"preferred_username": "eve"})


def test_a_city_account_opens_the_wall_and_a_stranger_is_told_why_not(
    page: Page, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with running_provider() as provider:
        settings = Settings(
            data_dir=tmp_path,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            oidc_issuer=provider.address,
            oidc_client_secret=SecretStr("hush"),
            oidc_title="区统一认证",
            oidc_grants={"helmet-team": (Grant("reviewer"),)},
        )
        for account in (ANNA, EVE):
            provider.knows(account)
        with served(tmp_path, settings=settings) as platform:
            page.goto(platform.url)
            button = page.get_by_role("link", name="区统一认证")
            expect(button).to_be_visible()
            shoot(page, "sign-in-city")

            button.click()
            page.locator("input[name=sub]").first.fill(EVE.sub)
            page.get_by_role("button", name="Authorize").first.click()
            expect(page.get_by_role("alert")).to_contain_text("You are in no group")

            page.get_by_role("link", name="区统一认证").click()
            page.locator("input[name=sub]").first.fill(ANNA.sub)
            page.get_by_role("button", name="Authorize").first.click()
            expect(page.get_by_role("link", name="Wall")).to_be_visible()
            expect(page).to_have_url(f"{platform.url}/")
