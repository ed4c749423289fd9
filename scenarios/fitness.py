"""Whether a camera is fit for a scenario, in words: its picture, the size of targets, its rate.

What a camera sees is kept as a histogram of heights that forgets. It holds what the algorithm has
found: of things too small to be found it knows nothing, so that a camera far too distant shows by
finding nothing at all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from scenarios.rules import RuleConfig
from scenarios.rules.association import AssociationConfig
from scenarios.scenario import Scenario
from scenarios.scene import Scene

HALF_LIFE = timedelta(hours=6)
"""After so long a sighting counts half."""

FADE = timedelta(minutes=1)
"""So often sightings lose weight."""

BINS_PER_OCTAVE = 4
"""Heights in one bin differ by 19 %."""

FADED = 0.01
"""What counts less is forgotten."""

ENOUGH = 10.0
"""Sightings, faded as they are, from which a size can be told."""

MOST_TRACKS = 1000

TOO_SMALL, SOME_SMALL = 0.5, 0.2
"""Share of the targets below the needed height: from here on unfit, or doubtful."""

REACHED = 0.7
"""Share of the wanted rate that counts as reached."""

Verdict = Literal["fit", "check", "unknown", "doubtful", "unfit"]
"""`check`: only a person can tell. From the best to the worst."""

_WORSE: tuple[Verdict, ...] = ("fit", "check", "unknown", "doubtful", "unfit")

_TROUBLES: dict[str, tuple[str, str]] = {
    "frozen": ("画面静止不动：重启摄像机", "the picture is frozen: restart the camera"),
    "dark": (
        "画面过暗：补光或调整曝光",
        "the picture is too dark: add light or raise its exposure",
    ),
    "covered": ("镜头被遮挡：清除遮挡物", "the lens is covered: clear it"),
    "blurred": ("画面模糊：擦拭镜头或重新对焦", "the picture is blurred: clean or focus the lens"),
    "moved": (
        "摄像机视角已变：恢复视角或重新绘制区域",
        "the view has moved: turn it back, or draw the zones anew",
    ),
    "low_fps": ("帧率过低：检查网络", "too few pictures arrive: check the network"),
    "decode_errors": ("码流损坏：检查网络", "pictures arrive broken: check the network"),
    "no_signal": ("没有画面：检查摄像机与网络", "no pictures arrive: check camera and network"),
}
"""Reason of a stream's state → what to do about it."""


