"""An OpenID provider, `oidc-provider-mock`, in its own process."""

import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.platform import until


@dataclass(frozen=True)
class Account:
    sub: str
    claims: dict[str, Any]


class Provider:
    """The provider, and a person who clicks through its pages."""

    def __init__(self, address: str) -> None:
        self.address = address

    def knows(self, user: Account) -> None:
        claims = dict(user.claims)
        told = httpx.put(f"{self.address}/users/{user.sub}", json=claims)
        assert told.is_success, told.text

    def click(self, there: str, subject: str) -> str:
        """Where the provider leads back to after somebody said who he is."""
        said = httpx.post(there, data={"sub": subject})
        assert said.status_code == 302, said.text
        return said.headers["location"]


@contextmanager
def running_provider() -> Generator[Provider]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    flags = ["--require-nonce", "true", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(address), 30, "the provider answers")
        yield Provider(address)
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).is_success
    except httpx.TransportError:
        return False
