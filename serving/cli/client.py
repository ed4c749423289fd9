"""The running platform, as the commands reach it."""

import longan_client
from longan_client import PlatformError as PlatformError
from serving.settings import Settings


class Client(longan_client.Client):
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
        super().__init__(settings.url, token)
