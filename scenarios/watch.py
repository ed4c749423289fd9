"""One deployment on one camera: from rules that fire to events that open, go on and end.

A rule about things fires once for each track. But tracks break, and a restarted pipeline has
forgotten them all, so before an event opens we ask whether it is one we know: *the same thing is
where it was*. A rule about a place fires for as long as its condition holds, and a place has one
open event at most.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scenarios.events import Box, Event
from scenarios.firing import Firing, Judging, Rule
from scenarios.rules import RuleConfig, build_rule, places_of
from scenarios.scene import Scene
from scenarios.schedule import Schedule
from scenarios.zones import Area, Line, Shape

REMEMBERED_S = 20.0
"""How long after its end an event may still be taken up again."""

REJOIN_S = 2.0
"""Longest gap between two sightings of what may be the same thing."""

NEAR, REACH_PER_S = 0.5, 1.5
"""How far, in sizes of its box, a thing may be from where it was: at once, and more per second."""

RESTART_S = 15.0
"""Longest gap over which what stands where it stood is the same after a restart: so long it takes
until the cameras of a lost node run elsewhere."""

STILL = 0.25
"""How far one that is lost for longer, behind a bus say, may be from where it was."""

PATH_STEP_S = 0.5
PATH_LENGTH = 120


@dataclass(slots=True)
class _Place:
    """One rule on one area or line, and the events it has opened."""

    where: Area | Line
    config: RuleConfig
    rule: Rule
    events: dict[str, Event] = field(default_factory=dict[str, Event])
    tracks: dict[int, str] = field(default_factory=dict[int, str])
    """Track → the event it is the subject of."""
    firsts: dict[int, tuple[datetime, Box]] = field(default_factory=dict[int, tuple[datetime, Box]])
    """Where each track was first seen."""
    started_at: datetime | None = None
    """When the first scene came."""
    unfinished: frozenset[str] = frozenset()
    """Events that were open when a restart took them over."""
    opened_at: datetime | None = None
    """When the newest event opened."""
    handed_over: set[str] = field(default_factory=set[str])
    """Open events whose subject now comes by other tracks."""
    adopted: set[int] = field(default_factory=set[int])
    """Tracks that carry such an event on; the rule has not fired for them yet."""


class Watch:
    """Turns the scenes of one camera into the events of one deployment.

    Args:
        config: The rule.
        zones: Where it applies; empty: the whole picture. A rule that needs a line and has none
            sees nothing: `check_shapes` says so beforehand.
        new_id: Makes an event id.
        known: Events of the last seconds, so that a restart opens none of them twice.
        schedule: When it applies; None: always. What is open when it goes off ends.
    """

    def __init__(
        self,
        config: RuleConfig,
        zones: Sequence[Shape],
        new_id: Callable[[], str],
        known: Sequence[Event] = (),
        schedule: Schedule | None = None,
    ) -> None:
        self._new_id = new_id
        self._schedule = schedule
        self._places = [
            _Place(where, config, build_rule(config, where)) for where in places_of(config, zones)
        ]
        for place in self._places:
            place.events = {event.id: event for event in known if event.zone == place.where.name}
            place.unfinished = frozenset(e.id for e in place.events.values() if not e.ended_at)
            place.opened_at = max((e.opened_at for e in place.events.values()), default=None)

    @property
    def open_events(self) -> list[Event]:
        """As they stand now; most have changed silently since they were last returned."""
        return [e for place in self._places for e in place.events.values() if e.ended_at is None]

    def hand_over(self) -> None:
        """The same things come by other tracks from now on: another model finds them.

        What is open stays open for what is found where its subject was.
        """
        for place in self._places:
            place.handed_over = {e.id for e in place.events.values() if e.ended_at is None}
            place.tracks, place.firsts, place.adopted = {}, {}, set()

    def update(self, scene: Scene) -> list[Event]:
        """Look at the next scene; times rise from call to call.

        Returns:
            Events that opened, were taken up again, or ended.
        """
        if self._schedule is not None and not self._schedule.is_on(scene.at):
            return self.close()
        return [event for place in self._places for event in self._update(place, scene)]

    def close(self) -> list[Event]:
        """End what is open: the deployment stops, its time or the clip is over."""
        ended = [event for place in self._places for event in _end(place, None)]
        for place in self._places:
            place.rule = build_rule(place.config, place.where)
        return ended

    def take_judged(self) -> Counter[str]:
        """What its rules judged since this was last asked; see `Judging`."""
        judged: Counter[str] = Counter()
        for place in self._places:
            if isinstance(place.rule, Judging):
                judged += place.rule.take_judged()
        return judged

    def _update(self, place: _Place, scene: Scene) -> list[Event]:
        changed: list[Event] = []
        place.started_at = place.started_at or scene.at
        _adopt(place, scene)
        _follow(place, scene)
        for firing in place.rule.update(scene):
            if not firing.of_place and _is_told(place, scene, firing):
                continue  # by the event that its track carries on
            known = _lasting(place) if firing.of_place else _same_thing(place, scene, firing)
            if known is None and _cools_down(place, scene.at):
                continue
            if known is None:
                event = self._open(place, scene, firing)
                place.opened_at = scene.at
                changed.append(event)
            elif firing.of_place and known.ended_at is None:
                event = replace(known, last_seen_at=scene.at)
            else:
                event = replace(
                    known,
                    revision=known.revision + 1,
                    occurrences=known.occurrences + 1,
                    last_seen_at=scene.at,
                    ended_at=None,
                )
                changed.append(event)
            place.events[event.id] = event
            if not firing.of_place:
                place.tracks[int(scene.track_ids[firing.objects[0]])] = event.id
        return changed + _end(place, scene.at)

    def _open(self, place: _Place, scene: Scene, firing: Firing) -> Event:
        objects = tuple(scene.object(index) for index in firing.objects)
        path = (
            ((scene.at, place.where.box),)
            if firing.of_place
            else (place.firsts[objects[0].track_id], (scene.at, objects[0].box))
        )
        return Event(
            id=self._new_id(),
            revision=1,
            rule=place.config.rule,
            zone=place.where.name,
            objects=objects,
            path=path,
            confidence=round(firing.confidence, 4),
            first_seen_at=firing.first_seen_at,
            opened_at=scene.at,
            last_seen_at=scene.at,
        )


def _cools_down(place: _Place, at: datetime) -> bool:
    opened_at = place.opened_at
    return opened_at is not None and at - opened_at < timedelta(seconds=place.config.cooldown_s)


def _lasting(place: _Place) -> Event | None:
    """The event of the place that is open, or was lately: the newest."""
    return max(place.events.values(), key=lambda event: event.opened_at, default=None)


def _adopt(place: _Place, scene: Scene) -> None:
    """Let tracks carry on the handed-over events whose subject was where they are."""
    for event in [place.events[e] for e in place.handed_over if e in place.events]:
        gap_s = (scene.at - event.last_seen_at).total_seconds()
        if event.ended_at is not None or gap_s > REJOIN_S:
            place.handed_over.discard(event.id)
            continue
        if len(event.path) == 1:
            continue  # of a place
        _, where = event.path[-1]
        apart = {
            int(track): _distance(scene.fractions(index), where)
            for index, track in enumerate(scene.track_ids)
            if track >= 0
            and int(track) not in place.tracks
            and str(scene.class_names[index]) == event.objects[0].class_name
        }
        nearest = min(apart, key=lambda track: apart[track], default=None)
        if nearest is not None and apart[nearest] <= NEAR + REACH_PER_S * gap_s:
            place.tracks[nearest] = event.id
            place.adopted.add(nearest)
            place.handed_over.discard(event.id)


def _is_told(place: _Place, scene: Scene, firing: Firing) -> bool:
    """Whether the rule fires for the first time for a track that carries an open event on."""
    track = int(scene.track_ids[firing.objects[0]])
    if track not in place.adopted:
        return False
    place.adopted.discard(track)
    event = place.events.get(place.tracks.get(track, ""))
    return event is not None and event.ended_at is None


def _follow(place: _Place, scene: Scene) -> None:
    """Note where every track is, and carry on the events whose subject is in sight."""
    seen = [int(track) for track in scene.track_ids if track >= 0]
    for index, track_id in enumerate(scene.track_ids):
        track = int(track_id)
        if track < 0:
            continue
        box = scene.fractions(index)
        place.firsts.setdefault(track, (scene.at, box))
        event = place.events.get(place.tracks.get(track, ""))
        if event is not None and event.ended_at is None:
            place.events[event.id] = replace(
                event, last_seen_at=scene.at, path=_extend(event.path, scene.at, box)
            )
    if len(place.firsts) > 4 * len(seen) + 200:  # keep what is in sight or was lately
        horizon = scene.at - timedelta(seconds=60)
        place.firsts = {t: f for t, f in place.firsts.items() if t in seen or f[0] >= horizon}


def _extend(
    path: tuple[tuple[datetime, Box], ...], at: datetime, box: Box
) -> tuple[tuple[datetime, Box], ...]:
    """The path with its newest point; points closer than `PATH_STEP_S` are replaced."""
    if len(path) > 1 and (at - path[-2][0]).total_seconds() < PATH_STEP_S:
        path = path[:-1]
    return (*path[-PATH_LENGTH + 1 :], (at, box))


def _same_thing(place: _Place, scene: Scene, firing: Firing) -> Event | None:
    """The event that this firing continues, if one of the last seconds was where this is."""
    subject = scene.object(firing.objects[0])
    points = [place.firsts[subject.track_id], (scene.at, subject.box)]
    in_sight = {place.tracks[int(track)] for track in scene.track_ids if int(track) in place.tracks}
    for event in place.events.values():
        if event.id in in_sight:
            continue
        pairs = [(mine, theirs) for mine in points for theirs in event.path]
        mine, theirs = min(pairs, key=lambda pair: abs(pair[0][0] - pair[1][0]))
        gap_s = abs((mine[0] - theirs[0]).total_seconds())
        reach = NEAR + REACH_PER_S * gap_s if gap_s <= REJOIN_S else STILL
        longest_s = max(REJOIN_S, place.config.forget_s)
        if _nobody_looked(place, event, points[0][0]):
            longest_s = max(longest_s, RESTART_S)
        if gap_s <= longest_s and _distance(mine[1], theirs[1]) <= reach:
            return event
    return None


def _nobody_looked(place: _Place, event: Event, first_at: datetime) -> bool:
    """Whether a restart broke an event off, and this was there right after it."""
    started_at = place.started_at
    return (
        started_at is not None
        and event.id in place.unfinished
        and event.last_seen_at < started_at
        and (first_at - started_at).total_seconds() <= REJOIN_S
    )


def _distance(a: Box, b: Box) -> float:
    """Between the centres, per axis in sizes of the larger box, the longer of the two."""
    width = max(a[2] - a[0], b[2] - b[0], 1e-6)
    height = max(a[3] - a[1], b[3] - b[1], 1e-6)
    dx = abs(a[0] + a[2] - b[0] - b[2]) / 2
    dy = abs(a[1] + a[3] - b[1] - b[3]) / 2
    return max(dx / width, dy / height)


def _end(place: _Place, at: datetime | None) -> list[Event]:
    """End the events whose subject is gone (all, if `at` is None) and forget the old ones."""
    ended: list[Event] = []
    for event in list(place.events.values()):
        gone_s = None if at is None else (at - event.last_seen_at).total_seconds()
        if event.ended_at is None and (gone_s is None or gone_s > place.config.forget_s):
            event = replace(event, revision=event.revision + 1, ended_at=event.last_seen_at)
            place.events[event.id] = event
            ended.append(event)
        if gone_s is not None and gone_s > REMEMBERED_S and event.ended_at is not None:
            del place.events[event.id]
            place.tracks = {t: e for t, e in place.tracks.items() if e != event.id}
    return ended
