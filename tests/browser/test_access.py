"""An administrator lets a person in, who sees his own division and nothing else."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.reviewing import PLACES, happen
from tests.browser.test_administration import SLOW_MS, fits_a_phone, open_tab, panel
from tests.browser.test_dashboard import sign_in
from tests.browser.test_review import shoot
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "lychee-and-longan"
LITCHI, BANYAN = "龙眼区/荔枝街道", "龙眼区/榕树街道"


def test_a_reviewer_of_one_division_sees_only_that(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    platform.add_camera("Litchi gate", "/nothing/here.mp4", division=LITCHI)
    platform.add_camera("Banyan square", "/nothing/here.mp4", division=BANYAN)
    happen(platform, 3)
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()

    page.goto(f"{platform.url}/administration?tab=users")
    page.get_by_role("link", name="Add a user").click()
    page.get_by_label("Name to sign in").fill("anna")
    page.get_by_label("Shown as").fill("安娜")
    page.get_by_label(re.compile(r"^Password \*$")).fill(PASSWORD)
    division = page.get_by_label("Division, with all below it")
    division.and_(page.locator("input")).fill(LITCHI)
    page.get_by_label("Shown as").focus()
    shoot(page, "administration-new-user")
    page.keyboard.press("Control+s")
    row = page.get_by_role("table", name="Users").get_by_role("row", name="anna")
    expect(row).to_contain_text(f"Reviewer: {LITCHI}", timeout=SLOW_MS)
    expect(row).to_contain_text("never")
    assert PASSWORD not in page.content()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("With a password").click()
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    shoot(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("figure")).to_have_count(1, timeout=SLOW_MS)
    expect(page.locator("figure")).to_contain_text("Litchi gate")
    expect(page.get_by_role("link", name="Administration")).to_be_hidden()

    page.get_by_role("link", name="Cameras").click()
    expect(page.get_by_role("link", name="Litchi gate")).to_be_visible()
    expect(page.get_by_text("Banyan square")).to_be_hidden()
    page.get_by_role("link", name="Events", exact=True).click()
    here = sum(division == LITCHI for _, division in PLACES)
    expect(page.locator("[data-event]")).to_have_count(here, timeout=SLOW_MS)

    page.goto(f"{platform.url}/administration?tab=users")
    expect(page.get_by_text("does not open this")).to_contain_text("anna")
    expect(page.get_by_role("link", name="Add a user")).to_be_hidden()
    shoot(page, "administration-forbidden")

    anna = platform.call("GET", "/users")["items"][0]
    assert anna["last_sign_in_at"]
    platform.call(
        "PATCH", f"/users/{anna['id']}", json={"disabled": True}, headers={"If-Match": "*"}
    )
    page.goto(platform.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=SLOW_MS)
    assert all("401" in mishap for mishap in mishaps.found), mishaps.found


def test_a_token_is_made_and_taken_away_and_the_audit_knows(
    platform: Platform, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)
    expect(page.get_by_role("link", name="Wall")).to_be_visible()
    page.goto(f"{platform.url}/administration?tab=tokens")
    page.get_by_role("link", name="Make a token").click()
    page.get_by_role("textbox", name="System").fill("ticket-system")
    page.get_by_role("button", name="Save").click()
    secret = page.get_by_label("Token of ticket-system")
    expect(secret).to_have_value(re.compile(".{20}"))
    value = secret.input_value()
    shoot(page, "administration-token")
    page.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("row", name="ticket-system")
    expect(row).to_contain_text("Dashboard: Everywhere")
    assert value not in page.content()

    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_be_hidden()

    open_tab(page, "Roles")
    expect(page.get_by_role("table", name="Roles")).to_contain_text("Auditor")
    open_tab(page, "Audit")
    audit = panel(page, "Audit")
    expect(audit.get_by_role("table", name="Audit")).to_contain_text("made token")
    audit.get_by_label("Right used").fill("access")
    audit.get_by_role("button", name="Find").click()
    expect(page).to_have_url(re.compile("action=access"))
    expect(audit.get_by_role("cell", name="session.opened")).to_have_count(0)
    expect(audit.get_by_role("cell", name="access.write")).not_to_have_count(0)
    audit.get_by_role("button", name="Verify the record").click()
    expect(audit.get_by_role("status")).to_contain_text("Whole:", timeout=SLOW_MS)
    shoot(page, "administration-audit")
    assert fits_a_phone(page)
    shoot(page, "administration-audit-phone")
    assert mishaps.found == []