class SizeHistogram:
    """How high the things are that a camera sees, by class, in pixels of the analysed picture.

    A track counts once for each height that it has, so that what is parked counts once and what
    passes counts at every size it takes.
    """

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, float]] = {}
        self._faded_at: datetime | None = None
        self._tracks: dict[int, tuple[str, int]] = {}

    def observe(self, scene: Scene) -> None:
        """Take in the next scene; times rise from call to call."""
        self._fade(scene.at)
        if len(self._tracks) > MOST_TRACKS:
            self._tracks.clear()
        for index in range(len(scene)):
            track = int(scene.track_ids[index])
            top, bottom = float(scene.boxes[index, 1]), float(scene.boxes[index, 3])
            if track < 0 or top < 1 or bottom > scene.height_px - 1:
                continue  # seen once only, or cut off by the picture's edge
            seen = (str(scene.class_names[index]), _bin(bottom - top))
            if self._tracks.get(track) != seen:
                self._tracks[track] = seen
                self._count(*seen)

    def add(self, class_name: str, height_px: float) -> None:
        """Count one sighting."""
        self._count(class_name, _bin(height_px))

    def seen(self, classes: Sequence[str]) -> float:
        """Sightings of these classes, faded."""
        return sum(count for _, count in self._sizes(classes))

    def share_below(self, classes: Sequence[str], height_px: float) -> float:
        """Share of the sightings whose height is less, 0–1; 0 without any."""
        below = sum(count for bin_, count in self._sizes(classes) if _height(bin_) < height_px)
        return below / (self.seen(classes) or 1.0)

    def percentile(self, classes: Sequence[str], share: float) -> float | None:
        """Height in pixels that this share of the sightings does not exceed; None without any."""
        reached, wanted = 0.0, share * self.seen(classes)
        for bin_, count in sorted(self._sizes(classes)):
            reached += count
            if reached >= wanted:
                return _height(bin_)
        return None

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads: a few hundred bytes."""
        return {
            "at": None if self._faded_at is None else self._faded_at.isoformat(),
            "counts": {
                name: {str(bin_): round(count, 2) for bin_, count in sorted(counts.items())}
                for name, counts in sorted(self._counts.items())
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "SizeHistogram":
        """As it was; empty from None."""
        histogram = cls()
        if value is not None:
            at: str | None = value["at"]
            histogram._faded_at = None if at is None else datetime.fromisoformat(at)
            counts: dict[str, dict[str, float]] = value["counts"]
            histogram._counts = {
                name: {int(bin_): count for bin_, count in bins.items()}
                for name, bins in counts.items()
            }
        return histogram

    def _count(self, class_name: str, bin_: int) -> None:
        counts = self._counts.setdefault(class_name, {})
        counts[bin_] = counts.get(bin_, 0.0) + 1

    def _fade(self, at: datetime) -> None:
        if self._faded_at is None:
            self._faded_at = at
        if at - self._faded_at < FADE:
            return
        share = 0.5 ** ((at - self._faded_at) / HALF_LIFE)
        self._faded_at = at
        faded = {
            name: {b: c * share for b, c in counts.items() if c * share >= FADED}
            for name, counts in self._counts.items()
        }
        self._counts = {name: counts for name, counts in faded.items() if counts}

    def _sizes(self, classes: Sequence[str]) -> list[tuple[int, float]]:
        return [pair for name in set(classes) for pair in self._counts.get(name, {}).items()]


@dataclass(frozen=True, slots=True)
class View:
    """What is known of a camera.

    Args:
        sizes: Of what it has seen.
        asked_fps: Pictures a second that are asked for; of a polled address, that come.
        width_px: Of the analysed picture; None: nothing has been seen yet.
        height_px: Likewise.
        source_fps: Pictures a second that the camera delivers; None where it does not say.
        wanted_fps: Pictures a second worth analysing lately; None: not known.
        analysed_fps: Pictures a second that were analysed lately; None: not known.
        reason: What is wrong with the stream; None: nothing.
        message: The same in words.
        on_sub_stream: A larger picture is there and not analysed.
        enough: Sightings from which a size can be told.
    """

    sizes: SizeHistogram
    asked_fps: float
    width_px: int | None = None
    height_px: int | None = None
    source_fps: float | None = None
    wanted_fps: float | None = None
    analysed_fps: float | None = None
    reason: str | None = None
    message: str | None = None
    on_sub_stream: bool = False
    enough: float = ENOUGH


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out about a camera."""

    about: Literal["picture", "size", "rate", "view", "zones"]
    verdict: Verdict
    zh: str
    en: str


ClassNames = Mapping[str, tuple[str, str]]
"""Class → Chinese and English name."""

_NO_NAMES: dict[str, tuple[str, str]] = {}


def findings(
    scenario: Scenario, rule: RuleConfig, view: View, names: ClassNames = _NO_NAMES
) -> list[Finding]:
    """Everything that can be said of a camera for a scenario.

    Args:
        scenario: What it should be fit for.
        rule: As it is deployed.
        view: What is known of the camera.
        names: What classes are called; one without a name is called by its key.
    """
    return [
        _picture(view),
        _size(scenario, targets_of(rule), view, names),
        *_rate(scenario, view),
        Finding(
            "view",
            "check",
            f"请人工核对视角：{scenario.camera.view_zh}",
            f"check the view by eye: {scenario.camera.view_en}",
        ),
    ]


def verdict_of(found: Sequence[Finding]) -> Verdict:
    """The worst; what only a person can tell counts as fit."""
    worst = max((_WORSE.index(each.verdict) for each in found), default=0)
    return "fit" if _WORSE[worst] == "check" else _WORSE[worst]


def targets_of(rule: RuleConfig) -> tuple[str, ...]:
    """Classes whose height matters: what the rule judges."""
    if isinstance(rule, AssociationConfig):
        return (rule.lacking, *rule.having)
    return rule.classes


