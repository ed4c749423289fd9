# pyright: basic
"""Each output family against the library its networks come from, on the same picture.

The library does everything in its own way: resizing, the network in PyTorch, decoding and
suppression. We run the file that it exported. Tolerances are those in docs/families.md.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
import supervision as sv
from numpy.typing import NDArray

from algorithms.admission import check
from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from tests.algorithms.decoders.exports import CLASSES, SIZE, photograph, quietly, ultralytics_model

pytest.importorskip("torch")
pytestmark = [
    pytest.mark.training,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of exporters and of what they import
]

YOLOX_NANO = Path(__file__).parents[4] / "shared" / "weights" / "yolox_nano.onnx"
PICTURE = photograph(480, 640)
BOX_PX, SCORE = 0.5, 1e-3
"""How far we may be from the library, in pixels of the picture and in score."""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A folder to work in, with the libraries kept quiet."""
    folder = tmp_path_factory.mktemp("workshop")
    with quietly(folder / "home"), pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def manifest(
    family: str, *, classes: int = CLASSES, thresholds: Any = None, **parts: Any
) -> AlgorithmManifest:
    """`input` and `output` may be given in part."""
    return AlgorithmManifest.model_validate(
        {
            "name": "theirs",
            "version": "1.0.0",
            "task": "classify" if family == "classifier" else "detect",
            "title_zh": "参考",
            "title_en": "Reference",
            "classes": [{"key": str(i), "zh": str(i), "en": str(i)} for i in range(classes)],
            "input": {"width": SIZE, "height": SIZE, **parts.get("input", {})},
            "output": {"family": family, **parts.get("output", {})},
            "thresholds": thresholds or {"confidence": 0.25, "iou": 0.5},
            "licence": "AGPL-3.0",
            "training_data": "none",
            "team": "tests",
            "contact": "tests",
        }
    )


def ours(given: AlgorithmManifest, model: Path, picture: NDArray[np.uint8]) -> sv.Detections:
    """What we find with the exported file, which must be admitted as well."""
    verdict = check(model, given, unprotected=True)
    assert verdict.reasons == []
    return Detector.load(given, model).detect([picture])[0]


def same(found: sv.Detections, boxes: Any, scores: Any, labels: Any, least: int = 5) -> None:
    """Every box of theirs is one of ours, and the other way round."""
    assert len(scores) >= least
    assert len(found) == len(scores)
    theirs = zip(boxes, scores, labels, strict=True)
    order = [_nearest(found, *one) for one in theirs]
    assert sorted(order) == list(range(len(found)))
    np.testing.assert_allclose(found.xyxy[order], boxes, atol=BOX_PX)
    np.testing.assert_allclose(np.asarray(found.confidence)[order], scores, atol=SCORE)


def _nearest(found: sv.Detections, box: Any, score: float, label: float) -> int:
    away = np.abs(found.xyxy - np.asarray(box)).max(axis=1) / BOX_PX
    away += np.abs(np.asarray(found.confidence) - score) / SCORE
    return int(np.where(found.class_id == int(label), away, np.inf).argmin())


def predicted(model: Any, confidence: float = 0.25, **options: Any) -> tuple[Any, Any, Any]:
    """What Ultralytics finds by itself: boxes, scores, classes."""
    found = model.predict(
        PICTURE[:, :, ::-1].copy(),
        imgsz=SIZE, conf=confidence, iou=0.5, rect=False, verbose=False, max_det=300, **options,
    )[0].boxes  # fmt: skip
    return found.xyxy.numpy(), found.conf.numpy(), found.cls.numpy()


def exported(model: Any, **options: Any) -> Path:
    return Path(
        model.export(format="onnx", imgsz=SIZE, simplify=False, opset=17, verbose=False, **options)
    ).absolute()


def unread(name: str) -> int:
    """Channels of a head that are not boxes and scores: mask coefficients, or key points."""
    return {"seg": 32, "pose": 51}.get(name.partition("-")[2], 0)


