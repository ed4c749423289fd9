"""Claim: however a model's bytes are damaged, the check ends in an answer or is contained.

`python -m benchmarks.admission [CASES [MODEL MANIFEST]]` prints JSON. Mutants are judged in a
child with the sandbox's limits and without bubblewrap, which would take a second each.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from algorithms.manifest import AlgorithmManifest
from tests.algorithms.admission.mutants import ends, mutants
from tests.models import always_sees, manifest


def main() -> None:
    cases, *rest = sys.argv[1:] or ["10000"]
    if rest:
        model, wanted = Path(rest[0]).read_bytes(), AlgorithmManifest.from_file(Path(rest[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = always_sees(Path(folder) / "m.onnx", [(32, 32, 8, 8)] * 20, [[0.5, 0.1]] * 20)
            model, wanted = made.read_bytes(), manifest("person", "car")
    began_s = time.monotonic()
    found, slowest_s = ends(mutants(model, int(cases)), wanted)
    result = {
        "cases": found.total(),
        "model_bytes": len(model),
        "ends": dict(found.most_common()),
        "slowest_s": round(slowest_s, 2),
        "seconds": round(time.monotonic() - began_s, 1),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
