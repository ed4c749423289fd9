"""Places in the picture."""

from functools import cached_property
from typing import Annotated, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Fraction = Annotated[float, Field(ge=0, le=1)]
"""Share of the picture's width or height."""

Point = tuple[Fraction, Fraction]


class Zone(BaseModel):
    """An area an owner has drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=64)
    points: tuple[Point, ...] = Field(min_length=3, max_length=100)
    """Corners as fractions 0–1 of the picture, in order around the area."""

    @model_validator(mode="after")
    def _outline_does_not_cross_itself(self) -> Self:
        if not self._polygon.is_valid or self._polygon.area == 0:
            raise ValueError(
                "points: the outline crosses itself or has no area; "
                "give the corners in order around the zone"
            )
        return self

    @cached_property
    def _polygon(self) -> shapely.Polygon:
        return shapely.Polygon(self.points)

    def contains(self, feet: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie inside.

        Args:
            feet: `(N, 2)` x, y as fractions of the picture.

        Returns:
            `(N,)`; the outline itself is outside.
        """
        return shapely.contains_xy(self._polygon, feet[:, 0], feet[:, 1])
