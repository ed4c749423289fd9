"""The door for models that strangers hand in.

A submitted model is hostile until shown otherwise. `files` looks at the file without opening
its content; everything that reads the content (`graph`, then `trial`) runs in a process of its
own with limits (`sandbox`), because a hostile file can crash or exhaust its reader.
"""

from pathlib import Path

from algorithms.admission import sandbox
from algorithms.admission.files import open_model
from algorithms.errors import AdmissionError
from algorithms.manifest import AlgorithmManifest

__all__ = ["check"]


def check(model: Path, manifest: AlgorithmManifest) -> list[str]:
    """Decide whether a submitted model may enter. Takes seconds, at most a minute.

    Args:
        model: The file as it was handed in; its name does not matter.
        manifest: What its team says it is.

    Returns:
        Why it is refused, one sentence for each thing that is wrong; empty: admitted.
    """
    try:
        with open_model(model) as file:
            return sandbox.run(file, manifest)
    except AdmissionError as error:
        return error.reasons
