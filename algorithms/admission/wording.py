"""Text that came out of a hostile file, made safe to show and to log."""

MOST_REASONS = 12
LONGEST_REASON = 500


def shown(text: str | bytes, longest: int = 80) -> str:
    """The text on one line, printable, at most `longest` characters; bytes: what is no UTF-8.

    >>> shown("conv1" + chr(10) + chr(27) + "[31mred")
    'conv1??[31mred'
    >>> shown(bytes([98, 97, 116, 99, 233]))
    'batc?'
    >>> shown("a" * 99, longest=5)
    'aaaa…'
    """
    if isinstance(text, bytes):
        text = text.decode("ascii", "replace").replace("\ufffd", "?")
    line = "".join(c if c.isprintable() else "?" for c in text[: longest + 1])
    return line if len(line) <= longest else line[: longest - 1] + "…"


def shown_shape(shape: tuple[int | str | None, ...]) -> str:
    """A tensor's shape as people write it; what is free by its name.

    >>> shown_shape((1, 3, "height", None))
    '(1, 3, height, any)'
    """
    return "(" + ", ".join("any" if d is None else shown(str(d)) for d in shape) + ")"
