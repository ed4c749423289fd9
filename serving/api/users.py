"""Users: people who sign in, and what they may."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import SecretStr, StringConstraints, field_validator

from serving.api.context import Id, Stored
from serving.api.documents import Document, Order, Text
from serving.api.etag import ExpectedRevision, etag
from serving.api.grants import GrantDocument, Grants, as_grants, shown
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.store import users
from serving.store.access_models import User
from serving.store.tokens import as_json

router = APIRouter(prefix="/users", tags=["access"])

PASSWORD_LENGTH = (10, 200)


def check_password(password: SecretStr) -> SecretStr:
    """A password somebody may choose; raises ValueError."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password.get_secret_value()) <= longest:
        raise ValueError(f"expected {shortest} to {longest} characters")
    return password


class UserOrder(Order):
    """A new user."""

    name: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._@-]{1,64}$")]
    """What is typed at sign-in."""

    display_name: Text
    password: SecretStr
    """10 to 200 characters; kept as an Argon2id hash."""

    grants: Grants

    _long_enough = field_validator("password")(check_password)


class UserChange(Order):
    """What is to change; what is left out stays."""

    display_name: Text | None = None
    password: SecretStr | None = None
    """A new one ends all sessions of the user."""

    grants: Grants | None = None
    disabled: bool | None = None
    """True ends all sessions and refuses new ones."""

    @field_validator("password")
    @classmethod
    def _long_enough(cls, password: SecretStr | None) -> SecretStr | None:
        return None if password is None else check_password(password)


class UserDocument(Document):
    """A user."""

    id: str
    name: str
    display_name: str
    grants: list[GrantDocument]
    disabled: bool
    revision: int
    created_at: datetime
    last_sign_in_at: datetime | None


@router.get("")
def list_users(store: Stored, cursor: Cursor = None, limit: Limit = 100) -> Page[UserDocument]:
    """All users, oldest first."""
    with store.read() as session:
        rows = users.page(session, after=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED)
def create_user(order: UserOrder, store: Stored, response: Response) -> UserDocument:
    """A new user; the name is taken once and for all (409)."""
    with store.write() as session:
        user = users.create(
            session,
            name=order.name,
            display_name=order.display_name,
            password=order.password.get_secret_value(),
            grants=as_json(as_grants(order.grants)),
        )
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    response.headers["ETag"] = etag(user.revision)
    return _document(user)


@router.get("/{user_id}")
def get_user(user_id: Id, store: Stored, response: Response) -> UserDocument:
    """One user; its ETag is for changing it."""
    with store.read() as session:
        user = users.get(session, user_id)
    response.headers["ETag"] = etag(user.revision)
    return _document(user)


@router.patch("/{user_id}")
def change_user(
    user_id: Id, order: UserChange, revision: ExpectedRevision, store: Stored, response: Response
) -> UserDocument:
    """Change a user; 409 if nobody would be left who is administrator everywhere."""
    change: dict[str, Any] = order.model_dump(exclude_none=True, exclude={"grants", "password"})
    if order.grants is not None:
        change["grants"] = as_json(as_grants(order.grants))
    if order.password is not None:
        change["password"] = order.password.get_secret_value()
    with store.write() as session:
        user = users.update(session, user_id, revision, change)
    response.headers["ETag"] = etag(user.revision)
    return _document(user)


@router.delete("/{user_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_user(user_id: Id, store: Stored) -> None:
    """Remove a user; what he did keeps his name."""
    with store.write() as session:
        users.delete_user(session, user_id)


def _document(user: User) -> UserDocument:
    return UserDocument(
        id=user.id,
        name=user.name,
        display_name=user.display_name,
        grants=shown(user.grants),
        disabled=user.disabled,
        revision=user.revision,
        created_at=user.created_at,
        last_sign_in_at=user.last_sign_in_at,
    )
