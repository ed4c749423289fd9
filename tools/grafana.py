"""Grafana's dashboard, from one table: a panel is a line.

python -m tools.grafana > deploy/grafana/longan.json
"""

import json
from typing import Any, NamedTuple

SOURCE = {"type": "prometheus", "uid": "prometheus"}


class Panel(NamedTuple):
    """What one panel shows; `unit` is Grafana's word."""

    title: str
    kind: str
    unit: str
    query: str
    legend: str = ""


ROWS: dict[str, tuple[Panel, ...]] = {
    "At a glance": (
        Panel("Cameras online", "stat", "none", 'sum(longan_cameras{state="online"})'),
        Panel("Cameras offline", "stat", "none", 'sum(longan_cameras{state="offline"})'),
        Panel("Events in the last hour", "stat", "none", "sum(increase(longan_events_total[1h]))"),
        Panel(
            "Wanted pictures that are looked at",
            "stat",
            "percentunit",
            "sum(longan_camera_analysed_fps) / sum(longan_camera_wanted_fps)",
        ),
        Panel("Nodes that shed", "stat", "none", "sum(longan_node_shed) or vector(0)"),
    ),
    "Events": (
        Panel(
            "Events by scenario",
            "timeseries",
            "none",
            "sum by (scenario) (increase(longan_events_total[15m]))",
            "{{scenario}}",
        ),
        Panel(
            "Events by severity",
            "timeseries",
            "none",
            "sum by (severity) (increase(longan_events_total[15m]))",
            "{{severity}}",
        ),
    ),
    "Cameras": (
        Panel("By state", "timeseries", "none", "longan_cameras", "{{state}}"),
        Panel(
            "Age of the newest picture",
            "timeseries",
            "s",
            "quantile(0.5, longan_camera_frame_age_seconds)",
            "median",
        ),
        Panel(
            "Twenty oldest pictures",
            "table",
            "s",
            "topk(20, longan_camera_frame_age_seconds)",
            "{{camera_id}}",
        ),
    ),
    "Nodes": (
        Panel("Busy", "timeseries", "percentunit", "longan_node_busy", "{{node}}"),
        Panel(
            "Sheds",
            "timeseries",
            "none",
            "sum by (node, what) (longan_node_shed)",
            "{{node}}: {{what}}",
        ),
        Panel(
            "One picture costs",
            "timeseries",
            "s",
            "longan_model_picture_seconds",
            "{{algorithm}} {{version}} on {{node}}, {{engine}}",
        ),
    ),
    "API": (
        Panel(
            "Answers",
            "timeseries",
            "reqps",
            "sum by (status) (rate(longan_http_requests_total[5m]))",
            "{{status}}",
        ),
        Panel(
            "95 of 100 answers within",
            "timeseries",
            "s",
            "histogram_quantile(0.95, sum by (le, operation) "
            '(rate(longan_http_request_duration_seconds_bucket{operation!~".*stream.*"}[5m])))',
            "{{operation}}",
        ),
    ),
    "Models": (
        Panel(
            "Drift (PSI; 0.25 is much)",
            "timeseries",
            "none",
            "max by (algorithm, version, measure) (longan_drift_psi)",
            "{{algorithm}} {{version}}: {{measure}}",
        ),
        Panel("Submissions", "timeseries", "none", "longan_submissions", "{{state}}"),
    ),
}

WIDTH, HEIGHT = 24, 8


def dashboard() -> dict[str, Any]:
    """What Grafana imports."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        place = {"x": 0, "y": top, "w": WIDTH, "h": 1}
        panels.append({"id": len(panels) + 1, "type": "row", "title": title, "gridPos": place})
        height = 4 if row[0].kind == "stat" else HEIGHT
        wide = WIDTH // len(row)
        for column, panel in enumerate(row):
            place = {"x": column * wide, "y": top + 1, "w": wide, "h": height}
            panels.append(_panel(len(panels) + 1, panel, place))
        top += 1 + height
    return {
        "uid": "longan",
        "title": "Longan",
        "tags": ["longan"],
        "timezone": "browser",
        "schemaVersion": 41,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panels,
    }


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    target: dict[str, Any] = {"refId": "A", "datasource": SOURCE, "expr": panel.query}
    if panel.legend:
        target["legendFormat"] = panel.legend
    if panel.kind == "table":
        target |= {"instant": True, "format": "table"}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [target],
    }


if __name__ == "__main__":
    print(json.dumps(dashboard(), indent=1))  # noqa: T201
