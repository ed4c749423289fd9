"""An evaluation set that tests name."""

from serving.store.evaluation_models import EvaluationSet


def street() -> EvaluationSet:
    """The set `street` of one picture; its folder need not be there."""
    return EvaluationSet(
        name="street",
        title="Street",
        folder="street",
        split="val",
        licence="CC0-1.0",
        fingerprint="f" * 64,
        pictures=1,
        classes=["with_helmet"],
        created_by="tests",
    )
