# pyright: basic
"""Networks of other people's libraries, with random weights, exported as their users do."""

import os
import shutil
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

SIZE = 160
CLASSES = 3


def photograph(height: int, width: int) -> NDArray[np.uint8]:
    """Coloured shapes under noise, RGB: enough for random networks to differ over it."""
    random = np.random.default_rng(7)
    picture = np.full((height, width, 3), 90, np.uint8)
    for _ in range(40):
        x, y = (int(random.integers(0, side)) for side in (width, height))
        colour = tuple(int(c) for c in random.integers(0, 255, 3))
        cv2.circle(picture, (x, y), int(random.integers(8, 60)), colour, -1)
    noise = random.integers(-20, 20, picture.shape)
    return np.clip(picture.astype(np.int64) + noise, 0, 255).astype(np.uint8)


@contextmanager
def quietly(home: Path) -> Generator[None]:
    """Ultralytics and PyTorch without their network, files in the home and warnings."""
    import matplotlib

    folder = home / "Ultralytics"
    folder.mkdir(parents=True, exist_ok=True)
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    for name in ("Arial.ttf", "Arial.Unicode.ttf"):
        shutil.copyfile(font, folder / name)
    os.environ |= {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "false", "YOLO_CONFIG_DIR": str(home)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def ultralytics_model(name: str) -> Any:
    """One of theirs with random weights that are sure of some boxes and not of others."""
    import torch
    from ultralytics import RTDETR, YOLO
    from ultralytics.nn.tasks import yaml_model_load

    torch.manual_seed(0)
    content = cast("dict[str, Any]", yaml_model_load(f"{name}.yaml"))
    content["nc"] = CLASSES
    if name.startswith("rtdetr"):
        content["head"][-1][3] = ["nc", 256, 60, 4, 8, 2]  # fewer queries and layers: small, quick
    file = Path(os.environ["YOLO_CONFIG_DIR"]) / f"{name}.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    model = (RTDETR if name.startswith("rtdetr") else YOLO)(str(file))
    small = cv2.resize(photograph(480, 640), (SIZE, SIZE * 3 // 4))
    bar = SIZE // 8
    picture = cv2.copyMakeBorder(small, bar, bar, 0, 0, cv2.BORDER_CONSTANT, value=[114] * 3)
    enliven(model.model, torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255)
    return model


def enliven(network: Any, pictures: Any) -> None:
    """Let every layer's output vary about as much as a trained network's, the last ones too."""
    import torch
    from torch import nn

    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    network.train()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    with torch.no_grad():
        for _ in range(2):
            network.predict(pictures) if hasattr(network, "predict") else network(pictures)
    network.eval()
    head = network.model[-1]
    aims = {"cv3": (1.5, -3.0), "one2one_cv3": (1.5, -3.0)}  # one cell in ten is sure of something
    if getattr(head, "reg_max", 16) == 1:  # distances in cells, not their distribution
        aims |= {"cv2": (0.5, 2.0), "one2one_cv2": (0.5, 2.0)}
    last = {
        level[-1]: aim
        for branch, aim in aims.items()
        for level in getattr(head, branch, None) or ()
    }
    seen: dict[Any, Any] = {}
    hooks = [m.register_forward_hook(lambda m, _, out: seen.update({m: out})) for m in last]
    with torch.no_grad():
        network(pictures)
        for module, values in seen.items():
            deviation, mean = last[module]
            scale = deviation / values.std()
            module.weight *= scale
            module.bias.copy_((module.bias - values.mean((0, 2, 3))) * scale + mean)
    for hook in hooks:
        hook.remove()
