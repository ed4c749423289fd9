"""What a training run is asked for: the words of the API, of schedules and of `longan train`."""

from itertools import product
from random import Random
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, StringConstraints

Rate = Annotated[float, Field(gt=0, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
File = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$")]

MOST_TRIALS = 64


class Search(BaseModel):
    """Settings to try: the values of each; what is left out stays as the recipe has it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    learning_rate: list[Rate] = []
    last_learning_rate: list[Rate] = []
    """As a share of `learning_rate`."""

    batch: list[Annotated[int, Field(ge=1, le=1024)]] = []
    mosaic: list[Share] = []
    freeze: list[Annotated[int, Field(ge=0, le=100)]] = []

    trials: Annotated[int, Field(ge=1, le=MOST_TRIALS)] | None = None
    """So many combinations, drawn at random; null: all of them, 64 at most."""

    def combinations(self, seed: int) -> list[dict[str, Any]]:
        """Settings by name, one mapping a trial; the same for the same seed.

        Raises:
            ValueError: There are more than 64, or none.
        """
        values: dict[str, list[Any]] = self.model_dump(exclude={"trials"})
        named = {name: list(dict.fromkeys(tried)) for name, tried in values.items() if tried}
        if not named:
            raise ValueError("expected values of at least one setting to search over")
        every = [dict(zip(named, chosen, strict=True)) for chosen in product(*named.values())]
        if self.trials is not None and self.trials < len(every):
            return Random(seed).sample(every, self.trials)
        if len(every) > MOST_TRIALS:
            raise ValueError(
                f"{len(every)} combinations, and {MOST_TRIALS} are the most; say with trials how "
                "many to draw, or leave out values"
            )
        return every


class TrainingSpec(BaseModel):
    """What to train on and how; null: as the recipe has it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    release: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6,64}$")] | None = None
    """A dataset release to train on, by its id or the beginning of it; null: the recipe's own
    data sets."""

    weights: File | None = None
    """The network to start from: a file of the folder of base weights, or the `.yaml` of a network
    to train from scratch. Never a path: loading such a file runs code that it may hold."""

    backend: File | None = None
    """The framework, such as `ultralytics`."""

    epochs: Annotated[NonNegativeInt, Field(le=10_000)] | None = None
    image_px: Annotated[int, Field(ge=32, le=4096)] | None = None
    """Size of the pictures in training."""

    seed: Annotated[NonNegativeInt, Field(lt=2**31)] | None = None
    patience: Annotated[PositiveInt, Field(le=10_000)] | None = None
    """Stop after so many epochs without a better mAP50."""

    search: Search | None = None
    """Try several settings and keep the best."""
