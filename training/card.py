"""The model card, written from what a run left in its folder."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import supervision as sv

from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from scenarios.scorecard import ClassCard, Estimate, Rate, Scorecard, SliceCard
from training.datasets.store import sha256_of
from training.provenance import origins, pictures
from training.recipes.recipe import Plan
from training.runs import EXPORT, METRICS, PARITY, kept, kept_manifest, kept_plan

CARD = "MODEL_CARD.md"
EXAMPLE = "example.jpg"

FEW = 30
"""Of fewer things little can be said."""


def write_card(folder: Path) -> Path:
    """Write `MODEL_CARD.md` of a run that is done; again after an export.

    Raises:
        TrainingError: The run is not done.
    """
    plan, manifest = kept_plan(folder), kept_manifest(folder)
    metrics = kept(folder, METRICS)
    cards = {name: Scorecard.model_validate(m["scorecard"]) for name, m in metrics.items()}
    parts = [
        _title(manifest, cards),
        _made(folder, plan, manifest),
        _data(plan, manifest),
        *(_measured(name, card, _seen(plan, metrics[name])) for name, card in cards.items()),
        "## Weak spots\n\n" + "\n".join(f"- {said}" for said in weak_spots(cards)),
        _export(kept(folder, EXPORT), kept(folder, PARITY)),
    ]
    file = folder / CARD
    file.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
    return file


def draw_example(detector: Detector, picture: Path, folder: Path) -> None:
    """Write `example.jpg`: what the network finds in one picture, at its operating point."""
    image = cv2.imread(str(picture))
    if image is None:
        return
    (found,) = detector.detect([np.ascontiguousarray(image[:, :, ::-1], np.uint8)])
    scores = np.asarray(found.confidence, np.float32).tolist()
    names = found.data["class_name"]
    labels = [f"{name} {score:.2f}" for name, score in zip(names, scores, strict=True)]
    drawn = sv.BoxAnnotator().annotate(np.asarray(image, np.uint8), found)
    drawn = sv.LabelAnnotator(text_scale=0.4, text_padding=2).annotate(drawn, found, labels)
    cv2.imwrite(str(folder / EXAMPLE), np.asarray(drawn))


def weak_spots(cards: Mapping[str, Scorecard]) -> list[str]:
    """What the numbers say against a network, in sentences; worst first.

    A slice is named where even its upper bound of recall is below what all of the data has;
    a class where its AP50 is below the mean's lower bound; a data set where its mean is below
    the lower bound of the best one's.
    """
    said = [*_weak_data(cards), *_weak_classes(cards), *_weak_slices(cards)]
    thin = [
        f"{name}: {part.by} {part.name} ({part.recall.n})"
        for name, card in cards.items()
        for part in card.slices
        if part.recall.n < FEW and part.by != "camera"
    ]
    if thin:
        said.append(f"Fewer than {FEW} things to tell from: {'; '.join(thin)}.")
    if not cards:
        return ["It was not measured: there were no pictures that the training had not seen."]
    return said or ["No class, slice or data set stands out from the rest."]


def _weak_data(cards: Mapping[str, Scorecard]) -> Iterator[str]:
    best = max(cards.values(), key=lambda card: card.map50.value or 0, default=None)
    for name, card in cards.items():
        if best is not None and _below(card.map50.value, best.map50.low):
            yield (
                f"**{name}**: mean AP50 {_figure(card.map50)}; "
                f"the best data set has {_figure(best.map50)}."
            )


def _weak_classes(cards: Mapping[str, Scorecard]) -> Iterator[str]:
    for name, card in cards.items():
        for key, one in card.classes.items():
            if _below(one.ap50.value, card.map50.low):
                yield (
                    f"**{key}** on {name}: AP50 {_figure(one.ap50)}; "
                    f"the mean is {_figure(card.map50)}."
                )


def _weak_slices(cards: Mapping[str, Scorecard]) -> Iterator[str]:
    found: list[tuple[float, str]] = []
    for name, card in cards.items():
        hits = sum(one.recall.hits for one in card.classes.values())
        things = sum(one.recall.n for one in card.classes.values())
        for part in card.slices:
            if things and part.recall.n >= FEW and _below(part.recall.high, hits / things):
                text = f"**{part.by} {part.name}** on {name}: recall {_figure(part.recall)} of "
                text += f"{part.recall.n}, all together {hits / things:.3f}."
                found.append((part.recall.value or 0, text))
    yield from (text for _, text in sorted(found))


def _below(value: float | None, bound: float | None) -> bool:
    return value is not None and bound is not None and value < bound


def _title(manifest: AlgorithmManifest, cards: Mapping[str, Scorecard]) -> str:
    names = "、".join(one.zh for one in manifest.classes)
    scores = "；".join(f"{name} {_figure(card.map50)}" for name, card in cards.items())
    return (
        f"# {manifest.name} {manifest.version}\n\n"
        f"{manifest.title_en}: finds {', '.join(one.en for one in manifest.classes)}. "
        "Written by the training run itself.\n\n"
        f"{manifest.title_zh}：识别{names}。"
        f"训练未见数据上的 mAP50（95% 区间）：{scores or '未评估'}。"
        "本卡由训练任务自动生成。"
    )


def _made(folder: Path, plan: Plan, manifest: AlgorithmManifest) -> str:
    run, job, spec = kept(folder, "run.json"), plan.job, manifest.input
    weights = job.weights
    start = f"`{weights.name}`"
    if weights.is_file():
        start += f" (sha256 `{sha256_of(weights)[:16]}…`)"
    versions = run.get("versions", {})
    frameworks = ("torch", job.backend, "onnxruntime")
    settings = (
        f"{job.epochs} epochs at {job.image_px} px, {job.optimizer} {job.learning_rate:g}, "
        f"batch {job.batch}, seed {job.seed}"
    )
    rows = {
        "made by": f"`longan train {run.get('recipe', '')}`, {run.get('started_at', '')}",
        "start": start,
        "training": settings if job.epochs else "none in this run: the start, exported",
        "framework": ", ".join(f"{one} {versions.get(one, '?')}" for one in frameworks),
        "input": f"{spec.width} × {spec.height}, {spec.colour.upper()}, letterbox {spec.letterbox}",
        "output": f"family `{manifest.output.family}`",
        "threshold": f"{manifest.thresholds.confidence:g}",
        "licence": manifest.licence,
        "team": f"{manifest.team}, {manifest.contact}",
    }
    picture = f"\n\n![An example]({EXAMPLE})" if (folder / EXAMPLE).is_file() else ""
    return _table(("", ""), rows.items()) + picture


def _data(plan: Plan, manifest: AlgorithmManifest) -> str:
    text = f"## Data\n\n{manifest.training_data.strip()}"
    rows = [
        (one.name, one.pictures, "<br>".join(map(_cell, one.stated)) or "licence not stated")
        for one in origins(plan.job.data)
    ]
    if rows:
        text += "\n\n" + _table(("trained on", "pictures", "as its source states"), rows)
    return text


def _measured(name: str, card: Scorecard, seen: str) -> str:
    rows = [(key, *_class(one)) for key, one in card.classes.items()]
    heads = ("class", "things", "AP50", "AP50-95", "precision", "recall")
    text = (
        f"## Measured on {name}\n\n"
        f"{card.pictures} pictures of {_cameras(card)}; {seen}. Measured through the ONNX file as "
        f"served. Mean AP50 {_figure(card.map50)}. Precision and recall at "
        f"confidence {card.threshold:g} and an overlap of a half; in brackets 95 % bounds.\n\n"
        + _table(heads, rows)
    )
    if card.slices:
        heads = ("slice", "pictures", "things", "recall", "precision")
        text += "\n\n" + _table(heads, map(_slice, card.slices))
    return text


def _seen(plan: Plan, measured_on: Mapping[str, Any]) -> str:
    """What the training had to do with the pictures of a check."""
    ours = pictures(Path(measured_on["data"]), measured_on["split"])
    if trained_on := len(ours & pictures(plan.job.data, "train")):
        return f"**{trained_on} of them were trained on, so the figures are too good**"
    if ours & pictures(plan.job.data, "val"):
        return "none was trained on, but the best epoch was chosen by them"
    return "the training never saw them"


def _cameras(card: Scorecard) -> str:
    if card.sources < card.pictures:
        return f"{card.sources} cameras"
    return "cameras that the data do not name (if several are of one, the bounds are too tight)"


def _class(one: ClassCard) -> tuple[object, ...]:
    tight = "–" if one.ap50_95 is None else f"{one.ap50_95:.3f}"
    return one.recall.n, _figure(one.ap50), tight, _figure(one.precision), _figure(one.recall)


def _slice(part: SliceCard) -> tuple[object, ...]:
    precision = "–" if part.precision is None else _figure(part.precision)
    return f"{part.by} {part.name}", part.pictures, part.recall.n, _figure(part.recall), precision


def _export(said: Mapping[str, Any], parity: Mapping[str, Any]) -> str:
    parts = ["## Export"]
    if parity:
        allowed = parity["allowed"]
        parts.append(
            f"On {parity['pictures']} pictures ONNX Runtime differs from the framework by at most "
            f"{parity['largest_difference']:.2g} in the raw output ({allowed['absolute']:g} + "
            f"{allowed['relative']:g} of the value are allowed)."
        )
    if said:
        names = list(next(iter(said["versions"].values()))["checks"])
        heads = ("", "file", "MiB", "CPU ms", *(f"AP50 on {name}" for name in names))
        rows = [
            (precision, f"`{one['file']}`", one["mib"], one["cpu_ms"], *_scores(one["checks"]))
            for precision, one in said["versions"].items()
        ]
        parts.append(_table(heads, rows))
        parts.append(f"CPU time of one picture on one thread of {said['cpu']}.")
    return "\n\n".join(parts) if len(parts) > 1 else ""


def _scores(checks: Mapping[str, Any]) -> Iterator[str]:
    for check in checks.values():
        yield ", ".join(f"{name} {_number(ap50)}" for name, ap50 in check["ap50"].items())


def _figure(one: Estimate | Rate) -> str:
    if one.value is None:
        return "–"
    bounds = "" if one.low is None else f" ({_number(one.low)}–{_number(one.high)})"
    return _number(one.value) + bounds


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "/")
