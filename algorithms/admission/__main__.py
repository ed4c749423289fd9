"""The program inside the sandbox: reads one model, tries it, answers on its last line.

`python -I -B -m algorithms.admission MODEL_FD MEMORY_MIB CPU_S < manifest.json`
"""

import json
import os
import sys

from algorithms.admission.files import LARGEST_MIB
from algorithms.admission.sandbox import Limits
from algorithms.manifest import AlgorithmManifest


def main(model_fd: int, memory_mib: int, cpu_s: int) -> None:
    """Answer with a JSON list of reasons."""
    Limits(memory_mib=memory_mib, cpu_s=cpu_s).impose()
    manifest = AlgorithmManifest.model_validate_json(sys.stdin.buffer.read())
    with os.fdopen(model_fd, "rb") as file:
        file.seek(0)
        model = file.read(LARGEST_MIB * 2**20)
    sys.stdout.write("\n" + json.dumps(_reasons(model, manifest)))
    sys.stdout.flush()


def _reasons(model: bytes, manifest: AlgorithmManifest) -> list[str]:
    # Only now that the limits hold: libraries that parse hostile bytes.
    from algorithms.admission import graph, trial

    return graph.check(model, manifest) or trial.check(model, manifest)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
