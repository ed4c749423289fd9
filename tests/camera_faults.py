# pyright: basic
"""What can befall a camera, done to small brightness pictures."""

from collections.abc import Callable

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Fault = Callable[[Picture, Picture, int], Picture]
"""The picture as it would be, the one with which the fault began, a number for chance."""


def frozen(picture: Picture, begun: Picture, chance: int) -> Picture:
    return begun


def dark(picture: Picture, begun: Picture, chance: int) -> Picture:
    return _noisy(picture * 0.06, chance)


def covered(picture: Picture, begun: Picture, chance: int) -> Picture:
    """A hand in front of the lens: light from one side, and noise."""
    light = np.linspace(60, 110, picture.shape[1])[None].repeat(picture.shape[0], 0)
    return _noisy(light, chance)


def blurred(picture: Picture, begun: Picture, chance: int) -> Picture:
    return _noisy(cv2.GaussianBlur(picture.astype(np.float64), (0, 0), 2.5), chance)


def moved(picture: Picture, begun: Picture, chance: int) -> Picture:
    """Turned by a third of its view; what comes into view is unlike what was there."""
    return np.roll(picture[:, ::-1], (17, 110), (0, 1))


def lights_on(picture: Picture, begun: Picture, chance: int) -> Picture:
    """A lamp on the left: brighter, flatter, and not everywhere the same."""
    light = np.linspace(1.9, 0.9, picture.shape[1])[None]
    return _noisy(255 * (picture / 255) ** 0.7 * light, chance)


def dusk(picture: Picture, begun: Picture, chance: int) -> Picture:
    return _noisy(picture * 0.35 + 5, chance)


def rain(picture: Picture, begun: Picture, chance: int) -> Picture:
    """Less contrast, bright streaks."""
    rng = np.random.default_rng(chance)
    streaks = np.zeros(picture.shape)
    for _ in range(150):
        x, y = int(rng.integers(picture.shape[1])), int(rng.integers(picture.shape[0]))
        streaks[y : y + 9, x] = 40
    return _noisy(picture * 0.6 + 60 + streaks, chance)


def bus(picture: Picture, begun: Picture, chance: int) -> Picture:
    """It fills all but the edge, with windows and a coat of one colour."""
    out = picture.copy()
    out[10:, 5:] = 150
    for x in range(chance * 13 % 40, picture.shape[1] - 40, 50):
        out[40:80, x : x + 40] = 60
    return _noisy(out, chance)


def shaken(picture: Picture, begun: Picture, chance: int) -> Picture:
    """Wind."""
    return np.roll(picture, (chance % 3 - 1, chance % 2), (0, 1))


FAULTS: dict[str, Fault] = {
    "frozen": frozen,
    "dark": dark,
    "covered": covered,
    "blurred": blurred,
    "moved": moved,
}

HARMLESS: dict[str, tuple[Fault, int]] = {
    "lights_on": (lights_on, 30),
    "dusk": (dusk, 30),
    "rain": (rain, 30),
    "bus": (bus, 6),
    "shaken": (shaken, 30),
}
"""What must not be taken for trouble, and how many seconds it lasts."""


def _noisy(image: MatLike, chance: int) -> Picture:
    noise = np.random.default_rng(chance).normal(0, 1.0, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)
