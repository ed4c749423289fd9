"""Takes a camera's secrets out of a text that somebody else wrote."""

from urllib.parse import unquote

_PLACEHOLDER = "***"


def redact(text: str, url: str) -> str:
    """Replaces everything secret in `url` wherever `text` quotes it.

    That is the whole address, the user and password before the host, either of them alone, each
    also percent-decoded, and the query, where keys travel.

    >>> redact("could not open rtsp://me:s%40x@10.0.0.1/a", "rtsp://me:s%40x@10.0.0.1/a")
    'could not open ***'
    >>> redact("password s@x refused", "rtsp://me:s%40x@10.0.0.1/a")
    'password *** refused'
    """
    after_scheme = url.partition("://")[2]
    authority = after_scheme.partition("/")[0]
    user_info = authority.rpartition("@")[0]
    secrets = {url, after_scheme, user_info, url.partition("?")[2], user_info.partition(":")[2]}
    secrets |= {unquote(secret) for secret in secrets}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _PLACEHOLDER)
    return text
