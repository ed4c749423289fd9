"""An event as the outside sees it: the same in REST answers, messages and webhooks."""

from typing import Any

from scenarios.scenario import load_catalog
from serving.store.messages import rfc3339
from serving.store.models import Event, Evidence


def event_data(event: Event, evidence: list[Evidence]) -> dict[str, Any]:
    """The event as plain JSON.

    Args:
        event: A stored event.
        evidence: Pictures and clips; those of other events are passed over.
    """
    scenario = load_catalog().get(event.scenario)
    links = [_link(row) for row in evidence if row.event_id == event.id]
    return {
        "id": event.id,
        "revision": event.revision,
        "camera": {
            "id": event.camera_id,
            "name": event.camera_name,
            "division": event.division,
            "lon": event.lon,
            "lat": event.lat,
        },
        "deployment": {"id": event.deployment_id, "revision": event.deployment_revision},
        "scenario": event.scenario,
        "scenario_title_zh": event.scenario if scenario is None else scenario.title_zh,
        "scenario_title_en": event.scenario if scenario is None else scenario.title_en,
        "severity": event.severity,
        "rule": event.rule,
        "zone": event.zone,
        "zone_outline": event.zone_outline,
        "algorithms": event.algorithms,
        "objects": event.objects,
        "path": event.path,
        "frame": {"width_px": event.frame_width_px, "height_px": event.frame_height_px},
        "confidence": event.confidence,
        "life_cycle": event.life_cycle,
        "first_seen_at": rfc3339(event.first_seen_at),
        "opened_at": rfc3339(event.opened_at),
        "last_seen_at": rfc3339(event.last_seen_at),
        "ended_at": None if event.ended_at is None else rfc3339(event.ended_at),
        "dedup_key": event.dedup_key,
        "occurrences": event.occurrences,
        "incident_id": event.incident_id,
        "suppressed_by": event.suppressed_by,
        "evidence": links,
        "evidence_state": _state(links),
    }


def _state(links: list[dict[str, Any]]) -> str:
    if not links:
        return "none"
    return "kept" if any(link["removed_at"] is None for link in links) else "expired"


def _link(row: Evidence) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "url": f"/api/v1/events/{row.event_id}/evidence/{row.kind}",
        "media_type": row.media_type,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "masked": row.masked,
        "masked_by": row.masked_by,
        "original_sha256": row.original_sha256,
        "opened_s": row.opened_s,
        "removed_at": None if row.removed_at is None else rfc3339(row.removed_at),
    }
