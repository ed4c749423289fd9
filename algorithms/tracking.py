"""Following things from frame to frame: ByteTrack, one instance per track group."""

from datetime import datetime
from typing import cast

import numpy as np
import supervision as sv
from numpy.typing import NDArray
from trackers import ByteTrackTracker
from trackers.utils.iou import BIoU

from algorithms.manifest import AlgorithmManifest

Floats = NDArray[np.float32]

LOST_AFTER_S = 1.5
"""A track not seen for so long is over."""

REACH = 0.5
"""Boxes are widened by this share on every side before they are matched: at 5 pictures a second
the head of a passing rider moves further than its own width (C-BIoU, arXiv 2211.14317)."""


class Tracker:
    """Gives the detections of one algorithm on one camera their track ids.

    Args:
        manifest: Its class groups decide which classes one track may change between.
        fps: Analysed pictures a second, as asked for.
    """

    def __init__(self, manifest: AlgorithmManifest, fps: float) -> None:
        self._groups = sorted(set(manifest.groups))
        self._group_of_class = np.array([self._groups.index(g) for g in manifest.groups])
        least = manifest.thresholds.confidence
        self._trackers = [
            _FromTheFirst(
                lost_track_buffer=round(LOST_AFTER_S * 30),
                frame_rate=fps,
                track_activation_threshold=least,
                high_conf_det_threshold=least,
                minimum_consecutive_frames=1,
                minimum_iou_threshold=0.1,
                iou=BIoU(REACH),
            )
            for _ in self._groups
        ]

    def update(self, detections: sv.Detections, at: datetime) -> sv.Detections:
        """Match the detections of one picture to the tracks.

        Args:
            detections: As the detector gave them; `class_id` as in the manifest.
            at: When the picture was taken; must rise from call to call.

        Returns:
            The same detections in another order with `tracker_id`: unique on this camera and
            algorithm, -1 for what is too faint to begin a track.
        """
        groups = (
            self._group_of_class[detections.class_id]
            if detections.class_id is not None and len(detections)
            else np.empty(0, int)
        )
        tracked: list[sv.Detections] = []
        for index, tracker in enumerate(self._trackers):
            mine = cast("sv.Detections", detections[np.flatnonzero(groups == index)])
            found = tracker.update(mine, timestamp=at.timestamp())
            if len(found) and found.tracker_id is not None:
                ids = found.tracker_id
                found.tracker_id = np.where(ids < 0, -1, ids * len(self._trackers) + index)
                tracked.append(found)
        return sv.Detections.merge(tracked) if tracked else empty()


class _FromTheFirst(ByteTrackTracker):
    """A track has its id from its first sighting on, so that none is lost to the rules."""

    def _spawn_new_tracks(
        self,
        detection_boxes: Floats,
        confidences: Floats,
        unmatched_high_local: list[int],
        high_indices: NDArray[np.intp],
        out_det_indices: list[int],
        out_tracker_ids: list[int],
    ) -> None:
        known, given = len(self.tracks), len(out_tracker_ids)
        super()._spawn_new_tracks(
            detection_boxes,
            confidences,
            unmatched_high_local,
            high_indices,
            out_det_indices,
            out_tracker_ids,
        )
        for track in self.tracks[known:]:
            track.tracker_id = self._allocate_tracker_id()
        out_tracker_ids[given:] = [track.tracker_id for track in self.tracks[known:]]


def empty() -> sv.Detections:
    """No detections, with every field the pipeline relies on."""
    return sv.Detections(
        xyxy=np.empty((0, 4), np.float32),
        confidence=np.empty(0, np.float32),
        class_id=np.empty(0, int),
        tracker_id=np.empty(0, int),
        data={"class_name": np.empty(0, dtype=np.str_)},
    )
