"""One http address with a picture behind it: the only importer of httpx in streams."""

import logging
import time

import httpx

from serving.outbound import Outbound, OutboundError
from serving.outbound.http import GuardedTransport
from serving.streams.errors import SourceError, SourceReason

TIMEOUT_S = 8.0
PICTURE_MAX_BYTES = 20 * 2**20

# httpx logs every address it asks, and camera addresses hold keys.
logging.getLogger("httpx").setLevel(logging.WARNING)


class PictureAddress:
    """Asks for the newest picture, and only where the host says that it changed.

    Args:
        url: With user and password where the camera wants them, for Basic or Digest.
        outbound: Where it, and what it redirects to, may be.
    """

    def __init__(self, url: str, outbound: Outbound) -> None:
        parsed = _parse(url)
        if parsed is None:
            raise SourceError("unsupported", "Expected an http address; this is malformed.")
        self._url = parsed.copy_with(userinfo=b"")
        self._user = (parsed.username, parsed.password)
        # Digest asks without a password first and learns what the camera wants.
        self._auth: httpx.Auth | None = httpx.DigestAuth(*self._user) if parsed.username else None
        self._if_changed: dict[str, str] = {}
        self._client = httpx.Client(
            transport=GuardedTransport(outbound),
            timeout=TIMEOUT_S,
            follow_redirects=True,
            headers={"User-Agent": "longan"},
        )

    def ask(self) -> bytes | None:
        """The picture's bytes; None if the host says that it is still the last one.

        Raises:
            SourceError: The host does not give one; says why.
        """
        failure: tuple[SourceReason, str]
        try:
            return self._get()
        except OutboundError as error:
            failure = "unreachable", str(error)
        except httpx.TimeoutException:
            failure = "timeout", f"The host did not answer in {TIMEOUT_S:g} s."
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            failure = "unsupported", "Expected an http address; this one cannot be asked."
        except httpx.HTTPError:
            failure = (
                "unreachable",
                "The host cannot be reached; check its name, the network and that it is on.",
            )
        raise SourceError(*failure)

    def close(self) -> None:
        self._client.close()

    def _get(self) -> bytes | None:
        with self._client.stream(
            "GET", self._url, headers=self._if_changed, auth=self._auth
        ) as response:
            wants = response.headers.get("WWW-Authenticate", "").lower()
            if not (response.status_code == 401 and wants.startswith("basic") and self._auth):
                return self._body(response)
            if isinstance(self._auth, httpx.BasicAuth):
                return self._body(response)
        self._auth = httpx.BasicAuth(*self._user)
        return self._get()

    def _body(self, response: httpx.Response) -> bytes | None:
        code = response.status_code
        if code == 304:
            return None
        if code in (401, 403):
            raise SourceError(
                "auth_failed", "The camera refused the user name or password; correct the address."
            )
        if code in (404, 410):
            raise SourceError(
                "not_found", "The host answers but has nothing at this path; correct the address."
            )
        if code != 200:
            raise SourceError("unreachable", f"The host answered with status {code}; ask there.")
        body = self._read(response)
        asks = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
        self._if_changed = {
            ask: response.headers[tag] for ask, tag in asks.items() if tag in response.headers
        }
        return body

    def _read(self, response: httpx.Response) -> bytes:
        started_s = time.monotonic()
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > PICTURE_MAX_BYTES:
                raise SourceError(
                    "not_video",
                    f"Expected a picture of at most {PICTURE_MAX_BYTES >> 20} MiB, got more; "
                    "a stream is added as a stream camera.",
                )
            if time.monotonic() - started_s > TIMEOUT_S:
                raise SourceError("timeout", f"The picture took more than {TIMEOUT_S:g} s.")
        return bytes(body)


def _parse(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return None
