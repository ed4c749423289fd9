"""`longan evaluate`: measure a model on labelled pictures, through the ONNX file as served."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from algorithms.catalog import manifest
from algorithms.detector import Detector
from algorithms.evaluation import EvaluationReport, evaluate_algorithm
from algorithms.manifest import AlgorithmManifest
from serving.settings import Settings


def evaluate(
    algorithm: Annotated[
        str, typer.Argument(help="A shipped algorithm's name, or an algorithm.yaml with --model.")
    ],
    data: Annotated[
        Path, typer.Option(help="A YOLO data.yaml or folder with classes.txt, or a COCO .json.")
    ],
    split: Annotated[str, typer.Option(help="Which part of the data.")] = "val",
    model: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Another ONNX file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print AP50 per class, mAP50-95, precision and recall at the operating point."""
    if algorithm.endswith((".yaml", ".yml")):
        wanted = AlgorithmManifest.from_file(Path(algorithm))
    else:
        wanted = manifest(algorithm)
    file = model or Settings().weights_dir / f"{wanted.name}-{wanted.version}.onnx"
    detector = Detector.load(wanted, file, threads=os.cpu_count() or 1)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{wanted.name} {wanted.version}")
        report = evaluate_algorithm(
            wanted,
            detector.detect,
            data,
            split,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _print(report)


def _print(report: EvaluationReport) -> None:
    table = Table("class", "AP50", "AP50-95", "precision", "recall", "instances")
    for name, score in report.classes.items():
        figures = (score.ap50, score.ap50_95, score.precision, score.recall)
        table.add_row(name, *map(_figure, figures), str(score.instances))
    console = Console()
    console.print(table)
    console.print(
        f"{report.algorithm} {report.version}: mAP50 {_figure(report.map50)}, "
        f"mAP50-95 {_figure(report.map50_95)}, {report.images} pictures, "
        f"{report.ms_per_image} ms each"
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
