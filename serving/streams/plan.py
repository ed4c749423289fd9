"""What a pipeline is asked to do, as plain values that travel to it."""

from dataclasses import dataclass, replace
from datetime import datetime

from scenarios.rules import RuleConfig
from scenarios.schedule import Schedule
from scenarios.zones import Shape
from serving.events.privacy import Outline
from serving.inference.pool import Model
from serving.streams.sources import SourceSpec


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """One deployment on one camera."""

    deployment_id: str
    deployment_revision: int
    scenario: str
    severity: str
    rule: RuleConfig
    zones: tuple[Shape, ...]
    models: tuple[Model, ...]
    """Asked about every frame."""
    helpers: tuple[Model, ...] = ()
    """Asked about the frames in which one of the models found something."""
    schedule: Schedule | None = None
    """When it applies; None: always."""
    shadow_of: str | None = None
    """The rollout whose new version looks along here: nobody hears of what it finds."""

    @property
    def all_models(self) -> tuple[Model, ...]:
        return (*self.models, *self.helpers)


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera and everything that watches it."""

    camera_id: str
    name: str
    source: SourceSpec
    fps: float
    """Pictures analysed a second."""
    division: str | None = None
    lon: float | None = None
    lat: float | None = None
    watches: tuple[WatchPlan, ...] = ()
    evidence: SourceSpec | None = None
    """The main stream, where `source` is the sub-stream: pictures of events are cut from it."""
    generation: int = 0
    """Of the placement: see `store.models.Placement`."""
    gated: bool = True
    """The networks are asked only where something moves; see `gate.Attention`."""
    standby: bool = False
    """Read, do not analyse: the camera is about to move here."""
    private: tuple[Outline, ...] = ()
    """What nobody may see of its pictures; networks do not either."""
    masking: Model | None = None
    """Finds the faces and plates that evidence must not show; None: there is no such algorithm."""

    @property
    def models(self) -> dict[str, Model]:
        """Every model that is asked about its frames, by sha256."""
        return {m.sha256: m for watch in self.watches for m in watch.all_models}

    @property
    def loaded(self) -> dict[str, Model]:
        """Every model that is needed here, by sha256."""
        masking = [self.masking] if self.masking and self.watches else []
        return self.models | {m.sha256: m for m in masking}

    @property
    def heard(self) -> tuple[WatchPlan, ...]:
        """The watches that are not in the shadow of another."""
        return tuple(watch for watch in self.watches if watch.shadow_of is None)

    def at(self, moment: datetime) -> "CameraPlan":
        """The plan with those watches only whose schedule applies at a moment."""
        on = [w for w in self.watches if w.schedule is None or w.schedule.is_on(moment)]
        return self if len(on) == len(self.watches) else replace(self, watches=tuple(on))
