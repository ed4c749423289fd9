"""`longan doctor`: what is wrong with this installation, and how to mend it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from serving.doctor import examine
from serving.doctor.finding import Verdict
from serving.settings import Settings

MARKS: dict[Verdict, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Look at everything an installer can get wrong; exit code 1 if it would not run."""
    console = Console(highlight=False)
    verdicts: list[Verdict] = []
    for finding in examine(Settings()):
        verdicts.append(finding.verdict)
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
            continue
        mark, colour = MARKS[finding.verdict]
        console.print(Text(f"{mark} ", colour), Text(finding.thing, "bold"), finding.what)
        if finding.cure:
            console.print(Text(f"    → {finding.cure}"))
    if "error" in verdicts:
        raise typer.Exit(1)
