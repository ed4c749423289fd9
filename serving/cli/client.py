"""The running platform, over its public API."""

from pathlib import Path
from typing import Any

import httpx

from algorithms.errors import LonganError
from serving.settings import Settings


class PlatformError(LonganError):
    """The platform cannot be reached or refused."""


class Client:
    """Signed in by `LONGAN_TOKEN`, or by the admin token in the data folder of this machine."""

    def __init__(self, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        token = settings.token
        if token is None and settings.admin_token_file.is_file():
            token = settings.admin_token_file.read_text(encoding="utf-8").strip()
        if token is None:
            raise PlatformError(
                f"no token: expected LONGAN_TOKEN or {settings.admin_token_file}; run this in the "
                "folder where `longan up` runs, or set LONGAN_TOKEN and LONGAN_URL"
            )
        self.url = settings.url
        self.http = httpx.Client(
            base_url=f"{settings.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """One request.

        Returns:
            The JSON answer; None where there is none.

        Raises:
            PlatformError: Not reachable, or refused; in the platform's own words.
        """
        try:
            answer = self.http.request(method, path, **kwargs)
        except httpx.TransportError as error:
            raise PlatformError(
                f"no platform answers at {self.url} ({error}); start one with `longan up`, "
                "or set LONGAN_URL"
            ) from error
        if answer.is_error:
            raise PlatformError(_words(answer))
        return answer.json() if answer.content else None

    def download(self, path: str, target: Path) -> None:
        """Write what is at a path into a file, whole or not at all; raises as `call` does."""
        coming = target.with_name(f"{target.name}.part")
        try:
            with self.http.stream("GET", path) as answer:
                if answer.is_error:
                    answer.read()
                    raise PlatformError(_words(answer))
                with coming.open("wb") as file:
                    for chunk in answer.iter_bytes():
                        file.write(chunk)
            coming.replace(target)
        except httpx.TransportError as error:
            raise PlatformError(f"the platform at {self.url} went away ({error})") from error
        finally:
            coming.unlink(missing_ok=True)


def _words(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return f"{problem['title']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code} from {answer.request.url.path}"
