"""Signing in with the city's own accounts (OpenID Connect, code flow with PKCE).

The provider says who somebody is and in which groups; the settings say what a group may. Both are
looked at anew at every sign-in. What lies between the two requests is kept in a signed cookie.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from algorithms.errors import LonganError
from serving.access import Grant
from serving.api.auth import COOKIE
from serving.api.documents import Document
from serving.settings import Settings
from serving.store import Store, audit, tokens, users
from serving.store.errors import ConflictError

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/session", tags=["session"])

PATH = "/api/v1/session/single-sign-on"
BETWEEN_S = 600
"""How long somebody may take at the provider."""


class SignInWays(Document):
    """How one can sign in here; answers without a token."""

    single_sign_on: str | None
    """What the button says; null: there is none."""


@router.get("/ways")
async def get_ways(request: Request) -> SignInWays:
    """Whether the city's own accounts open the platform."""
    settings: Settings = request.app.state.settings
    return SignInWays(single_sign_on=settings.oidc_title if settings.oidc_issuer else None)


def add_single_sign_on(app: FastAPI, settings: Settings) -> None:
    """Take the city's accounts, if the settings name a provider.

    Raises:
        LonganError: The extra `oidc` is not installed.
    """
    if settings.oidc_issuer is None:
        return
    try:
        from authlib.integrations.starlette_client import OAuth
        from starlette.middleware.sessions import SessionMiddleware
    except ImportError as missing:
        raise LonganError(
            f"LONGAN_OIDC_ISSUER is set, and {missing.name} is not installed: "
            "pip install 'longan[oidc]', or unset it"
        ) from missing

    assert settings.oidc_client_secret is not None
    assert settings.public_url is not None
    oauth: Any = OAuth()
    oauth.register(
        "city",
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        client_kwargs={"scope": settings.oidc_scopes, "code_challenge_method": "S256"},
    )
    app.state.city = oauth.city
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32),  # a restart between the two requests: begin again
        session_cookie="longan_single_sign_on",
        max_age=BETWEEN_S,
        path=PATH,
        same_site="lax",  # the provider's page leads back here
        https_only=settings.public_url.startswith("https://"),
    )
    app.add_api_route(PATH, _begin, methods=["GET"], include_in_schema=False)
    app.add_api_route(f"{PATH}/callback", _end, methods=["GET"], include_in_schema=False)


async def _begin(request: Request) -> Response:
    """Off to the provider."""
    settings: Settings = request.app.state.settings
    there = f"{settings.public_url}{PATH}/callback"
    try:
        return await request.app.state.city.authorize_redirect(request, there)
    except Exception as error:  # whatever its network or its answer is like, the page says so
        log.error("the sign-in provider does not answer", error=f"{type(error).__name__}: {error}")
        return _back("away")


async def _end(request: Request) -> Response:
    """Back from the provider, with a code for an identity."""
    settings: Settings = request.app.state.settings
    try:
        told: dict[str, Any] = await request.app.state.city.authorize_access_token(request)
        claims: Mapping[str, Any] = told["userinfo"]
    except Exception as error:  # a refusal, a forged state, a token that does not verify
        log.warning("single sign-on broken off", error=f"{type(error).__name__}: {error}")
        return _back("broken")
    grants = granted(settings, claims)
    name = _name(claims)
    address = request.client.host if request.client else ""
    if not grants:
        await run_sync(_refuse, request.app.state.store, name, address)
        return _back("no-group")
    subject = f"{claims['iss']} {claims['sub']}"
    display_name = str(claims.get("name") or name)[:128]
    try:
        secret = await run_sync(
            _enter, request.app.state.store, subject, name, display_name, grants, address
        )
    except ConflictError as error:
        log.warning("single sign-on refused", error=str(error))
        return _back("name-taken")
    if secret is None:
        return _back("disabled")
    answer = _back("done")
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(tokens.USER_SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=str(settings.public_url).startswith("https://"),
    )
    return answer


def granted(settings: Settings, claims: Mapping[str, Any]) -> tuple[Grant, ...]:
    """What the groups of an identity bring."""
    told: object = claims.get(settings.oidc_groups_claim, ())
    groups: Sequence[Any] = [told] if isinstance(told, str) else told  # pyright: ignore[reportAssignmentType]
    return tuple(
        dict.fromkeys(
            grant for group in groups for grant in settings.oidc_grants.get(str(group), ())
        )
    )


def _name(claims: Mapping[str, Any]) -> str:
    """What the audit calls him."""
    return str(claims.get("preferred_username") or claims.get("email") or claims["sub"])[:64]


def _enter(
    store: Store, subject: str, name: str, display_name: str, grants: Sequence[Grant], address: str
) -> str | None:
    """A session of the identity's user, who is made at the first time; None: he is disabled."""
    now = datetime.now(UTC)
    with store.write() as session:
        user = users.of_subject(session, subject, name, display_name, tokens.as_json(grants))
        secret = None if user.disabled else tokens.open_session(session, user, now)
        if secret is not None:
            users.note_sign_in(session, user.id, now)
        audit.append(
            session,
            actor=("user", user.id, user.name),
            action="session.refused" if secret is None else "session.opened",
            thing=f"GET {PATH}/callback",
            address=address,
            detail={},
        )
    return secret


def _refuse(store: Store, name: str, address: str) -> None:
    with store.write() as session:
        audit.append(
            session,
            actor=("nobody", "", name),
            action="session.refused",
            thing=f"GET {PATH}/callback",
            address=address,
            detail={"reason": "no group with a right here"},
        )


def _back(outcome: str) -> Response:
    """To the page that goes on, or says what to do."""
    return RedirectResponse(f"/sign-in?{urlencode({'single': outcome})}", status_code=303)
