"""What all benchmarks share: the machine, the clock of the CPU, memory, and where results go.

A benchmark calls `write` once. Its figures become keys of `results/<name>.json`; those with a bar
become rows of `results/README.md`, which is written anew from all results each time.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, NoReturn

# Cameras of the benchmarks are on this machine.
os.environ.setdefault("LONGAN_OUTBOUND_LOOPBACK", "true")

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
SHARED = REPOSITORY.parent / "shared"
CACHE = Path(tempfile.gettempdir()) / "longan-bench"
"""What is costly to make and must not lie in the repository: clips, models, environments."""

TELLING_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
TELLING_PACKAGES = ("onnxruntime", "openvino", "av", "opencv-python", "ultralytics", "ray")


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach; `met` is None where this run cannot tell."""

    figure: str
    bar: str
    value: str
    met: bool | None


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A parser with what every benchmark takes."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--media", type=Path, default=SHARED / "media", help="folder of clips")
    parser.add_argument("--quick", action="store_true", help="only to see that it runs; no result")
    return parser


def skip(reason: str) -> NoReturn:
    """Says why there is no result here, and ends; an older result stays."""
    print(f"skipped: {reason}")
    sys.exit(0)


def write(
    name: str, figures: dict[str, Any], bars: Sequence[Bar] = (), *, quick: bool = False
) -> None:
    """Keep a result.

    Args:
        name: Of the benchmark.
        figures: What was measured, as JSON; units are in the keys.
        bars: Those of the figures that must reach something.
        quick: Print it only.
    """
    result: dict[str, Any] = {
        "command": " ".join(["python", *_spoken(sys.argv)]),
        "commit": commit(),
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        **figures,
        "bars": [asdict(bar) for bar in bars],
    }
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    if not quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        write_table()


def write_table() -> None:
    """`results/README.md`: every bar of every result."""
    lines = [
        "# Results",
        "",
        "Written by `make bench`; each row is explained in [docs/benchmarks.md]"
        "(../../docs/benchmarks.md), and its JSON beside this file says more.",
        "",
        "| figure | bar | value | met | command | machine | commit |",
        "|---|---|---|---|---|---|---|",
    ]
    for path in sorted(RESULTS.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        for bar in result.get("bars", []):
            met = {True: "yes", False: "**no**", None: "–"}[bar["met"]]
            lines.append(
                f"| {bar['figure']} | {bar['bar']} | [{bar['value']}]({path.name}) | {met} "
                f"| `{result['command']}` | {result['machine']['summary']} | {result['commit']} |"
            )
    (RESULTS / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def commit() -> str:
    """The commit at hand; `+` where tracked files outside the results were changed since."""
    head = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks")
    return head + ("+" if changed else "")


def machine() -> dict[str, Any]:
    """This machine and the libraries that make the difference."""
    info: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        info.setdefault(key.strip(), value.strip())
    flags = set(info.get("flags", "").split())
    telling = [flag for flag in TELLING_FLAGS if flag in flags]
    model = info.get("model name", platform.processor())
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "summary": f"{cores} × {model}, {', '.join(telling)}",
        "family_model_stepping": "/".join(
            info.get(key, "?") for key in ("cpu family", "model", "stepping")
        ),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "packages": {name: found for name in TELLING_PACKAGES if (found := _version(name))},
        "load_average_at_end": round(os.getloadavg()[0], 2),
    }


def tree(root: int) -> list[int]:
    """A process and everything below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def cpu_s(processes: Iterable[int]) -> float:
    """User and system time of these processes so far, all threads."""
    ticks = 0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pss_mb(processes: Iterable[int], kind: Literal["Pss", "Pss_Anon"] = "Pss") -> float:
    """Memory of these processes in 10⁶ bytes; what several share is counted once.

    `Pss_Anon` leaves out files, whose share changes with whoever else on the machine reads them.
    """
    kib = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kib += sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
    return kib * 1024 / 1e6


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that so many percent do not exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git(*command: str) -> str:
    done = subprocess.run(
        ["git", *command], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _spoken(argv: list[str]) -> list[str]:
    """The command as one would type it in the repository."""
    script = Path(argv[0]).resolve()
    if script.is_relative_to(REPOSITORY):
        return [str(script.relative_to(REPOSITORY)), *argv[1:]]
    return argv


if __name__ == "__main__":
    write_table()
