"""What all JSON documents of the API share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)


class Document(BaseModel):
    """Something the API answers with."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Order(BaseModel):
    """Something a client sends: unknown keys and wrong types are errors, nothing is guessed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside of the years 1 to 9999") from error


UtcTime = Annotated[AwareDatetime, AfterValidator(_utc)]
"""RFC 3339 with an offset."""


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected a time as text, such as 2026-11-24T08:00:00+08:00")
    return value


Moment = Annotated[UtcTime, BeforeValidator(_text), Field(strict=False)]
"""A time in an order: orders are strict, and JSON has no times."""

Note = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$"),
]
"""A few lines of text."""

Text = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""One line without control characters."""

Word = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]+$", max_length=64)]


def _once(words: list[str]) -> list[str]:
    if len(set(words)) < len(words):
        raise ValueError("expected each tag once")
    return words


Tag = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20\x7f,]{1,64}$")]

Tags = Annotated[list[Tag], Field(max_length=32), AfterValidator(_once)]
"""Words without blanks and commas, each once."""

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]

Heading = Annotated[float, Field(ge=0, lt=360)]
Pitch = Annotated[float, Field(ge=-90, le=90)]
FieldOfView = Annotated[float, Field(gt=0, le=360)]
Range = Annotated[float, Field(gt=0, le=10_000)]
Height = Annotated[float, Field(ge=0, le=1_000)]
