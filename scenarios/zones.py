"""Places in the picture: what an owner draws, and what a rule watches.

An owner draws zones and lines. A rule watches one `Area` or one `Line`: an area is an included zone
less all excluded ones, or the whole picture less them where nothing is included.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PositiveFloat,
    Tag,
    TypeAdapter,
    model_validator,
)
from shapely.geometry.base import BaseGeometry

from scenarios.events import Box

Fraction = Annotated[float, Field(ge=0, le=1)]
"""Share of the picture's width or height."""

Point = tuple[Fraction, Fraction]


class Outlined(BaseModel):
    """A part of the picture."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=64)
    points: tuple[Point, ...] = Field(min_length=3, max_length=100)
    """Corners as fractions 0–1 of the picture, in order around the area."""

    @model_validator(mode="after")
    def _outline_does_not_cross_itself(self) -> Self:
        if not self.polygon.is_valid or self.polygon.area == 0:
            raise ValueError(
                "points: the outline crosses itself or has no area; "
                "give the corners in order around the zone"
            )
        return self

    @cached_property
    def polygon(self) -> shapely.Polygon:
        return shapely.Polygon(self.points)


class Zone(Outlined):
    """An area an owner has drawn."""

    kind: Literal["include", "exclude"] = "include"
    """`exclude`: what stands here is never counted, whatever else is drawn over it."""

    size_m: tuple[PositiveFloat, PositiveFloat] | None = None
    """Of a zone with four corners that is a rectangle on the ground: how long it is in metres from
    the first corner to the second, and from the second to the third. Speeds in km/h and densities
    need it."""

    @model_validator(mode="after")
    def _measured_is_a_quadrangle(self) -> Self:
        if self.size_m is None:
            return self
        if len(self.points) != 4 or self.polygon.convex_hull.area > self.polygon.area + 1e-9:
            raise ValueError(
                "size_m: only a convex zone with four corners has a size in metres; "
                f"this one has {len(self.points)} corners"
            )
        return self


class PrivacyArea(Outlined):
    """A part of a camera's picture that nobody may see."""


class Line(BaseModel):
    """A line an owner has drawn, to be crossed.

    It has a left and a right hand, as seen by one who walks along it from its first point to its
    last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=64)
    points: tuple[Point, ...] = Field(min_length=2, max_length=100)
    """Ends and bends as fractions 0–1 of the picture, in order along the line."""

    kind: Literal["line"] = "line"

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if any(a == b for a, b in pairwise(self.points)):
            raise ValueError("points: two points in a row are the same; leave one out")
        return self

    @property
    def box(self) -> Box:
        return _bounds(shapely.LineString(self.points))

    def crossed(self, start: NDArray[np.float64], end: NDArray[np.float64]) -> int:
        """Whether a step crosses the line, and to which side.

        Args:
            start: `(2,)` x, y as fractions of the picture.
            end: Likewise.

        Returns:
            1 from left to right, -1 from right to left, 0 if it crosses not at all or twice.
        """
        corners = np.array(self.points)
        total = 0
        for a, b in pairwise(corners):
            before, after = _turn(a, b, start), _turn(a, b, end)
            if (before < 0) != (after < 0) and (
                (_turn(start, end, a) < 0) != (_turn(start, end, b) < 0)
            ):
                total += 1 if before < 0 else -1
        return total

    def distance(self, point: NDArray[np.float64]) -> float:
        """From the line, as a fraction of the picture."""
        return float(shapely.LineString(self.points).distance(shapely.Point(point)))


def _kind(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return "line" if kind == "line" else "zone"


Shape = Annotated[Annotated[Zone, Tag("zone")] | Annotated[Line, Tag("line")], Discriminator(_kind)]
"""What an owner can draw. What says no `kind` is an included zone."""

SHAPE: TypeAdapter[Shape] = TypeAdapter(Shape)


@dataclass(frozen=True)
class Area:
    """Where one rule watches.

    Args:
        name: Of its zone; None for the whole picture.
        polygon: In fractions of the picture.
        to_metres: `(3, 3)` homography from fractions to metres on the ground, where it is known.
    """

    name: str | None = None
    polygon: BaseGeometry = field(default_factory=lambda: shapely.box(0, 0, 1, 1))
    to_metres: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, zone: Zone | None, excluded: Sequence[Zone] = ()) -> "Area":
        """A zone, or the whole picture, less what is excluded."""
        area = cls() if zone is None else cls(zone.name, zone.polygon, _homography(zone))
        if not excluded:
            return area
        holes = shapely.union_all([hole.polygon for hole in excluded])
        return cls(area.name, shapely.difference(area.polygon, holes), area.to_metres)

    @property
    def is_whole_picture(self) -> bool:
        return self.name is None and self.polygon.area == 1

    @property
    def box(self) -> Box:
        return _bounds(self.polygon)

    def contains(self, feet: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie inside.

        Args:
            feet: `(N, 2)` x, y as fractions of the picture.

        Returns:
            `(N,)`; the outline itself is outside.
        """
        return shapely.contains_xy(self.polygon, feet[:, 0], feet[:, 1])

    def covered(self, boxes: NDArray[np.float64]) -> float:
        """Share of the area that lies under the boxes, 0–1; what two cover counts once.

        Args:
            boxes: `(N, 4)` `x1 y1 x2 y2` as fractions of the picture.
        """
        if not len(boxes) or not self.polygon.area:
            return 0.0
        corners = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]]
        under = shapely.union_all([shapely.Polygon(box) for box in corners])
        return float(shapely.intersection(under, self.polygon).area / self.polygon.area)

    def metres(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points on the ground, `(N, 2)` fractions of the picture, in metres; NaN if unmeasured."""
        if self.to_metres is None:
            return np.full_like(points, np.nan)
        there = np.column_stack([points, np.ones(len(points))]) @ self.to_metres.T
        return there[:, :2] / there[:, 2:]

    @property
    def square_metres(self) -> float:
        """NaN if unmeasured."""
        if self.to_metres is None:
            return float("nan")
        return float(shapely.transform(self.polygon, self.metres).area)


def _homography(zone: Zone) -> NDArray[np.float64] | None:
    """From the picture to a rectangle on the ground."""
    if zone.size_m is None:
        return None
    width, length = zone.size_m
    there = ((0.0, 0.0), (width, 0.0), (width, length), (0.0, length))
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(zone.points, there, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    return np.append(np.linalg.solve(np.array(rows), np.ravel(there)), 1.0).reshape(3, 3)


def _turn(a: NDArray[np.float64], b: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    """Below 0 where p is to the left of the way from a to b (y points down in a picture)."""
    return float((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))


def _bounds(shape: BaseGeometry) -> Box:
    x1, y1, x2, y2 = (round(float(v), 4) for v in shape.bounds)
    return (x1, y1, x2, y2)
