"""The program inside the sandbox: reads one model, tries it, answers on its last line.

Its arguments: the model's file descriptor, MiB of memory, seconds of CPU. On standard input: the
manifest as JSON; nothing, to be told the manifest that the model carries.
"""

import json
import os
import sys

from algorithms.admission.files import LARGEST_MIB
from algorithms.admission.limits import Limits


def main(model_fd: int, memory_mib: int, cpu_s: int) -> None:
    """Answer with a JSON object: `reasons` and `report`, or `text`."""
    Limits(memory_mib=memory_mib, cpu_s=cpu_s).impose()
    # Only now that the limits hold: libraries that parse hostile bytes.
    from algorithms.admission import inside

    manifest = sys.stdin.buffer.read()
    with os.fdopen(model_fd, "rb") as file:
        file.seek(0)
        model = file.read(LARGEST_MIB * 2**20)
    answer = inside.judge(model, manifest) if manifest else inside.carried(model)
    sys.stdout.write("\n" + json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
