"""What a model is: `algorithm.yaml`, the contract between a team and the platform."""

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from algorithms.errors import ManifestError

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""Lower-case words joined by hyphens, at most 64 characters."""

SemVer = Annotated[
    str, StringConstraints(pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}(-[0-9A-Za-z.]{1,32})?$")
]

OPEN = "FILL IN"
"""What a draft says where only its team knows."""

ClassKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$", max_length=64)]

Family = Literal[
    "background",
    "classifier",
    "detr",
    "nms",
    "rtdetr",
    "rtdetr-scores",
    "yolo26",
    "yolov5",
    "yolov8",
    "yolox",
]
"""How the raw output is laid out: one of `DECODERS` in `algorithms/decoders/`."""

TensorName = Annotated[str, StringConstraints(min_length=1, max_length=128)]

Finite = Annotated[float, Field(allow_inf_nan=False)]
Divisor = Annotated[float, Field(gt=0, allow_inf_nan=False)]


_NOT_YAML = (
    yaml.YAMLError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    ValueError,
)
"""PyYAML answers hostile text with many kinds of exceptions beside its own."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ClassSpec(_Part):
    """One thing the model can see."""

    key: ClassKey
    """Name used in rules, events and data sets."""

    zh: str = Field(max_length=64)
    en: str = Field(max_length=64)

    group: ClassKey | None = None
    """Classes of one group are states of the same thing (a head with and without a helmet):
    one track may change between them. Default: the class alone."""


class InputSpec(_Part):
    """How a picture becomes the model's input: `(value × scale - mean) / std`."""

    width: PositiveInt = Field(le=4096)
    height: PositiveInt = Field(le=4096)

    layout: Literal["nchw", "nhwc"] = "nchw"
    """`(N, 3, height, width)`, or `(N, height, width, 3)` as TensorFlow has it."""

    colour: Literal["rgb", "bgr"] = "rgb"

    scale: PositiveFloat = Field(default=1 / 255, allow_inf_nan=False)
    """Each 0–255 value is multiplied by this first."""

    mean: tuple[Finite, Finite, Finite] = (0.0, 0.0, 0.0)
    """Then this is subtracted, channel by channel in the order of `colour`."""

    std: tuple[Divisor, Divisor, Divisor] = (1.0, 1.0, 1.0)
    """Then it is divided by this."""

    letterbox: Literal["centre", "top-left", "stretch"] = "centre"
    """Where the picture lies in the padded input; `stretch` fills it and keeps no proportions."""

    pad_value: Annotated[int, Field(ge=0, le=255)] = 114
    """What surrounds the picture, 0–255."""


class OutputSpec(_Part):
    """Where in the network's outputs the boxes are."""

    family: Family

    tensors: tuple[TensorName, ...] = Field(default=(), max_length=4)
    """Names of the outputs in the order the family reads them. Empty: the first output alone."""

    extra_channels: int = Field(default=0, ge=0, le=1024)
    """Channels after the scores that are not read: mask coefficients, key points, a background
    class at the end."""

    activation: Literal["none", "sigmoid", "softmax"] = "none"
    """What makes 0–1 of a classifier's scores."""

    unit: Literal["pixels", "fractions"] = "pixels"
    """Of the boxes of family `nms`: pixels of the input, or parts of its width and height."""

    first_label: int = Field(default=0, ge=0, le=1)
    """Label of the first class in family `nms`; 1 where 0 is the background."""


class Thresholds(_Part):
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.25
    """Boxes below it are dropped: the operating point."""

    iou: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Boxes of one class, or of classes of one group, overlapping more are one thing."""


class AlgorithmManifest(_Part):
    """What a detector is, what it wants and what it gives."""

    name: Slug
    version: SemVer
    task: Literal["detect", "classify"] = "detect"
    """`classify` says one thing about the whole picture, for rules about a state."""

    title_zh: str = Field(max_length=64)
    title_en: str = Field(max_length=64)
    classes: tuple[ClassSpec, ...] = Field(min_length=1, max_length=1000)
    input: InputSpec
    output: OutputSpec
    thresholds: Thresholds = Thresholds()

    min_target_px: PositiveInt = 8
    """Shortest side, in source pixels, of the smallest target that is still seen."""

    licence: str = Field(min_length=1, max_length=128)
    training_data: str = Field(min_length=1, max_length=2000)
    """What it was trained on, or a reference to it."""

    team: str = Field(min_length=1, max_length=128)
    contact: str = Field(min_length=1, max_length=128)

    @model_validator(mode="after")
    def _class_keys_are_unique(self) -> Self:
        keys = self.class_names
        if len(set(keys)) != len(keys):
            raise ValueError("classes: every key must be unique")
        return self

    @model_validator(mode="after")
    def _family_suits_the_task(self) -> Self:
        if (self.task == "classify") != (self.output.family == "classifier"):
            raise ValueError(
                "output.family: expected `classifier` for task classify and another one for task "
                f"detect, got {self.output.family} for task {self.task}"
            )
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class keys in the order of the model's outputs."""
        return tuple(c.key for c in self.classes)

    @property
    def groups(self) -> tuple[str, ...]:
        """The track group of each class, in the same order."""
        return tuple(c.group or c.key for c in self.classes)

    @classmethod
    def from_yaml(cls, text: str, *, where: str = "algorithm.yaml") -> Self:
        """Read a manifest.

        Raises:
            ManifestError: Not YAML, or a field is missing or wrong; names each.
        """
        try:
            document = yaml.safe_load(text)
        except _NOT_YAML as error:
            raise ManifestError(f"{where}: not valid YAML: {error}") from error
        try:
            found = cls.model_validate(document)
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'document'}: {e['msg']}" for e in error.errors()
            )
            raise ManifestError(f"{where}: {wrong}") from error
        # Here and not in the model: versions that entered with one are still to be loaded.
        if still_open := [name for name, value in found if value == OPEN]:
            raise ManifestError(
                f"{where}: {', '.join(still_open)}: expected what the team says, got the "
                f"'{OPEN}' of the draft; write it there"
            )
        return found

    @classmethod
    def from_file(cls, path: Path) -> Self:
        return cls.from_yaml(path.read_text(encoding="utf-8"), where=str(path))
