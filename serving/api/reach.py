"""An address that somebody typed, refused at once where nothing may connect to it."""

from http import HTTPStatus
from urllib.parse import urlsplit

from serving.api.problems import FieldError, ProblemError
from serving.outbound import Outbound, OutboundError


def refuse_forbidden(where: str, url: str | None, outbound: Outbound) -> None:
    """Raise a ProblemError for a forbidden address; what a name stands for shows on connecting.

    Args:
        where: The field, such as `body.url`.
        url: Checked already; None passes.
        outbound: What may be connected to.
    """
    host = urlsplit(url).hostname if url and "://" in url else None
    if not host:
        return
    try:
        outbound.check_numeric(host)
    except OutboundError as error:
        errors = [FieldError(where=where, message=str(error))]
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {error}", errors=errors
        ) from error
