"""The rules that scenarios are built from: one file each.

To add one: a file with its config and its class, a member in `RuleConfig`, and a case in
`build_rule`.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from scenarios.errors import ScenarioError
from scenarios.firing import Rule
from scenarios.rules.absence import Absence, AbsenceConfig
from scenarios.rules.association import Association, AssociationConfig
from scenarios.rules.count import Count, CountConfig
from scenarios.rules.crossing import Crossing, CrossingConfig
from scenarios.rules.dwell import Dwell, DwellConfig
from scenarios.rules.motion import Motion, MotionConfig
from scenarios.rules.occupancy import Occupancy, OccupancyConfig
from scenarios.rules.presence import Presence, PresenceConfig
from scenarios.rules.state import State, StateConfig
from scenarios.zones import Area, Line, Shape, Zone

RuleConfig = Annotated[
    PresenceConfig
    | AbsenceConfig
    | DwellConfig
    | CrossingConfig
    | CountConfig
    | OccupancyConfig
    | AssociationConfig
    | StateConfig
    | MotionConfig,
    Field(discriminator="rule"),
]
"""What an owner can set; its JSON Schema is the dashboard's form."""


def build_rule(config: RuleConfig, place: Area | Line) -> Rule:
    """The rule at one of the places that `places_of` gives."""
    if isinstance(config, CrossingConfig):
        assert isinstance(place, Line)
        return Crossing(config, place)
    assert isinstance(place, Area)
    match config:
        case PresenceConfig():
            return Presence(config, place)
        case AbsenceConfig():
            return Absence(config, place)
        case DwellConfig():
            return Dwell(config, place)
        case CountConfig():
            return Count(config, place)
        case OccupancyConfig():
            return Occupancy(config, place)
        case AssociationConfig():
            return Association(config, place)
        case StateConfig():
            return State(config, place)
        case MotionConfig():
            return Motion(config, place)


def places_of(config: RuleConfig, shapes: Sequence[Shape]) -> list[Area | Line]:
    """Where the rule watches, each on its own: the lines, or the areas less what is excluded."""
    if isinstance(config, CrossingConfig):
        return [shape for shape in shapes if isinstance(shape, Line)]
    zones = [shape for shape in shapes if isinstance(shape, Zone)]
    excluded = [zone for zone in zones if zone.kind == "exclude"]
    included = [zone for zone in zones if zone.kind == "include"]
    return [Area.of(zone, excluded) for zone in included or (None,)]


def check_shapes(config: RuleConfig, shapes: Sequence[Shape]) -> None:
    """Raise a ScenarioError, which says what to draw, unless the rule can watch these."""
    places = places_of(config, shapes)
    if not places:
        raise ScenarioError(
            f"{config.rule}: expected a line to be crossed, got "
            f"{', '.join(shape.name for shape in shapes) or 'nothing drawn'}; "
            "draw one with kind: line"
        )
    needs_metres = (isinstance(config, CountConfig) and config.per_100_m2 is not None) or (
        isinstance(config, MotionConfig) and config.over_kmh is not None
    )
    for place in places:
        if isinstance(place, Line):
            continue
        name = place.name or "the whole picture"
        if needs_metres and place.to_metres is None:
            raise ScenarioError(
                f"{config.rule}: expected a zone with size_m, got {name}; draw four corners of a "
                "rectangle on the ground and say how many metres its sides are"
            )
        if place.polygon.area == 0:
            raise ScenarioError(
                f"{config.rule}: nothing is left of {name} once what is excluded is cut out"
            )
