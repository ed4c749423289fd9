"""The offline analysis with its gate switched on or off."""

from collections.abc import Iterator
from inspect import signature
from typing import Any, cast

from benchmarks.plans import with_gate
from serving.streams.offline import Step, analyze_clip
from serving.streams.plan import CameraPlan


def analysed(plan: CameraPlan, *, gate: bool) -> Iterator[Step]:
    """`analyze_clip`; without the gate every due picture goes through the network."""
    if "gate" in signature(analyze_clip).parameters:
        return cast("Any", analyze_clip)(plan, gate=gate)
    return analyze_clip(with_gate(plan, gate))
