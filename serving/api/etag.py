"""A change says which revision it was made from, so that nobody overwrites what he never saw."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header

from serving.api.problems import ProblemError


def etag(revision: int | str) -> str:
    """The ETag of a revision."""
    return f'"{revision}"'


async def _expected_revision(
    if_match: Annotated[
        str | None,
        Header(max_length=100, description="The ETag of what was read; `*` changes it anyway."),
    ] = None,
) -> int | None:
    if if_match is None:
        raise ProblemError(
            HTTPStatus.PRECONDITION_REQUIRED,
            "Send If-Match with the ETag of the last GET, so that nobody's change gets lost; "
            "`If-Match: *` changes it anyway.",
        )
    if if_match.strip() == "*":
        return None
    revision = if_match.strip().removeprefix("W/").strip('"')
    # Anything that was never an ETag of ours matches no revision.
    return int(revision[:9]) if revision.isascii() and revision.isdecimal() else 0


ExpectedRevision = Annotated[int | None, Depends(_expected_revision)]
"""The revision the client knows; None: whatever is there."""
