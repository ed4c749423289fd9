"""All benchmarks, one after the other: `python -m benchmarks [--long] [NAME …]`.

`--long` adds the hour of reconnects. One that fails does not keep the others from running.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.harness import REPOSITORY, RESULTS, Bar, write, write_table

WRITING = (
    "peers",
    "budget",
    "gate",
    "cameras",
    "overload",
    "latency",
    "node_lost",
    "startup",
    "admission",
    "masking",
    "wall",
    "first_page",
    "retention",
    "outbox_faults",
    "gpu",
)
"""Those that keep their own results."""
PRINTING = ("reconnects", "scale", "camera_health")
"""Those that print JSON."""
LONG = ("memory",)

Bars = Callable[[dict[str, Any]], list[Bar]]


def scale(found: dict[str, Any]) -> list[Bar]:
    asked = {
        "place_s": "1,000 cameras on 50 simulated nodes: placed",
        "recover_from_losing_5_nodes_s": "1,000 cameras on 50 simulated nodes: 5 nodes lost",
    }
    return [
        Bar(words, "≤ 30 s", f"{found[key]} s", found[key] <= 30) for key, words in asked.items()
    ]


def camera_health(found: dict[str, Any]) -> list[Bar]:
    faults = [fault for clip in found["clips"].values() for fault in clip["faults"].values()]
    soon = sum(fault["found_s"] is not None and fault["found_s"] <= 10 for fault in faults)
    false = found["false_reports"]
    return [
        Bar(
            "Faults put into real footage: found in 10 s",
            "all",
            f"{soon} of {len(faults)}",
            soon == len(faults),
        ),
        Bar("False reports in real footage and harmless changes", "none", str(false), false == 0),
    ]


BARS: dict[str, Bars] = {"scale": scale, "camera_health": camera_health}


def main() -> None:
    words = sys.argv[1:]
    asked = [word for word in words if not word.startswith("-")]
    names = asked or [*WRITING, *PRINTING, *(LONG if "--long" in words else ())]
    failed: list[str] = []
    for name in names:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            stdout=subprocess.PIPE if name in PRINTING else None,
            text=True,
            check=False,
        )
        if done.returncode:
            failed.append(name)
        elif name in PRINTING:
            found = json.loads(_after_the_log(done.stdout))
            sys.argv = [f"-m benchmarks.{name}"]
            write(name, found, BARS[name](found) if name in BARS else ())
    write_table()
    print(f"results: {RESULTS / 'README.md'}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def _after_the_log(text: str) -> str:
    """The JSON at the end of what was printed."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("{"))
    return "\n".join(lines[first:])


if __name__ == "__main__":
    main()
