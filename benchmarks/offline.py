"""The offline analysis with its gate switched on or off."""

from collections.abc import Iterator

from serving.streams.offline import Step, analyze_clip
from serving.streams.plan import CameraPlan


def analysed(plan: CameraPlan, *, gate: bool) -> Iterator[Step]:
    """`analyze_clip`; without the gate every due picture goes through the network."""
    import inspect

    if "gate" not in inspect.signature(analyze_clip).parameters:
        return analyze_clip(plan)
    return analyze_clip(plan, gate=gate)
