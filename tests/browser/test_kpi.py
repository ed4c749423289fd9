"""The owner's look: the month's figures, one version, a training run; on a city of four weeks."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Mishaps
from tests.browser.test_dashboard import sign_in
from tests.platform import Platform
from tests.tools.city import City, fill

pytestmark = [pytest.mark.browser, pytest.mark.cluster, pytest.mark.slow]

SLOW_MS = 30_000


@pytest.fixture(scope="module")
def city(platform: Platform) -> City:
    return fill(Path(platform.data_dir))


def test_the_owner_reads_the_figures_and_saves_them(
    platform: Platform, city: City, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)
    page.get_by_role("link", name="KPI").click()

    expect(page.get_by_text("percentage points")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("dl").get_by_text("riders · 95 %")).to_be_visible()
    trend = page.get_by_role("region", name="Helmet-wearing rate by day")
    expect(trend.locator("canvas")).to_be_visible(timeout=SLOW_MS)
    with page.expect_download() as png:
        trend.get_by_role("button", name="PNG").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as csv:
        trend.get_by_role("link", name="CSV").click()
    assert "with_helmet" in Path(csv.value.path()).read_text(encoding="utf-8")

    page.get_by_role("button", name="龙眼区/紫荆街道").click()
    expect(page).to_have_url(re.compile("division="))
    page.reload()
    expect(page.get_by_role("combobox", name="Division")).to_have_value("龙眼区/紫荆街道")
    assert mishaps.found == []


def test_a_version_goes_from_shadow_to_canary(
    platform: Platform, city: City, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)
    page.get_by_role("link", name="Algorithms").click()
    page.get_by_role("link", name="1.1.0").click()

    scorecard = page.get_by_role("region", name="Scorecard")
    expect(scorecard.get_by_text("mAP50", exact=True)).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Agreement in shadow")).to_be_visible()
    page.get_by_role("button", name="Canary on 10 %").click()
    page.get_by_role("textbox", name="Reason").fill("agrees with the champion")
    page.get_by_role("button", name="Canary", exact=True).click()
    expect(page.locator("[data-rollout=canary]")).to_be_visible(timeout=SLOW_MS)

    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="1.0.0").click()
    expect(page.get_by_text("beyond chance").first).to_be_visible(timeout=SLOW_MS)
    assert mishaps.found == []


def test_a_training_run_is_watched_and_cancelled(
    platform: Platform, city: City, page: Page, mishaps: Mishaps
) -> None:
    sign_in(page, platform)
    page.get_by_role("link", name="Training").click()
    page.get_by_role("link", name=city.running_id[-6:]).click()

    expect(page.locator("[data-plot='17'] canvas").first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("epoch 17/40")).to_be_visible()
    page.get_by_role("button", name="Cancel the run").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the run").click()
    expect(page.get_by_text("Cancelled")).to_be_visible(timeout=SLOW_MS)
    assert mishaps.found == []
