"""A stream's address, and how FFmpeg may open it."""

from urllib.parse import urlsplit, urlunsplit

from serving.outbound import Outbound, OutboundError
from serving.streams.errors import SourceError
from serving.streams.sources.proxy import proxy

_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


def options(scheme: str, outbound: Outbound) -> dict[str, str]:
    """FFmpeg's options for a kind of address."""
    if scheme.startswith("rtsp"):
        # Over UDP one lost packet spoils pictures until the next keyframe. Sound is not asked for.
        return {"rtsp_transport": "tcp", "allowed_media_types": "video"}
    # A playlist from the network must not open files of this machine.
    return {
        "protocol_whitelist": "http,https,tcp,tls,crypto,httpproxy",
        "http_proxy": proxy(outbound),
    }


def reached(url: str, outbound: Outbound) -> str:
    """The address, once its host was judged; that of RTSP with what the host resolved to.

    HTTP goes through the proxy, which judges again. RTSP over TLS keeps the host's name, for its
    certificate; see docs/security.md for what that leaves open.

    Raises:
        SourceError: Nothing may connect there, or the host has no address.
    """
    failure: str
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme.lower()]
        found = outbound.addresses(host, port)
    except OutboundError as error:
        failure = str(error)
    except OSError:
        failure = "The host's name cannot be resolved; check it, and the network."
    except ValueError:
        failure = "Host and port cannot be told apart; correct the address."
    else:
        if parts.scheme.lower() != "rtsp":
            return url
        user, at, _ = parts.netloc.rpartition("@")
        literal = f"[{found[0]}]" if ":" in found[0] else found[0]
        told = f":{parts.port}" if parts.port else ""
        return urlunsplit(parts._replace(netloc=f"{user}{at}{literal}{told}"))
    raise SourceError("unreachable", failure)
