"""What cameras on the network say of themselves when they are asked."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Device:
    """A camera that answered.

    Args:
        host: The address it answered from.
        name: As it calls itself; None where it does not say.
        hardware: Its model; likewise.
        service: Where it says that its ONVIF service is; not to be trusted.
    """

    host: str
    name: str | None
    hardware: str | None
    service: str | None


class Discover(Protocol):
    """Asks the network once."""

    def __call__(self) -> list[Device]:
        """Who answered within seconds, by host; blocks for them.

        Raises:
            BusyError: Somebody asks now.
            OSError: There is no network to ask.
        """
        ...
