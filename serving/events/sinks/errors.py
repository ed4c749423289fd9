"""Why a message was not taken."""


class DeliveryError(Exception):
    """The receiver did not take it; it may later."""


class GoneError(DeliveryError):
    """The receiver wants no more messages."""
