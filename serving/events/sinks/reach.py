"""Whether a broker is where the platform may connect to; see docs/security.md."""

from serving.events.sinks.errors import AwayError
from serving.outbound import OutboundError
from serving.settings import Settings


def check_reach(host: str, port: int) -> None:
    """Judge a broker's addresses, before its client connects to it by name.

    Raises:
        AwayError: Nothing may connect there, or it has no address.
    """
    try:
        Settings().outbound.addresses(host, port)
    except OutboundError as error:
        raise AwayError(str(error)) from error
    except OSError as error:
        raise AwayError(f"no connection ({type(error).__name__})") from error