@pytest.mark.parametrize("name", ["yolov8n", "yolo11n", "yolov8n-seg", "yolov8n-pose"])
def test_yolov8(workshop: Path, name: str) -> None:
    model = ultralytics_model(name)
    theirs = predicted(model)
    given = manifest("yolov8", output={"extra_channels": unread(name)})

    same(ours(given, exported(model), PICTURE), *theirs)


@pytest.mark.parametrize("name", ["yolov10n", "yolo26n", "yolo26n-seg", "yolo26n-pose"])
def test_yolo26(workshop: Path, name: str) -> None:
    model = ultralytics_model(name)
    theirs = predicted(model, nms=False)
    given = manifest("yolo26", output={"extra_channels": unread(name)})

    same(ours(given, exported(model, nms=False), PICTURE), *theirs)


def test_yolo26_with_suppression_in_the_graph(workshop: Path) -> None:
    model = ultralytics_model("yolov8n")
    theirs = predicted(model)
    file = exported(model, nms=True, conf=0.25, iou=0.5)

    same(ours(manifest("yolo26"), file, PICTURE), *theirs)


def test_rtdetr(workshop: Path) -> None:
    model = ultralytics_model("rtdetr-resnet50")
    theirs = predicted(model, 0.6)
    given = manifest(
        "rtdetr", input={"letterbox": "stretch"}, thresholds={"confidence": 0.6, "iou": 0.5}
    )

    same(ours(given, exported(model), PICTURE), *theirs)


def test_classifier_with_its_softmax_inside(workshop: Path) -> None:
    import torch
    from ultralytics import YOLO

    torch.manual_seed(0)
    model = cast("Any", YOLO("yolov8n-cls.yaml"))
    picture = photograph(SIZE, SIZE)  # of its own size: theirs crops where ours stretches
    theirs = model.predict(picture[:, :, ::-1].copy(), imgsz=SIZE, verbose=False)[0].probs
    given = manifest("classifier", classes=1000, thresholds={"confidence": 1e-6, "iou": 0.5})

    found = ours(given, exported(model), picture)

    assert found.class_id is not None
    assert found.class_id.tolist() == [theirs.top1]
    np.testing.assert_allclose(np.asarray(found.confidence), [theirs.top1conf], atol=SCORE)
    np.testing.assert_array_equal(found.xyxy, [[0, 0, SIZE, SIZE]])


def test_classifier_of_logits_with_mean_and_deviation(workshop: Path) -> None:
    import torch
    from torchvision.models import mobilenet_v3_small
    from torchvision.transforms import v2

    torch.manual_seed(0)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    network = mobilenet_v3_small(num_classes=CLASSES).eval()
    picture = photograph(SIZE, SIZE)
    prepare = v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean, std)]
    )
    batch = prepare(picture)[None]
    theirs = network(batch).softmax(1)[0].detach().numpy()
    _export(network, batch, "mobilenet.onnx")
    given = manifest(
        "classifier", input={"mean": mean, "std": std}, output={"activation": "softmax"}
    )

    found = ours(given, Path("mobilenet.onnx").absolute(), picture)

    assert found.class_id is not None
    assert found.class_id.tolist() == [theirs.argmax()]
    np.testing.assert_allclose(np.asarray(found.confidence), [theirs.max()], atol=1e-5)


def test_nms_of_a_torchvision_ssd(workshop: Path) -> None:
    import torch
    from torchvision.models.detection import ssdlite320_mobilenet_v3_large
    from torchvision.ops import boxes as box_ops

    torch.manual_seed(0)
    network = ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=1 + CLASSES,
        score_thresh=0.25, nms_thresh=0.5, detections_per_img=50,
    ).eval()  # fmt: skip
    picture = photograph(320, 320)
    batch = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        for norm in (m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)):
            norm.momentum = None
        network.backbone.train()(network.transform(list(batch))[0].tensors.repeat(2, 1, 1, 1))
        theirs = network.eval()(batch)[0]
    with pytest.MonkeyPatch.context() as patch:  # theirs leaves an If for pictures without a box
        patch.setattr(box_ops, "batched_nms", _plain_batched_nms)
        _export(network, batch, "ssd.onnx", ["boxes", "scores", "labels"])
    names = ["boxes", "scores", "labels"]
    given = manifest(
        "nms", input={"width": 320, "height": 320}, output={"tensors": names, "first_label": 1}
    )

    found = ours(given, Path("ssd.onnx").absolute(), picture)

    same(found, theirs["boxes"].numpy(), theirs["scores"].numpy(), theirs["labels"].numpy() - 1)


