"""What a check finds, and which kinds of faults there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of fault."""

    title: str
    title_zh: str
    points: float
    """Lost from the score of 100 when `full` of all pictures (or boxes) have it."""
    full: float
    """Share at which all points are lost; below, points are lost in proportion."""
    blocks: bool = False
    """A single one keeps the data from passing the gate."""


KINDS = {
    "broken": Kind("Picture cannot be decoded", "图片损坏", 20, 0.02, blocks=True),
    "blurred": Kind("Blurred picture", "图片模糊", 8, 0.2),
    "dark": Kind("Too dark", "过暗", 4, 0.2),
    "bright": Kind("Overexposed", "过曝", 4, 0.2),
    "duplicate": Kind("Exact duplicate", "完全重复", 10, 0.1),
    "near-duplicate": Kind("Near duplicate", "近似重复", 8, 0.2),
    "leak": Kind("Same thing in two splits", "跨集泄漏", 25, 0.05, blocks=True),
    "outside": Kind("Box reaches outside the picture", "标注框越界", 8, 0.02),
    "degenerate": Kind("Box without area", "标注框退化", 15, 0.02, blocks=True),
    "tiny": Kind("Tiny box", "标注框过小", 5, 0.2),
    "whole-image": Kind("Box covers the whole picture", "整图标注框", 12, 0.05),
    "duplicate-box": Kind("The same thing boxed twice", "重复标注框", 10, 0.05),
    "unlabelled": Kind("Picture without any label", "无标注图片", 4, 0.5),
    "missing-label": Kind("The model sees what nobody labelled", "疑似漏标", 12, 0.2),
    "doubtful-label": Kind("The model names it otherwise", "疑似错标", 15, 0.1),
    "unseen-label": Kind("The model doesn't see it", "模型未见", 5, 0.5),
    "rare-class": Kind("Class with few boxes", "类别过少", 8, 0.5),
    "missing-class": Kind("Class missing from a split", "集合缺类", 8, 0.5),
    "no-licence": Kind("Licence unknown", "许可不明", 8, 0.5),
}
"""A new check: a line here, and a function that yields such findings."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at."""

    kind: str
    """Of `KINDS`."""
    detail: str
    picture: int | None = None
    """Index in the data; None where it is about the data as a whole."""
    box: int | None = None
    """Index among the picture's boxes."""
    other: int | None = None
    """The other picture of a pair."""
    region: tuple[float, float, float, float] | None = None
    """`x1 y1 x2 y2` in pixels, of what the model saw."""
    says: str | None = None
    """The data's class that the model says it is; None where the data have no such class."""
