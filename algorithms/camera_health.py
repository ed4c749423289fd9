"""Whether a camera still shows what it should: frozen, dark, covered, blurred or moved pictures.

Looks at one small picture about once a second. What is usual for this camera is learnt from its
own pictures, slowly, and only from those without any sign of trouble.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

Reason = Literal["frozen", "dark", "covered", "blurred", "moved"]

REASONS: tuple[Reason, ...] = ("frozen", "dark", "covered", "blurred", "moved")
"""The first that holds is the one told: a covered lens is also blurred and seems moved."""

WIDTH_PX, HEIGHT_PX = 320, 180
BLOCK_PX = 20

HOLD = timedelta(seconds=7)
"""A sign must last so long to be trouble: longer than a bus that fills the picture."""
CLEAR = timedelta(seconds=4)
"""Trouble is over when its sign has been away for so long."""
PICTURES = 4
"""At least so many pictures must show a sign, however far apart they come."""

LEARN = 8
"""What is usual is not known before so many pictures."""
MEMORY = 300
"""Pictures over which what is usual is averaged."""
ACCEPT = timedelta(minutes=30)
"""A view that has stayed for so long is the camera's new one."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the pictures, in one word and in a sentence."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class _Look:
    """What is measured in one picture.

    Args:
        mean: Brightness, 0 to 255.
        bright: Brightness that only 2 % exceed.
        detail: Contrast of its structures (2 to 10 pixels), 0 to 255, of the strongest 2 %.
        sharpness: The same for the finest structures, as a share of `detail`: fog, rain and dusk
            take from both, a lens out of focus from the finest only.
        shape: `(180, 320)` float32, structures freed of brightness and contrast.
    """

    mean: float
    bright: float
    detail: float
    sharpness: float
    shape: NDArray[np.float32]


class CameraHealth:
    """One camera's pictures, watched for trouble. Every picture is to be shown once."""

    def __init__(self) -> None:
        self._last: NDArray[np.uint8] | None = None
        self._seen = 0
        self._detail = 0.0
        self._sharpness = 0.0
        self._view = _View()
        self._since: dict[Reason, datetime] = {}
        self._pictures: dict[Reason, int] = {}
        self._away_since: datetime | None = None
        self._trouble: Trouble | None = None

    def look(self, picture: NDArray[np.uint8], at: datetime) -> Trouble | None:
        """What is wrong at `at`, if anything.

        Args:
            picture: `(180, 320)` brightness.
            at: When it was taken; rises from call to call.

        Raises:
            ValueError: It has another shape or type.
        """
        if picture.shape != (HEIGHT_PX, WIDTH_PX) or picture.dtype != np.uint8:
            raise ValueError(
                f"picture: expected ({HEIGHT_PX}, {WIDTH_PX}) uint8, "
                f"got {picture.shape} {picture.dtype}"
            )
        look = _measure(picture)
        signs = self._signs(picture, look)
        self._last = picture.copy()
        if not signs:
            self._learn(look)
        self._note(signs, at)
        return self._trouble

    def _signs(self, picture: NDArray[np.uint8], look: _Look) -> dict[Reason, str]:
        """Every reason this one picture gives, with its sentence."""
        signs: dict[Reason, str] = {}
        if self._last is not None and np.array_equal(picture, self._last):
            signs["frozen"] = "The pictures that come are exactly the same, without any noise."
        if look.mean < 20 and look.bright < 50:
            signs["dark"] = f"The picture is dark: mean brightness {look.mean:.0f} of 255."
            return signs  # what is hidden in the dark can't be judged
        if self._seen < LEARN:
            return signs
        lost = self._view.lost_share(look.shape)
        faint = look.detail < min(10.0, self._below("covered", 0.3, 0.4) * self._detail)
        if faint and (lost is None or lost > 0.5):
            signs["covered"] = (
                f"The picture has become almost uniform: contrast {look.detail:.0f}, "
                f"usually {self._detail:.0f}; something may cover the lens."
            )
        if look.sharpness < self._below("blurred", 0.5, 0.65) * self._sharpness:
            signs["blurred"] = (
                f"The picture has lost {1 - look.sharpness / self._sharpness:.0%} of its usual "
                "sharpness; the lens may be dirty, wet or out of focus."
            )
        if lost is not None and lost > self._below("moved", 0.75, 0.5):
            signs["moved"] = (
                f"{lost:.0%} of the usual view is not where it was; the camera may have been "
                "turned: check its zones."
            )
        return signs

    def _below(self, reason: Reason, begin: float, end: float) -> float:
        """The limit at which trouble begins or, once there, ends: so that it does not flicker."""
        return end if self._trouble and self._trouble.reason == reason else begin

    def _learn(self, look: _Look) -> None:
        self._seen += 1
        weight = 1 / min(self._seen, MEMORY)
        # An empty road counts for more than the traffic on it: it is what must still be there.
        rarely = 1.0 if look.detail < self._detail or self._seen == 1 else 0.2
        self._detail += rarely * weight * (look.detail - self._detail)
        self._sharpness += weight * (look.sharpness - self._sharpness)
        self._view.learn(look.shape, weight)

    def _note(self, signs: dict[Reason, str], at: datetime) -> None:
        for reason in REASONS:
            if reason in signs:
                self._since.setdefault(reason, at)
                self._pictures[reason] = self._pictures.get(reason, 0) + 1
            else:
                self._since.pop(reason, None)
                self._pictures.pop(reason, None)
        lasting: list[Reason] = [
            reason
            for reason in REASONS
            if reason in signs
            and at - self._since[reason] >= HOLD
            and self._pictures[reason] >= PICTURES
        ]
        if lasting:
            self._away_since = None
            if self._trouble is None or self._trouble.reason != lasting[0]:
                self._trouble = Trouble(lasting[0], signs[lasting[0]])
        elif self._trouble and self._trouble.reason not in signs:
            self._away_since = self._away_since or at
            if at - self._away_since >= CLEAR:
                self._trouble = self._away_since = None
        if "moved" in signs and at - self._since["moved"] >= ACCEPT:
            self._seen, self._view = 0, _View()