def _picture(view: View) -> Finding:
    if view.reason is not None:
        told = view.message or view.reason
        zh, en = _TROUBLES.get(view.reason, (f"视频流异常：{told}", f"the stream is ill: {told}"))
        return Finding("picture", "unfit", zh, en)
    if view.width_px is None:
        return Finding("picture", "unknown", "还没有收到画面", "no picture has come yet")
    size = f"{view.width_px} × {view.height_px}"
    return Finding("picture", "fit", f"画面正常，{size} 像素", f"the picture is fine, {size} px")


def _size(scenario: Scenario, classes: Sequence[str], view: View, names: ClassNames) -> Finding:
    zh = "、".join(names.get(name, (name, name))[0] for name in classes)
    en = ", ".join(names.get(name, (name, name))[1].lower() for name in classes)
    needed = scenario.camera.target_px
    half = view.sizes.percentile(classes, 0.5)
    if half is None or view.sizes.seen(classes) < view.enough:
        return Finding(
            "size",
            "unknown",
            f"最近很少看到目标（{zh}），无法判断大小；本场景需要 {needed:g} 像素高",
            f"too few targets ({en}) were seen lately to tell their size; the scenario needs "
            f"{needed:g} px of height",
        )
    small = view.sizes.share_below(classes, needed)
    if small <= SOME_SMALL:
        return Finding(
            "size",
            "fit",
            f"目标（{zh}）在此约 {half:.0f} 像素高，本场景需要 {needed:g}",
            f"targets ({en}) are {half:.0f} px high here; the scenario needs {needed:g}",
        )
    advice_zh = "改用主码流或移近摄像机" if view.on_sub_stream else "移近摄像机或拉近镜头"
    advice_en = (
        "use the main stream or move the camera closer"
        if view.on_sub_stream
        else "move the camera closer or zoom in"
    )
    if small > TOO_SMALL:
        return Finding(
            "size",
            "unfit",
            f"目标（{zh}）在此仅约 {half:.0f} 像素高，本场景需要 {needed:g}：{advice_zh}",
            f"targets ({en}) are {half:.0f} px high here; the scenario needs {needed:g}: "
            f"{advice_en}",
        )
    return Finding(
        "size",
        "doubtful",
        f"{small:.0%} 的目标（{zh}）不足 {needed:g} 像素高，将被漏掉：{advice_zh}",
        f"{small:.0%} of the targets ({en}) are less than {needed:g} px high and will be missed: "
        f"{advice_en}",
    )


def _rate(scenario: Scenario, view: View) -> list[Finding]:
    found: list[Finding] = []
    needed, asked = scenario.camera.fps, view.asked_fps
    if view.source_fps is not None and view.source_fps < 0.9 * needed:
        found.append(
            Finding(
                "rate",
                "unfit",
                f"摄像机每秒只有 {view.source_fps:.3g} 帧，本场景需要 {needed:g}：提高摄像机帧率",
                f"the camera delivers {view.source_fps:.3g} pictures a second; the scenario needs "
                f"{needed:g}: raise its frame rate",
            )
        )
    if asked < 0.99 * scenario.fps:
        found.append(
            Finding(
                "rate",
                "doubtful",
                f"每秒分析 {asked:.3g} 帧，规则需要 {scenario.fps:g}：调高部署的 fps",
                f"{asked:.3g} pictures a second are analysed; the rule wants {scenario.fps:g}: "
                "raise the deployment's fps",
            )
        )
    wanted = min(asked, asked if view.wanted_fps is None else view.wanted_fps)
    if view.analysed_fps is not None and view.analysed_fps < REACHED * wanted:
        found.append(
            Finding(
                "rate",
                "doubtful",
                f"每秒应分析 {wanted:.3g} 帧，实际只有 {view.analysed_fps:.3g}："
                "节点过载，减少任务或增加节点",
                f"{view.analysed_fps:.3g} of {wanted:.3g} pictures a second are reached: the node "
                "has too much to do, give it less or add one",
            )
        )
    if found:
        return found
    return [
        Finding(
            "rate",
            "fit",
            f"每秒分析 {asked:.3g} 帧，足够",
            f"{asked:.3g} pictures a second are analysed, which is enough",
        )
    ]


def _bin(height_px: float) -> int:
    return math.floor(BINS_PER_OCTAVE * math.log2(max(height_px, 1.0)))


def _height(bin_: int) -> float:
    """The middle of a bin."""
    return 2 ** ((bin_ + 0.5) / BINS_PER_OCTAVE)
