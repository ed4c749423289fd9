"""`longan scorecard` and `longan evaluation-set`: how good a version is, and on what."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from algorithms.errors import LonganError
from serving.cli.client import Client, PlatformError

POLL_S = 0.5

sets = typer.Typer(help="Labelled data that versions are measured on.", no_args_is_help=True)


def scorecard(
    algorithm: Annotated[str, typer.Argument(help="name@version, name:alias, or a name.")],
    on: Annotated[str, typer.Option("--set", help="The evaluation set.")],
    last: Annotated[bool, typer.Option(help="Show the last one; measure nothing.")] = False,
    alarms_per_day: Annotated[
        float | None, typer.Option(help="Alarms a day that reviewers have time for.")
    ] = None,
    pictures_per_day: Annotated[
        float | None, typer.Option(help="Pictures a day such as those of the set.")
    ] = None,
    against: Annotated[str | None, typer.Option(help="A version to show beside it.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page here as well.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure a version on an evaluation set of the platform and print its scorecard."""
    if (alarms_per_day is None) != (pictures_per_day is None):
        raise LonganError("expected --alarms-per-day and --pictures-per-day together, got one")
    client = Client()
    if last:
        name, at, version = algorithm.partition("@")
        if not at:
            raise LonganError(f"--last: expected name@version, got {algorithm!r}")
    else:
        order: dict[str, Any] = {"algorithm": algorithm, "set": on}
        if alarms_per_day is not None:
            order["budget"] = {
                "alarms_per_day": alarms_per_day,
                "pictures_per_day": pictures_per_day,
            }
        done = _measure(client, order)
        name, version = done["name"], done["version"]
    path = f"/algorithms/{name}/versions/{version}/scorecard"
    query: dict[str, str] = {"set": on} | ({} if against is None else {"against": against})
    if html is not None:
        page = client.request("GET", f"{path}/page", params=query)
        html.write_text(page.text, encoding="utf-8")
    if against is not None:
        found = client.call("GET", f"{path}/comparison", params=query)
        show = _print_comparison
    else:
        found = client.call("GET", path, params=query)
        show = _print
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        show(found)


@sets.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is called from now on.")],
    folder: Annotated[str, typer.Argument(help="Below `datasets` in the platform's data folder.")],
    licence: Annotated[str, typer.Option(help="Of the pictures, such as CC-BY-4.0.")],
    title: Annotated[str | None, typer.Option(help="A line that says what it is.")] = None,
    split: Annotated[str, typer.Option(help="Which part of the data.")] = "val",
    hidden: Annotated[bool, typer.Option(help="Nothing but aggregates ever leaves.")] = False,
) -> None:
    """Register labelled data that lies on the server."""
    order = {
        "name": name,
        "title": title or name,
        "folder": folder,
        "split": split,
        "licence": licence,
        "hidden": hidden,
    }
    made = Client().call("POST", "/evaluation-sets", json=order, timeout=None)
    typer.echo(f"{made['name']}: {made['pictures']} pictures of {', '.join(made['classes'])}")


@sets.command("list")
def list_sets() -> None:
    """Print the registered sets."""
    table = Table("name", "title", "pictures", "licence", "hidden")
    for row in Client().call("GET", "/evaluation-sets", params={"limit": 500})["items"]:
        table.add_row(
            row["name"], row["title"], str(row["pictures"]), row["licence"],
            "yes" if row["hidden"] else "",
        )  # fmt: skip
    Console().print(table)


def _measure(client: Client, order: dict[str, Any]) -> dict[str, Any]:
    row = client.call("POST", "/evaluations", json=order)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{row['name']} {row['version']} on {row['set']}", total=1.0)
        while row["state"] in ("queued", "running"):
            time.sleep(POLL_S)
            row = client.call("GET", f"/evaluations/{row['id']}")
            bar.update(task, completed=row["progress"])
    if row["state"] == "failed":
        raise PlatformError(f"the evaluation failed: {row['message']}")
    return row


def _print(found: dict[str, Any]) -> None:
    card = found["scorecard"]
    table = Table("class", "AP50", "AP50-95", "precision", "recall", caption="with 95 % bounds")
    for name, score in card["classes"].items():
        table.add_row(
            name,
            _figure(score["ap50"]),
            _number(score["ap50_95"]),
            _figure(score["precision"]),
            _figure(score["recall"]),
        )
    console = Console()
    console.print(table)
    console.print(
        f"{found['name']} {found['version']} on {found['set']['name']}: "
        f"mAP50 {_figure(card['map50'])}, mAP50-95 {_number(card['map50_95'])}, "
        f"{card['pictures']} pictures of {card['sources']} sources, "
        f"{card['ms_per_picture']} ms each",
        highlight=False,
    )
    if (parity := found["parity"]) is not None:
        away, mean = parity["largest_difference"], parity["mean_difference"]
        console.print(
            f"source network: numbers at most {_small(away)} apart, {_small(mean)} on average; "
            f"{parity['matched']} of {parity['boxes']} boxes the same",
            highlight=False,
        )
    if (suggested := card["suggested"]) is not None:
        why = {
            "best_f1": "best F1",
            "budget": f"{suggested['alarms_per_day']} alarms a day",
            "over_budget": f"still {suggested['alarms_per_day']} alarms a day: over the budget",
        }[suggested["because"]]
        console.print(f"suggested threshold: {suggested['threshold']} ({why})", highlight=False)


def _print_comparison(found: dict[str, Any]) -> None:
    first, second = found["first"]["version"], found["second"]["version"]
    table = Table("figure", first, second, "difference", "beyond chance")
    for row in found["figures"]:
        apart = {True: "yes", False: "not shown", None: ""}[row["apart"]]
        figures = (row["first"], row["second"], row["difference"])
        table.add_row(row["figure"], *map(_number, figures), apart)
    Console().print(table)


def _figure(estimate: dict[str, Any]) -> str:
    if estimate["low"] is None:
        return _number(estimate["value"])
    return f"{_number(estimate['value'])} ({estimate['low']:.3f}-{estimate['high']:.3f})"


def _small(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
