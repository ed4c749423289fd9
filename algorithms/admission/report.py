"""What the trial of a model measured, and the verdict over it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=10**12)]


class _Part(BaseModel):
    # It comes out of a process that a hostile file may have taken over: only what is expected.
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class BatchCost(_Part):
    """What one batch costs on one thread of this machine."""

    pictures: Count

    ms: Amount | None
    """Median time of one run; None where the limits did not allow it."""

    memory_mib: Amount
    """Peak memory of the whole process so far."""


class Parity(_Part):
    """A model beside the network it was exported from, on what its team handed in of that one."""

    pictures: Count

    from_pictures: bool
    """The input was made of pictures as the manifest says; else the team made it."""

    largest_difference: Amount | None
    """Between two raw outputs; null where their shapes are never the same."""

    mean_difference: Amount | None

    boxes: Count
    """At the operating point and before suppression, of either; at most 300 a picture each."""

    matched: Count
    """Of those: the other has it, too, to one pixel of the input and 0.01 in score."""

    agrees: bool
    """Every number is within 0.01 + 1 %, or every box is matched."""


class TrialReport(_Part):
    """How a model behaved in the sandbox."""

    opset: Count
    operators: Count
    parameters: Count

    load_ms: Amount
    """CPU time, however busy the machine."""

    batches: Annotated[tuple[BatchCost, ...], Field(max_length=8, strict=False)]

    dynamic_batch: bool
    """It takes several pictures at once."""

    deterministic: bool
    """The same picture twice gave the same numbers to the last bit."""

    boxes_on_blank: Count
    """Detections at the operating point on a picture without anything in it."""

    boxes_on_noise: Count

    on_nan: Literal["finite", "nan", "error"]
    """What comes out when the input is not a number: a broken picture must not look like a find."""

    parity: Parity | None = None
    """Null where the team handed in no reference outputs."""

    runtime: Annotated[str, Field(max_length=64)]

    hardware: Annotated[str, Field(max_length=128)] = ""
    """The processor, as the platform sees it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a check.

    Args:
        reasons: Why the model is refused, one sentence for each thing that is wrong; empty:
            admitted.
        report: What was measured; None where the check did not get that far.
    """

    reasons: list[str]
    report: TrialReport | None = None
