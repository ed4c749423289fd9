"""Signing in with accounts of an OpenID provider."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from serving.access import Grant
from serving.api import create_api
from serving.api.single_sign_on import PATH
from serving.settings import Settings
from serving.store import Store, users
from serving.store.access_models import AuditRecord, User
from tests.oidc import Account, Provider, running_provider
from tests.serving.cli.test_user import nobody_asks

PLACE = "龙岗区/龙城街道"
GROUPS = {"helmet-team": [f"reviewer@{PLACE}"], "it": ["administrator"]}
PUBLIC = "https://longan.city.lan"


ANNA = Account(
    sub="4711", claims={"preferred_username": "anna", "name": "安娜", "groups": ["helmet-team"]}
)
STRANGER = Account(sub="99", claims={"preferred_username": "eve"})


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def city(store: Store, settings: Settings, provider: Provider) -> FastAPI:
    known = Settings(
        data_dir=settings.data_dir,
        dashboard_dir=settings.dashboard_dir,
        public_url=PUBLIC,
        oidc_issuer=provider.address,
        oidc_client_secret=SecretStr("hush"),
        oidc_grants=GROUPS,  # pyright: ignore[reportArgumentType]  parsed
    )
    return create_api(store, known, None, nobody_asks)


@pytest.fixture
def browser(city: FastAPI) -> Iterator[TestClient]:
    with TestClient(city, base_url=PUBLIC, follow_redirects=False) as browser:
        yield browser


def sign_in(browser: TestClient, provider: Provider, user: Account) -> str:
    """How the sign-in page is told that it went."""
    provider.knows(user)
    there = browser.get(PATH).headers["location"]
    assert there.startswith(provider.address)
    back = provider.click(there, user.sub)
    return outcome(browser.get(back))


def outcome(answer: httpx2.Response) -> str:
    assert answer.status_code == 303, answer.text
    (told,) = parse_qs(urlsplit(answer.headers["location"]).query)["single"]
    return told


def test_a_city_account_opens_what_its_group_may(browser: TestClient, provider: Provider) -> None:
    assert browser.get("/api/v1/session/ways").json() == {"single_sign_on": "City account"}
    assert browser.get("/api/v1/session").status_code == 401

    assert sign_in(browser, provider, ANNA) == "done"

    who = browser.get("/api/v1/session").json()
    assert (who["name"], who["grants"]) == ("anna", [{"role": "reviewer", "division": PLACE}])
    assert browser.get("/api/v1/users").status_code == 403


def test_the_second_sign_in_is_the_same_user_with_todays_groups(
    browser: TestClient, provider: Provider, store: Store
) -> None:
    sign_in(browser, provider, ANNA)
    promoted = replace(ANNA, claims={**ANNA.claims, "groups": ["it"]})
    assert sign_in(browser, provider, promoted) == "done"

    with store.read() as session:
        (user,) = session.scalars(select(User))
    assert user.subject == f"{provider.address} 4711"
    assert user.grants == [{"role": "administrator", "division": None}]
    assert browser.get("/api/v1/users").status_code == 200


def test_who_is_in_no_group_stays_outside_and_is_noted(
    browser: TestClient, provider: Provider, store: Store
) -> None:
    assert sign_in(browser, provider, STRANGER) == "no-group"

    assert browser.get("/api/v1/session").status_code == 401
    with store.read() as session:
        assert session.scalar(select(User)) is None
        (record,) = session.scalars(select(AuditRecord))
    assert (record.action, record.actor) == ("session.refused", "eve")


def test_nobody_becomes_a_local_user_by_being_called_like_him(
    browser: TestClient, provider: Provider, store: Store
) -> None:
    admin = [{"role": "administrator", "division": None}]
    with store.write() as session:
        users.create(session, name="anna", display_name="A", password="correct horse", grants=admin)

    assert sign_in(browser, provider, ANNA) == "name-taken"
    assert browser.get("/api/v1/session").status_code == 401


def test_a_disabled_user_stays_outside(
    browser: TestClient, provider: Provider, store: Store
) -> None:
    sign_in(browser, provider, ANNA)
    with store.write() as session:
        session.scalars(select(User)).one().disabled = True

    assert sign_in(browser, provider, ANNA) == "disabled"
    assert browser.get("/api/v1/session").status_code == 401


def test_a_password_does_not_open_a_city_account(browser: TestClient, provider: Provider) -> None:
    sign_in(browser, provider, ANNA)
    browser.cookies.clear()
    headers = {"Origin": PUBLIC}

    for guess in ("", " ", "None"):
        order = {"name": "anna", "password": guess or "x"}
        assert browser.post("/api/v1/session", json=order, headers=headers).status_code == 401


def test_an_answer_that_was_not_asked_for_opens_nothing(
    browser: TestClient, provider: Provider
) -> None:
    provider.knows(ANNA)
    back = provider.click(browser.get(PATH).headers["location"], ANNA.sub)
    query = parse_qs(urlsplit(back).query)

    forged = browser.get(f"{PATH}/callback", params={"code": query["code"][0], "state": "mine"})
    browser.cookies.clear()  # another browser, led to the victim's answer
    stolen = browser.get(back)

    assert (outcome(forged), outcome(stolen)) == ("broken", "broken")
    assert browser.get("/api/v1/session").status_code == 401


def test_a_code_is_good_once(browser: TestClient, provider: Provider) -> None:
    provider.knows(ANNA)
    back = provider.click(browser.get(PATH).headers["location"], ANNA.sub)

    assert outcome(browser.get(back)) == "done"
    assert outcome(browser.get(back)) == "broken"


def test_a_provider_that_is_away_is_said(store: Store, settings: Settings) -> None:
    away = settings.model_copy(
        update={
            "public_url": PUBLIC,
            "oidc_issuer": "http://127.0.0.1:9",
            "oidc_client_secret": SecretStr("hush"),
            "oidc_grants": {"it": (Grant("administrator"),)},
        }
    )
    with TestClient(create_api(store, away, None, nobody_asks), follow_redirects=False) as browser:
        assert outcome(browser.get(PATH)) == "away"


def test_cookies_are_for_scripts_of_nobody(browser: TestClient, provider: Provider) -> None:
    provider.knows(ANNA)
    began = browser.get(PATH)
    ended = browser.get(provider.click(began.headers["location"], ANNA.sub))

    between, after = (answer.headers.get_list("set-cookie") for answer in (began, ended))
    assert any(
        "samesite=lax" in c and "httponly" in c and "secure" in c for c in map(str.lower, between)
    )
    (session,) = [cookie.lower() for cookie in after if cookie.startswith("longan_session=")]
    assert all(word in session for word in ("httponly", "secure", "samesite=strict"))


def test_half_the_settings_are_refused() -> None:
    with pytest.raises(ValidationError, match="LONGAN_PUBLIC_URL and LONGAN_OIDC_CLIENT_SECRET"):
        Settings(oidc_issuer="https://login.city.lan", oidc_grants=GROUPS)  # pyright: ignore
    with pytest.raises(ValidationError, match="expected role or role@division"):
        Settings(oidc_grants={"it": ["king"]})  # pyright: ignore


def test_without_a_provider_there_is_no_such_way(client: TestClient) -> None:
    assert client.get("/api/v1/session/ways").json() == {"single_sign_on": None}
    assert client.get(PATH).status_code == 404
