"""What comes with the platform: networks and dashboard."""

import hashlib
import tomllib
from collections.abc import Iterator

from serving.doctor.finding import Finding, error, ok, warning
from serving.settings import Settings


def parts(settings: Settings) -> Iterator[Finding]:
    """The shipped networks are whole, the dashboard is built."""
    yield from _weights(settings)
    if (settings.dashboard_dir / "index.html").is_file():
        yield ok("dashboard", str(settings.dashboard_dir))
    else:
        cure = "make dashboard, or set LONGAN_DASHBOARD_DIR"
        yield warning("dashboard", f"not built: {settings.dashboard_dir} has no index.html", cure)


def _weights(settings: Settings) -> Iterator[Finding]:
    file = settings.weights_dir / "manifest.toml"
    if not file.is_file():
        yield error("weights", f"no {file}", "set LONGAN_WEIGHTS_DIR to the folder weights/")
        return
    records = tomllib.loads(file.read_text("utf-8"))["weights"]
    wrong: list[str] = []
    for record in records:
        network = settings.weights_dir / record["file"]
        if not network.is_file():
            wrong.append(f"{network.name} is missing")
        elif hashlib.sha256(network.read_bytes()).hexdigest() != record["sha256"]:
            wrong.append(f"{network.name} is another file than its record says")
    if wrong:
        cure = "take weights/ from the release again: git checkout -- weights"
        yield error("weights", "; ".join(wrong), cure)
    else:
        yield ok("weights", f"{len(records)} networks, all as recorded")
