"""Signing a browser in and out."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr, field_validator, model_validator
from sqlalchemy.orm import Session

from serving.access import Action
from serving.api.attempts import Attempts
from serving.api.auth import COOKIE
from serving.api.context import Caller, Stored
from serving.api.documents import Document, Order
from serving.api.grants import GrantDocument
from serving.api.problems import ProblemError
from serving.api.users import check_password
from serving.store import Store, audit, tokens, users
from serving.store.access_models import User
from serving.store.models import Token

router = APIRouter(prefix="/session", tags=["session"])


class SignIn(Order):
    """What a person types: a token, or name and password."""

    token: SecretStr | None = Field(default=None, min_length=1, max_length=200)
    name: str | None = Field(default=None, min_length=1, max_length=64)
    password: SecretStr | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one_way(self) -> "SignIn":
        if (self.token is None) == (self.name is None or self.password is None):
            raise ValueError("expected either a token, or a name and a password")
        return self


class PasswordOrder(Order):
    """A new password of one's own."""

    old: SecretStr = Field(max_length=200)
    new: SecretStr
    """10 to 200 characters."""

    _long_enough = field_validator("new")(check_password)


class SessionDocument(Document):
    """Who is signed in."""

    name: str
    """Of the user or of the token."""

    kind: str
    """`user` or `token`."""

    grants: list[GrantDocument]
    actions: list[Action]
    """What this may do somewhere; GET /api/v1/roles says what each role brings."""


@router.post("", status_code=HTTPStatus.NO_CONTENT)
def sign_in(order: SignIn, request: Request, response: Response, store: Stored) -> None:
    """Exchange a token, or name and password, for a cookie that scripts cannot read."""
    address = request.client.host if request.client else ""
    attempts: Attempts = request.app.state.attempts
    if (wait_s := attempts.wait_s(order.name, address)) > 0:
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too many sign-ins from {address} were refused: try again in {wait_s / 60:.0f} min. "
            "An administrator can set a new password meanwhile.",
            headers={"Retry-After": str(int(wait_s) + 1)},
        )
    now = datetime.now(UTC)
    with store.read() as session:
        who = _known(session, order, now)
    if who is None:
        if attempts.refused(order.name, address):
            with store.write() as session:
                _note(session, ("nobody", "", order.name or "token"), "refused", address, {})
        _note_summary(store, attempts)
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "This token is not known or ran out. The first start printed the admin token and "
            "wrote it to the file `admin-token` in the data folder."
            if order.name is None
            else "Name and password do not belong together, or the user is disabled.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    with store.write() as session:
        if isinstance(who, User):
            users.note_sign_in(session, who.id, now)
        secret = tokens.open_session(session, who, now)
        kind = "user" if isinstance(who, User) else "token"
        _note(session, (kind, who.id, who.name), "opened", address, {})
    _note_summary(store, attempts)
    life = tokens.USER_SESSION_LIFE if isinstance(who, User) else tokens.SESSION_LIFE
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.get("")
async def get_session(caller: Caller) -> SessionDocument:
    """Who is signed in, and what he may."""
    return SessionDocument(
        name=caller.name,
        kind=caller.kind,
        grants=[GrantDocument(role=g.role, division=g.division) for g in caller.grants],
        actions=sorted(caller.actions()),
    )


@router.put("/password", status_code=HTTPStatus.NO_CONTENT)
def change_password(order: PasswordOrder, caller: Caller, store: Stored) -> None:
    """Choose a new password of one's own; every session of the user ends."""
    if caller.kind != "user":
        raise ProblemError(
            HTTPStatus.CONFLICT, f"{caller.name!r} is a token: it has no password to change."
        )
    with store.read() as session:
        if users.verified(session, caller.name, order.old.get_secret_value()) is None:
            raise ProblemError(HTTPStatus.FORBIDDEN, "The old password is not this one.")
    with store.write() as session:
        users.update(session, caller.id, None, {"password": order.new.get_secret_value()})


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
def sign_out(request: Request, response: Response, store: Stored) -> None:
    """End the browser's session."""
    if secret := request.cookies.get(COOKIE):
        with store.write() as session:
            tokens.close_session(session, secret)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def _note(
    session: Session, actor: tuple[str, str, str], what: str, address: str, detail: dict[str, Any]
) -> None:
    audit.append(
        session,
        actor=actor,
        action=f"session.{what}",
        thing="POST /api/v1/session",
        address=address,
        detail=detail,
    )


def _note_summary(store: Store, attempts: Attempts) -> None:
    if (summary := attempts.summary()) is not None:
        with store.write() as session:
            _note(session, ("nobody", "", "many"), "refused", "", summary)


def _known(session: Session, order: SignIn, now: datetime) -> Token | User | None:
    if order.name is not None and order.password is not None:
        return users.verified(session, order.name, order.password.get_secret_value())
    secret = "" if order.token is None else order.token.get_secret_value()
    return tokens.find(session, secret.strip(), now)
