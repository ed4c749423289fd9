"""What a tile shows beside the picture: the camera's state and the names of what is seen."""

from dataclasses import dataclass, field

from serving.access import acting
from serving.api.live_messages import Subscribe
from serving.store import Store, algorithms, cameras


@dataclass(slots=True)
class CameraState:
    """What was last told of a camera; `classes` only grows, so that positions stay true."""

    state: str | None = None
    reason: str | None = None
    message: str | None = None
    classes: list[str] = field(default_factory=list[str])


def shown_only(store: Store, wanted: Subscribe) -> Subscribe:
    """What a browser wants to see, without what it may not, where it may not see everything."""
    request = acting()
    if request is None or request.where is None:
        return wanted
    with store.read() as session:
        shown = cameras.known(session, {tile.camera for tile in wanted.tiles})
    return wanted.model_copy(update={"tiles": [t for t in wanted.tiles if t.camera in shown]})


ClassTitles = dict[str, tuple[str, str]]
"""Class key → Chinese and English name."""


def read_states(store: Store, camera_ids: list[str]) -> dict[str, CameraState]:
    """How these cameras are; one that is not there has the state None."""
    with store.read() as session:
        rows = cameras.statuses(session, camera_ids)
    return {
        camera_id: CameraState(row.state, row.reason, row.message)
        for camera_id, row in rows.items()
    }


def read_class_titles(store: Store) -> ClassTitles:
    """What the algorithms call what they see; the newest version has the word."""
    with store.read() as session:
        manifests = [
            row.manifest
            for name in algorithms.names(session)
            for row in reversed(algorithms.versions(session, name))
        ]
    return {
        spec["key"]: (spec["zh"], spec["en"])
        for manifest in manifests
        for spec in manifest["classes"]
    }


def document(camera_id: str, state: CameraState, titles: ClassTitles) -> dict[str, object]:
    """The body of a state message."""
    named = ((key, *titles.get(key, (key, key))) for key in state.classes)
    return {
        "camera": camera_id,
        "state": state.state,
        "reason": state.reason,
        "message": state.message,
        "classes": [{"key": key, "zh": zh, "en": en} for key, zh, en in named],
    }
