"""`longan export`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from training.errors import TrainingError
from training.export import Precision, export


def export_command(
    run: Annotated[Path, typer.Argument(help="The folder of a training run that is done.")],
    fp16: Annotated[bool, typer.Option("--fp16", help="Weights of half the size.")] = False,
    int8: Annotated[bool, typer.Option("--int8", help="Whole numbers; loses accuracy.")] = False,
    calibrate_on: Annotated[
        Path | None,
        typer.Option(help="Pictures for int8, split `train`; default: what it was trained on."),
    ] = None,
) -> None:
    """Make smaller versions of a trained network; prints what each loses."""
    asked: list[tuple[Precision, bool]] = [("fp16", fp16), ("int8", int8)]
    precisions: list[Precision] = [precision for precision, wanted in asked if wanted]
    if not precisions:
        raise TrainingError("expected --fp16, --int8 or both; fp32 is the run's model.onnx")
    with Console(stderr=True).status("exporting") as status:
        said = export(run, precisions, status.update, calibrate_on=calibrate_on)
    table = Table("", "MiB", "CPU ms", *next(iter(said["versions"].values()))["checks"])
    for precision, version in said["versions"].items():
        scores = [
            ", ".join(f"{name} {ap50}" for name, ap50 in check["ap50"].items())
            for check in version["checks"].values()
        ]
        table.add_row(precision, str(version["mib"]), str(version["cpu_ms"]), *scores)
    Console().print(table)
