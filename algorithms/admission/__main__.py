"""The program inside the sandbox: reads one model, tries it, answers on its last line.

Its arguments: MiB of memory, seconds of CPU, the file descriptor of the model, and that of the
reference where there is one. On standard input: the manifest as JSON; nothing, to be told the
manifest that the model carries.
"""

import json
import os
import sys

from algorithms.admission.files import LARGEST_MIB, REFERENCE_MIB
from algorithms.admission.limits import Limits


def main(memory_mib: int, cpu_s: int, model_fd: int, *reference_fd: int) -> None:
    """Answer with a JSON object: `reasons` and `report`, or `text`."""
    Limits(memory_mib=memory_mib, cpu_s=cpu_s).impose()
    # Only now that the limits hold: libraries that parse hostile bytes.
    from algorithms.admission import inside

    manifest = sys.stdin.buffer.read()
    model = _read(model_fd, LARGEST_MIB)
    reference = b"".join(_read(fd, REFERENCE_MIB) for fd in reference_fd)
    answer = inside.judge(model, manifest, reference) if manifest else inside.carried(model)
    sys.stdout.write("\n" + json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()


def _read(handle: int, most_mib: int) -> bytes:
    with os.fdopen(handle, "rb") as file:
        file.seek(0)
        return file.read(most_mib * 2**20)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
