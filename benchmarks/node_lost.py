"""Time until the cameras of a lost node are analysed again, and whether an event was lost by it.

    python benchmarks/node_lost.py

Runs the test of it (`tests/integration/test_cluster.py`), which loses one of two Ray nodes with two
cameras each and compares every camera's events with its clip: a failure there is an event lost or
doubled, or a camera that came back late.
"""

import re
import subprocess
import sys

from benchmarks.harness import REPOSITORY, Bar, arguments, write

TEST = (
    "tests/integration/test_cluster.py::"
    "test_a_lost_nodes_cameras_are_analysed_elsewhere_and_no_event_is_lost_or_doubled"
)


def main() -> None:
    asked = arguments(__doc__).parse_args()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", TEST],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    said = re.search(r"analysed again after ([\d.]+) s", done.stdout)
    if said is None:
        sys.exit(done.stdout + done.stderr)
    back_s, passed = float(said[1]), done.returncode == 0
    bars = [
        Bar("A node lost: its cameras analysed again", "≤ 15 s", f"{back_s} s", back_s <= 15),
        Bar("the same: events lost or doubled", "none", "none" if passed else "some", passed),
    ]
    write("node_lost", {"test": TEST, "analysed_again_s": back_s}, bars, quick=asked.quick)


if __name__ == "__main__":
    main()
