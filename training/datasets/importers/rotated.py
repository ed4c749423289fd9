"""Boxes that a person turned: the smallest upright box around one."""

from math import cos, radians, sin


def bounds(
    x: float, y: float, width: float, height: float, degrees: float, pivot: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Left, top, width and height of the upright box around a turned one.

    Args:
        x: Left before the turn.
        y: Top before the turn.
        width: Pixels.
        height: Pixels.
        degrees: Clockwise, as seen on the screen.
        pivot: The point that stays, in pixels: CVAT turns about the middle, Label Studio about
            the corner at left and top.
    """
    if not degrees:
        return x, y, width, height
    angle, (px, py) = radians(degrees), pivot
    corners = [(a - px, b - py) for a in (x, x + width) for b in (y, y + height)]
    xs = [px + a * cos(angle) - b * sin(angle) for a, b in corners]
    ys = [py + a * sin(angle) + b * cos(angle) for a, b in corners]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
