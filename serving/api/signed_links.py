"""Links that open one thing for some time, to whoever has them: signed, not stored.

The signature is over path and end, by a key derived from the keys that seal secrets: a link ends
when its time is over, or when the key is forgotten (`longan secrets`).
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from serving.store import sealing

_PURPOSE = "signed links"


def signed(path: str, until: datetime) -> str:
    """The path with a query that opens it until then."""
    ends = str(int(until.timestamp()))
    signature = _signature(sealing.held().derived(_PURPOSE)[0], path, ends)
    return f"{path}?{urlencode({'expires': ends, 'signature': signature})}"


def opens(path: str, query: QueryParams, now: datetime) -> bool:
    """Whether a query opens its path now."""
    ends, given = query.get("expires", ""), query.get("signature", "")
    if not (ends.isascii() and ends.isdecimal() and len(ends) < 12):
        return False
    if datetime.fromtimestamp(int(ends), UTC) <= now:
        return False
    right = [_signature(key, path, ends) for key in sealing.held().derived(_PURPOSE)]
    return any(hmac.compare_digest(one.encode(), given.encode()) for one in right)


def _signature(key: bytes, path: str, ends: str) -> str:
    return hmac.new(key, f"{path}\n{ends}".encode(), sha256).hexdigest()
