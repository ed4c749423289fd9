"""Signing a browser in and out."""

from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic import Field

from serving.api.auth import COOKIE
from serving.api.context import Caller, Stored
from serving.api.documents import Document, Order
from serving.api.problems import ProblemError
from serving.store import tokens

router = APIRouter(prefix="/session", tags=["session"])


class SignIn(Order):
    """What a person types."""

    token: str = Field(min_length=1, max_length=200)


class SessionDocument(Document):
    """Who is signed in."""

    name: str
    """Of the token."""


@router.post("", status_code=HTTPStatus.NO_CONTENT)
def sign_in(order: SignIn, request: Request, response: Response, store: Stored) -> None:
    """Exchange a token for a cookie that scripts cannot read."""
    with store.write() as session:
        token = tokens.find(session, order.token.strip())
        if token is None:
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED,
                "This token is not known. The first start printed the admin token and wrote it "
                "to the file `admin-token` in the data folder.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        secret = tokens.open_session(session, token, datetime.now(UTC))
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(tokens.SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.get("")
async def get_session(caller: Caller) -> SessionDocument:
    """Who is signed in."""
    return SessionDocument(name=caller.name)


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
def sign_out(request: Request, response: Response, store: Stored) -> None:
    """End the browser's session."""
    if secret := request.cookies.get(COOKIE):
        with store.write() as session:
            tokens.close_session(session, secret)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
