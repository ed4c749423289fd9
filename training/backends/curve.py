"""`curve.csv`: how a training went, one line an epoch, whatever the framework.

`epoch` (from 1), `map50`, `map50_95`, `learning_rate` and any number of `…_loss`; what a framework
does not know is left empty.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

CURVE = "curve.csv"
COLUMNS = ("epoch", "map50", "map50_95", "learning_rate")

Epoch = Mapping[str, float | None]


def write_curve(folder: Path, epochs: Iterable[Epoch]) -> None:
    """Put the curve in place of the one before; readers see the one or the other."""
    rows = list(epochs)
    losses = sorted({name for row in rows for name in row if name.endswith("_loss")})
    part = folder / f"{CURVE}.part"
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *losses], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(folder / CURVE)


def read_curve(folder: Path) -> list[dict[str, float]]:
    """The epochs done so far, by column; none if there is no curve yet."""
    try:
        with (folder / CURVE).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        return []
    return [{name: float(value) for name, value in row.items() if value} for row in rows]


def best_map50(folder: Path) -> float:
    """Of the best epoch so far; 0 if there was none."""
    return max((row.get("map50", 0.0) for row in read_curve(folder)), default=0.0)