class _View:
    """Where the lasting structures of the view are, in blocks: traffic leaves no trace in it."""

    def __init__(self) -> None:
        self._reference = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
        self._usual = np.zeros((HEIGHT_PX // BLOCK_PX, WIDTH_PX // BLOCK_PX), np.float32)

    def lost_share(self, shape: NDArray[np.float32]) -> float | None:
        """How much of what is always there is not there now; None where hardly anything is."""
        steady = self._usual > 0.6
        if steady.mean() < 0.15:
            return None
        return float((self._likeness(shape)[steady] < 0.3).mean())

    def learn(self, shape: NDArray[np.float32], weight: float) -> None:
        self._usual += weight * (self._likeness(shape) - self._usual)
        self._reference += weight * (shape - self._reference)

    def _likeness(self, shape: NDArray[np.float32]) -> NDArray[np.float32]:
        """Correlation of each block with the reference, -1 to 1."""
        both = _block_sums(shape * self._reference)
        each = _block_sums(shape**2) * _block_sums(self._reference**2)
        return np.asarray(both / np.sqrt(each + 1e-6), np.float32)


def _measure(picture: NDArray[np.uint8]) -> _Look:
    image = picture.astype(np.float32)
    soft = cv2.GaussianBlur(image, (0, 0), 1.0)
    structures = soft - cv2.blur(soft, (17, 17))
    power = cv2.blur(structures**2, (27, 27))
    detail = _strongest(structures)
    return _Look(
        mean=float(image.mean()),
        bright=float(np.percentile(picture[::2, ::2], 98)),
        detail=detail,
        sharpness=_strongest(image - soft) / (detail + 1.0),
        shape=np.asarray(structures / (np.sqrt(np.maximum(power, 0)) + 2.0), np.float32),
    )


def _strongest(structures: MatLike) -> float:
    return float(np.percentile(np.abs(structures[::2, ::2]), 98))


def _block_sums(image: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = image.shape[0] // BLOCK_PX, image.shape[1] // BLOCK_PX
    return image.reshape(rows, BLOCK_PX, columns, BLOCK_PX).sum(axis=(1, 3))