def _plain_batched_nms(boxes: Any, scores: Any, labels: Any, iou: float) -> Any:
    """Suppression by class without a branch: each class is moved to a place of its own."""
    import torchvision

    apart = labels.to(boxes)[:, None] * (boxes.max() + 1)
    return torchvision.ops.nms(boxes + apart, scores, iou)


def test_detr(workshop: Path) -> None:
    """A stand-in for D-FINE and RF-DETR: their outputs, and Hugging Face's decoding of them."""
    import torch

    torch.manual_seed(0)
    network = _Queries(CLASSES + 1)
    given = manifest(
        "detr",
        input={"letterbox": "stretch"},
        output={"tensors": ["pred_boxes", "logits"], "extra_channels": 1},
    )
    small = cv2.resize(PICTURE, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    batch = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        logits, boxes = network(batch)
    _export(network, batch, "detr.onnx", ["logits", "pred_boxes"])
    # transformers' RTDetrImageProcessor.post_process_object_detection, for one picture.
    scores, index = logits[0, :, :CLASSES].sigmoid().flatten().topk(300)
    labels, index = index % CLASSES, index // CLASSES
    centre, size = boxes[0, index].split(2, dim=-1)
    corners = torch.cat([centre - size / 2, centre + size / 2], dim=-1).clamp(0, 1)
    keep = scores > 0.25

    found = ours(given, Path("detr.onnx").absolute(), PICTURE)

    pixels = (corners * torch.tensor([640.0, 480, 640, 480]))[keep]
    same(found, pixels.numpy(), scores[keep].numpy(), labels[keep].numpy())


def test_rtdetr_scores(workshop: Path) -> None:
    """A stand-in for RT-DETR as Ultralytics exported it before 8.4, decoded as it did."""
    import torch

    torch.manual_seed(0)
    network = _Queries(CLASSES, joined=True)
    given = manifest("rtdetr-scores", input={"letterbox": "stretch"})
    small = cv2.resize(PICTURE, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    batch = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        boxes, scores = network(batch)[0].split((4, CLASSES), dim=-1)
    _export(network, batch, "rtdetr.onnx")
    centre, size = boxes.split(2, dim=-1)
    corners = torch.cat([centre - size / 2, centre + size / 2], dim=-1).clamp(0, 1)
    best, labels = scores.max(-1)
    keep = best > 0.25

    found = ours(given, Path("rtdetr.onnx").absolute(), PICTURE)

    pixels = (corners * torch.tensor([640.0, 480, 640, 480]))[keep]
    same(found, pixels.numpy(), best[keep].numpy(), labels[keep].numpy())


def test_yolov5(workshop: Path) -> None:
    """A stand-in for YOLOv5 and v7: their head's published formula, torchvision's suppression."""
    import torch
    from torchvision.ops import batched_nms

    torch.manual_seed(0)
    network = _Anchors()
    small = cv2.resize(PICTURE, (SIZE, SIZE * 3 // 4), interpolation=cv2.INTER_LINEAR)
    batch = torch.full((1, 3, SIZE, SIZE), 114 / 255)
    batch[0, :, SIZE // 8 : SIZE * 7 // 8] = torch.from_numpy(small).permute(2, 0, 1) / 255
    with torch.no_grad():
        table = network(batch)[0]
    _export(network, batch, "yolov5.onnx")
    best, labels = (table[:, 5:] * table[:, 4:5]).max(1)
    keep = best > 0.25
    centre, size = table[keep, :2], table[keep, 2:4]
    corners = torch.cat([centre - size / 2, centre + size / 2], dim=1)
    kept = batched_nms(corners, best[keep], labels[keep], 0.5)
    pixels = (corners[kept] - torch.tensor([0, SIZE / 8, 0, SIZE / 8])) * (640 / SIZE)
    limits = torch.tensor([640.0, 480, 640, 480])

    found = ours(manifest("yolov5"), Path("yolov5.onnx").absolute(), PICTURE)

    pixels = pixels.clamp(torch.zeros(4), limits).numpy()
    same(found, pixels, best[keep][kept].numpy(), labels[keep][kept].numpy())


@pytest.mark.skipif(not YOLOX_NANO.exists(), reason="the shared weights are not here")
def test_yolox(workshop: Path) -> None:
    """The published yolox_nano, decoded as YOLOX's own ONNX demo does."""
    import onnxruntime
    import torch
    from torchvision.ops import batched_nms

    root = Path(__file__).parents[3]
    given = AlgorithmManifest.from_file(root / "examples/yolox-nano/algorithm.yaml")
    given = given.model_copy(
        update={"thresholds": given.thresholds.model_copy(update={"confidence": 0.05})}
    )
    picture = photograph(416, 416)
    session = onnxruntime.InferenceSession(YOLOX_NANO, providers=["CPUExecutionProvider"])
    blob = picture[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
    table = np.asarray(session.run(None, {"images": blob})[0])[0]
    grids, strides = [], []
    for stride in (8, 16, 32):
        x, y = np.meshgrid(np.arange(416 // stride), np.arange(416 // stride))
        grids.append(np.stack((x, y), 2).reshape(-1, 2))
        strides.append(np.full((grids[-1].shape[0], 1), stride))
    grid, step = np.concatenate(grids), np.concatenate(strides)
    centre, size = (table[:, :2] + grid) * step, np.exp(table[:, 2:4]) * step
    scores = table[:, 4:5] * table[:, 5:]
    best, labels = scores.max(1), scores.argmax(1)
    keep = best > 0.05
    corners = np.concatenate([centre - size / 2, centre + size / 2], axis=1)[keep].astype("f4")
    tensors = [torch.from_numpy(values) for values in (corners, best[keep], labels[keep])]
    kept = batched_nms(tensors[0], tensors[1], tensors[2], given.thresholds.iou).numpy()

    found = ours(given, YOLOX_NANO, picture)

    same(found, corners[kept].clip(0, 416), best[keep][kept], labels[keep][kept], least=1)


def _export(network: Any, batch: Any, name: str, outputs: list[str] | None = None) -> None:
    import torch

    torch.onnx.export(
        network.eval(), (batch,), name, opset_version=17, dynamo=False,
        input_names=["images"], output_names=outputs or ["output"],
    )  # fmt: skip


def _Queries(columns: int, *, joined: bool = False) -> Any:  # noqa: N802
    """Boxes and logits of 100 queries that depend on the picture."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.look = nn.Conv2d(3, 4 + columns, 16, 16)

        def forward(self, pictures: Any) -> Any:
            seen = self.look(pictures).flatten(2).transpose(1, 2)
            boxes = (seen[:, :, :4] * 2).sigmoid() * torch.tensor([1.0, 1.0, 0.4, 0.4])
            logits = seen[:, :, 4:] * 4 - 1
            return torch.cat([boxes, logits.sigmoid()], -1) if joined else (logits, boxes)

    return Network().eval()


def _Anchors() -> Any:  # noqa: N802
    """One level of a YOLOv5 head: stride 16, three anchors."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.look = nn.Conv2d(3, 3 * (5 + CLASSES), 16, 16)

        def forward(self, pictures: Any) -> Any:
            cells = SIZE // 16
            y, x = torch.meshgrid(torch.arange(cells), torch.arange(cells), indexing="ij")
            grid = torch.stack((x, y), -1).view(1, 1, cells, cells, 2).float() - 0.5
            anchors = torch.tensor([[30, 61], [62, 45], [59, 119]]).view(1, 3, 1, 1, 2)
            seen = self.look(pictures).view(1, 3, 5 + CLASSES, cells, cells) * 3
            seen = seen.permute(0, 1, 3, 4, 2).sigmoid()
            xy = (seen[..., :2] * 2 + grid) * 16
            wh = (seen[..., 2:4] * 2) ** 2 * anchors
            return torch.cat((xy, wh, seen[..., 4:]), -1).view(1, -1, 5 + CLASSES)

    return Network().eval()
