"""Why a message was not taken."""


class DeliveryError(Exception):
    """The receiver did not take it; it may later."""


class AwayError(DeliveryError):
    """Nobody was there to be sent anything: this says nothing of the message."""


class GoneError(DeliveryError):
    """The receiver wants no more messages."""
