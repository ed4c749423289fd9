"""The door for models that strangers hand in.

A submitted model is hostile until shown otherwise. `files` looks at the file without opening
its content; everything that reads the content (`graph`, then `trial`) runs in a process of its
own with limits, inside bubblewrap (`sandbox`), because a hostile file can crash, exhaust or
capture its reader.
"""

from contextlib import ExitStack
from pathlib import Path

from algorithms import embedded
from algorithms.admission import sandbox
from algorithms.admission.files import open_model, open_reference
from algorithms.admission.report import Parity, TrialReport, Verdict
from algorithms.errors import AdmissionError
from algorithms.manifest import AlgorithmManifest

__all__ = ["Parity", "TrialReport", "Verdict", "check", "manifest_in"]


def check(
    model: Path,
    manifest: AlgorithmManifest,
    reference: Path | None = None,
    *,
    unprotected: bool = False,
) -> Verdict:
    """Decide whether a submitted model may enter. Takes seconds, at most two minutes.

    Args:
        model: The file as it was handed in; its name does not matter.
        manifest: What its team says it is.
        reference: What the network it was exported from gave for some inputs, as `.npz`; None: not
            known.
        unprotected: Run the model even where bubblewrap cannot be used.
    """
    try:
        with ExitStack() as files:
            file = files.enter_context(open_model(model))
            told = files.enter_context(open_reference(reference)) if reference else None
            return sandbox.run(file, manifest, reference=told, unprotected=unprotected)
    except AdmissionError as error:
        return Verdict(error.reasons)


def manifest_in(model: Path, *, unprotected: bool = False) -> AlgorithmManifest:
    """The manifest that a model handed in without one carries itself.

    Raises:
        AdmissionError: The file cannot be read, or carries no manifest.
        ManifestError: The manifest inside cannot be used; names each field that is wrong.
    """
    with open_model(model) as file:
        text = sandbox.carried(file, unprotected=unprotected)
    if text is None:
        raise AdmissionError(
            [
                f"the manifest: expected an algorithm.yaml, or one in the model's metadata "
                f"({embedded.KEY}), got neither; write one with `longan algorithm init`"
            ]
        )
    return embedded.read(text)
