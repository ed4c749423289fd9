# pyright: basic
"""From a torch network to `model.onnx`, and what it answered before: the same for each framework.

Only backends import this, in their own processes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from algorithms.manifest import InputSpec
from training.backends.job import REFERENCE
from training.pictures import as_input

OPSET = 17


def write_reference(model: Any, pictures: Sequence[Path], spec: InputSpec, folder: Path) -> None:
    """Keep what the network answers: `input` and `output`, one row a picture.

    Args:
        model: Gives one tensor; in evaluation mode, before anything is fused for the export.
        pictures: Which to ask about; without any nothing is written.
        spec: How it takes them.
        folder: The run's.
    """
    if not pictures:
        return
    import torch

    batch = np.stack([as_input(path, spec) for path in pictures])
    with torch.no_grad():
        answer = model(torch.from_numpy(batch))
    np.savez_compressed(folder / REFERENCE, input=batch, output=answer.numpy())


def write_onnx(model: Any, spec: InputSpec, out: Path) -> None:
    """Write the network: any batch, one fixed picture size, one output.

    Args:
        model: Gives one tensor of three axes; in evaluation mode.
        spec: How it takes pictures.
        out: The file.
    """
    import torch

    # Two pictures, not one: a traced batch of 1 would be folded into the reshapes.
    example = torch.zeros(2, 3, spec.height, spec.width)
    with torch.no_grad():
        _, rows, columns = model(example).shape
        torch.onnx.export(
            model,
            (example,),
            str(out),
            opset_version=OPSET,
            input_names=["images"],
            output_names=["output0"],
            dynamic_axes={"images": {0: "batch"}, "output0": {0: "batch"}},
            dynamo=False,
        )
    graph = onnx.load(out)
    dims = graph.graph.output[0].type.tensor_type.shape.dim
    dims[1].dim_value, dims[2].dim_value = rows, columns  # the tracer leaves them open
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, out)
