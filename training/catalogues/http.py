"""The one door to open-data catalogues: polite, bounded, and discreet about keys.

Every adapter asks through it, so that pauses between requests, back-off, conditional requests,
resuming, limits and the guard against private addresses are the same for all.
"""

import contextlib
import email.utils
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self

import httpx

from serving.settings import Settings
from training.catalogues.addresses import PublicTransport, offline, origin, shown
from training.errors import CatalogueError

# Both write whole addresses and headers, and these hold keys.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

TRIES = 5
WAIT_MAX_S = 120.0
"""A host that asks for more patience gets none: the error says when to come back."""

REDIRECTS = 5
ANSWER_MIB = 256
"""Largest answer read into memory; whole catalogues as one `data.json` take up to 100 MiB."""

_CONNECT_S = 10.0
_BUSY = (429, 503)
_BROKEN = (500, 502, 504)
_KEY_HEADERS = ("authorization", "x-api-key", "x-app-token")


class Http:
    """Asks hosts one request at a time and host by host not too often.

    Args:
        settings: Name, pause, time-out, limits, keys and private hosts.
        sleep: Waits so many seconds.
        clock: Seconds that only rise.
    """

    def __init__(
        self,
        settings: Settings,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._sleep = sleep
        self._clock = clock
        self._pauses: dict[str, float] = {}
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()
        self._client = httpx.Client(
            transport=PublicTransport(settings.catalogue_private_hosts),
            headers={"User-Agent": settings.catalogue_user_agent},
            timeout=httpx.Timeout(settings.catalogue_timeout_s, connect=_CONNECT_S),
            trust_env=False,  # neither a .netrc's passwords nor a proxy the guard cannot see behind
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def key(self, name: str) -> str | None:
        """The key set for a catalogue's name or host; None if there is none."""
        secret = self.settings.catalogue_keys.get(name)
        return secret.get_secret_value() or None if secret else None

    def hide(self, said: str) -> str:
        """The text with every key of ours as `***`; hosts like to repeat what they were sent."""
        for secret in self.settings.catalogue_keys.values():
            if value := secret.get_secret_value():
                said = said.replace(value, "***")
        return said

    def pause(self, host: str, seconds: float) -> None:
        """Leave more seconds between two requests to a host than the setting says."""
        self._pauses[host] = max(seconds, self._pauses.get(host, 0))

    def json(self, method: str, url: str, **request: Any) -> Any:
        """One answer as JSON.

        Args:
            method: GET or POST.
            url: Where.
            request: `params`, `headers`, `data` or `json`, as httpx takes them.

        Raises:
            OfflineError: The host cannot be reached.
            CatalogueError: It refused, or the answer is not JSON.
        """
        body, asked, kind = self._body(method, url, **request)
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            start = body[:60].decode("utf-8", "replace").strip()
            came = "a web page" if start[:9].lower().startswith(("<!doctype", "<html")) else kind
            raise CatalogueError(
                self.hide(
                    f"{shown(asked)}: expected JSON, got {came or 'something else'} that begins "
                    f"with {start!r}; check the address, and whether the catalogue wants a key"
                )
            ) from None

    def content(self, method: str, url: str, **request: Any) -> bytes:
        """One answer as it is; arguments and errors as `json`."""
        return self._body(method, url, **request)[0]

    @contextmanager
    def stream(self, method: str, url: str, **request: Any) -> Generator[httpx.Response]:
        """An answer whose body is still to be read: 2xx, 304 or 416.

        Waits and asks again where the host is busy, follows redirects, and sends keys to the host
        they are for only. Arguments and errors as `json`; reading the body may raise
        `httpx.TransportError`.
        """
        try:
            asking = self._client.build_request(method, url, **request)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError, TypeError):
            raise CatalogueError(
                self.hide(f"expected an http:// or https:// address, got {url.partition('?')[0]}")
            ) from None
        response = self._answer(asking)
        try:
            yield response
        finally:
            response.close()

    def limit(self, response: httpx.Response, so_far: int, mib: int) -> None:
        """Refuse what is larger than allowed.

        Raises:
            CatalogueError: More than `mib`, by the host's word or what has come.
        """
        told = response.headers.get("Content-Length", "")
        size = max(so_far, int(told) if told.isdecimal() else 0)
        if size > mib * 2**20:
            raise CatalogueError(
                f"{shown(response.request.url)}: {size / 2**20:.0f} MiB is more than the {mib} MiB "
                "allowed (LONGAN_CATALOGUE_FILE_MIB for files)"
            )

    def waits(self) -> Generator[None]:
        """One turn for each try, with growing pauses between them."""
        for attempt in range(TRIES):
            if attempt:
                self._sleep(_back_off(attempt))
            yield

    def _body(self, method: str, url: str, **request: Any) -> tuple[bytes, httpx.URL, str]:
        url_asked = httpx.URL()
        for _ in self.waits():
            with self.stream(method, url, **request) as response:
                url_asked = response.request.url
                body = bytearray()
                try:
                    for chunk in response.iter_bytes():
                        body += chunk
                        self.limit(response, len(body), ANSWER_MIB)
                except httpx.HTTPError:
                    continue
                self._refuse_odd(response)
                return bytes(body), url_asked, response.headers.get("Content-Type", "")
        raise CatalogueError(f"{shown(url_asked)}: the answer broke off {TRIES} times; try later")

    def _refuse_odd(self, response: httpx.Response) -> None:
        if not response.is_success:
            raise CatalogueError(f"{shown(response.request.url)}: HTTP {response.status_code}")

    def _answer(self, asking: httpx.Request) -> httpx.Response:
        redirects = attempt = 0
        while True:
            attempt += 1
            response = self._send(asking, last=attempt >= TRIES)
            if response is None:
                self._sleep(_back_off(attempt))
                continue
            status = response.status_code
            if response.has_redirect_location:
                redirects += 1
                response.close()
                if redirects > REDIRECTS:
                    raise CatalogueError(f"{shown(asking.url)}: more than {REDIRECTS} redirects")
                asking, attempt = self._redirected(asking, response), 0
            elif status in (*_BUSY, *_BROKEN) and attempt < TRIES:
                response.close()
                self._sleep(self._patience(response, attempt))
            elif response.is_success or status in (304, 416):
                return response
            else:
                said = self._words(response)
                response.close()
                raise CatalogueError(self.hide(f"{shown(asking.url)}: {said}"))

    def _send(self, asking: httpx.Request, last: bool) -> httpx.Response | None:
        """The answer; None if the host broke off and may be asked again."""
        self._wait_turn(asking.url.host)
        try:
            return self._client.send(asking, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if "certificate" in str(error).lower():
                raise CatalogueError(
                    f"{asking.url.host}: its certificate is not one that this machine trusts"
                ) from None
            raise offline(asking.url) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            if not last:
                return None
            raise CatalogueError(
                f"{shown(asking.url)}: no answer after {TRIES} tries ({type(error).__name__})"
            ) from None

    def _wait_turn(self, host: str) -> None:
        pause = max(self.settings.catalogue_pause_s, self._pauses.get(host, 0))
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + pause
        if turn > now:
            self._sleep(turn - now)

    def _redirected(self, asking: httpx.Request, response: httpx.Response) -> httpx.Request:
        try:
            target = asking.url.join(response.headers["Location"])
        except httpx.InvalidURL:
            raise CatalogueError(f"{shown(asking.url)}: redirects to no address") from None
        headers = asking.headers.copy()
        del headers["Host"]
        if origin(target) != origin(asking.url):
            for name in _KEY_HEADERS:
                headers.pop(name, None)
        if response.status_code in (307, 308):
            return self._client.build_request(
                asking.method, target, headers=headers, content=asking.content
            )
        for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
            headers.pop(name, None)
        return self._client.build_request("GET", target, headers=headers)

    def _patience(self, response: httpx.Response, attempt: int) -> float:
        asked_s = _retry_after(response.headers.get("Retry-After"))
        if asked_s is None:
            return _back_off(attempt)
        if asked_s > WAIT_MAX_S:
            raise CatalogueError(
                f"{response.request.url.host} is busy (HTTP {response.status_code}) and asks to "
                f"come back in {asked_s:.0f} s"
            )
        return asked_s

    def _words(self, response: httpx.Response) -> str:
        status = response.status_code
        if status in (401, 403):
            return (
                f"HTTP {status}, refused; if this catalogue wants a key, set it in "
                "LONGAN_CATALOGUE_KEYS"
            )
        if status == 404:
            return "HTTP 404, there is nothing at this address"
        if status in _BUSY:
            return f"HTTP {status}, still busy after {TRIES} tries; come back later"
        return f"HTTP {status}"


def _back_off(attempt: int) -> float:
    return min(60.0, 2.0**attempt) * random.uniform(0.75, 1.25)


def _retry_after(value: str | None) -> float | None:
    """Seconds out of a Retry-After header, which is a number or a date; None if it is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    with contextlib.suppress(ValueError, TypeError):
        at = email.utils.parsedate_to_datetime(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return max(0.0, (at - datetime.now(UTC)).total_seconds())
    return None


def as_headers(**values: str | None) -> Mapping[str, str]:
    """Headers out of names with `_` for `-`, without those that are None."""
    return {name.replace("_", "-"): value for name, value in values.items() if value is not None}
