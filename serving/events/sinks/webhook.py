"""Webhooks, signed as Standard Webhooks has it (https://www.standardwebhooks.com)."""

import asyncio
import json
import secrets
from base64 import b64encode
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from standardwebhooks import Webhook

from serving.events.sinks.errors import DeliveryError, GoneError
from serving.outbound import Outbound, OutboundError
from serving.outbound.http import AsyncGuardedTransport
from serving.settings import Settings

TIMEOUT_S = 10.0
"""For the whole of it: connecting, sending and answering. Shorter than `sinks.LEASE`."""


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError("host and port cannot be told apart") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected http:// or https:// with a host")
    if parts.username is not None or parts.fragment:
        raise ValueError("expected no password and no fragment: the signature says who sends")
    return url


class WebhookSpec(BaseModel):
    """Messages are posted to an address."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    kind: Literal["webhook"] = "webhook"

    url: Annotated[
        str,
        StringConstraints(max_length=2000, pattern=r"^[\x21-\x7e]+$"),
        AfterValidator(_web_address),
    ]
    """Where to, such as `https://tickets.city.example/longan`."""


def new_secret() -> str:
    """A secret as Standard Webhooks has them."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


class WebhookSink:
    """Posts CloudEvents in JSON.

    Args:
        spec: Where to.
        secret: Signs them; begins with `whsec_`.
        timeout_s: For connecting, sending and answering together.
        outbound: Where the receiver may be; None: as the settings say.
    """

    def __init__(
        self,
        spec: WebhookSpec,
        secret: str,
        timeout_s: float = TIMEOUT_S,
        outbound: Outbound | None = None,
    ) -> None:
        self._url = spec.url
        self._signer = Webhook(secret)
        self._timeout_s = timeout_s
        # The environment's proxies are not ours; a receiver that moved must say so to a person.
        self._client = httpx.AsyncClient(
            transport=AsyncGuardedTransport(outbound or Settings().outbound),
            timeout=None,
            follow_redirects=False,
            trust_env=False,
        )
        # A loop of our own: only there does one deadline hold however the receiver drips.
        self._loop = asyncio.Runner()

    def send(self, message: dict[str, Any]) -> None:
        """See `Sink`. Any 2xx is taken; the body of the answer is not read."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        at = datetime.now(UTC)
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "longan",
            "webhook-id": message["id"],
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(message["id"], at, body),
        }
        try:
            status = self._loop.run(self._post(body.encode(), headers))
        except TimeoutError as error:
            raise DeliveryError("no answer in time") from error
        except OutboundError as error:
            raise DeliveryError(str(error)) from error
        except httpx.HTTPError as error:
            raise DeliveryError(f"no connection ({type(error).__name__})") from error
        if status == HTTPStatus.GONE:
            raise GoneError("answered 410: it wants no more messages")
        if not 200 <= status < 300:
            raise DeliveryError(f"answered {status}")

    def close(self) -> None:
        self._loop.run(self._client.aclose())
        self._loop.close()

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        async with (
            asyncio.timeout(self._timeout_s),
            self._client.stream("POST", self._url, content=body, headers=headers) as answer,
        ):
            return answer.status_code
