# pyright: basic
"""Lists, KPIs and one round of retention in a PostgreSQL that holds ten million events.

    python -m benchmarks.retention [--events 10000000]

Starts a PostgreSQL of its own, with its defaults but for 1 GB of shared buffers, and fills it:
events over 90 days, 3,000 cameras, 31 scenarios, two pieces of evidence each, a review of every
twentieth, a work order of every hundredth. PostgreSQL makes the rows itself (`INSERT … SELECT
generate_series`): a `COPY` from here would measure Python. Every query runs with other cameras,
scenarios and places each time; what is measured is what the API does in the store, rows made to
objects included, HTTP not.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.harness import Bar, arguments, write
from serving.events.retention import Retention, prune
from serving.store import Store, events, kpis, reviews
from serving.store.archive import Archive
from serving.store.events import EventFilter
from tests.postgres import running_cluster

DAYS, CAMERAS, SCENARIOS, STREETS = 90, 3000, 31, 20
TIMES = 40
BAR_MS = 200
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BEGIN = NOW - timedelta(days=DAYS)
KEPT = Retention(days=30, days_of={"critical": 90}, originals_days=7)
SETTINGS = {"shared_buffers": "1GB", "work_mem": "64MB", "maintenance_work_mem": "1GB"}
SETTINGS |= {"max_wal_size": "8GB", "max_connections": "100", "listen_addresses": "''"}

EVENTS = """
INSERT INTO event (id, revision, camera_id, camera_name, division, lon, lat, deployment_id,
  deployment_revision, scenario, severity, rule, zone, algorithms, objects, path, frame_width_px,
  frame_height_px, confidence, life_cycle, first_seen_at, opened_at, last_seen_at, ended_at,
  dedup_key, occurrences, incident_id, created_at)
SELECT
  '01' || lpad(to_hex(i), 10, '0') || upper(substr(md5(i::text), 1, 14)),
  2, 'CAMERA' || lpad(c::text, 20, '0'), 'Avenue ' || c % 300 || ', camera ' || c,
  'Longgang/Street ' || c % :streets, 114.2, 22.7, 'DEPLOYMENT' || lpad((c % 400)::text, 16, '0'),
  1, 'scenario-' || s, CASE WHEN s % 10 = 0 THEN 'critical' WHEN s % 3 = 0 THEN 'notice'
  ELSE 'major' END, 'dwell', 'zone ' || c % 50,
  ('[{"name": "model-' || s % 20 || '", "version": "1.' || (i * 4 / :n) || '.0", "sha256": "'
    || md5((s % 20)::text) || md5((i * 4 / :n)::text) || '"}]')::json,
  '[{"track_id": 7, "class_name": "without_helmet", "confidence": 0.81,
     "box": [0.1, 0.2, 0.3, 0.4]}]',
  '[["2026-11-24T12:00:00+00:00", 0.1, 0.2, 0.3, 0.4],
     ["2026-11-24T12:00:01+00:00", 0.1, 0.2, 0.3, 0.4],
     ["2026-11-24T12:00:02+00:00", 0.1, 0.2, 0.3, 0.4]]',
  1280, 720, 0.5 + (i % 50) / 100.0, CASE WHEN i > :n - 300 THEN 'open' ELSE 'ended' END,
  t, t, t + interval '20 seconds', CASE WHEN i > :n - 300 THEN NULL ELSE t + interval '20 seconds'
  END, i::text, 1, '01' || lpad(to_hex(i / 3), 24, '0'), t
FROM (
  SELECT i, abs(hashint8(i)) % :cameras AS c,
    (abs(hashint8(i)) % :cameras * 7 + i % 3) % :scenarios AS s,
    CAST(:begin AS timestamptz) + i * (CAST(:days AS interval) / :n) AS t
  FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
) AS made
"""

EVIDENCE = """
INSERT INTO evidence (event_id, kind, path, media_type, sha256, size_bytes, masked, original_sha256,
  original_size_bytes, removed_at, original_removed_at, opened_at, created_at)
SELECT id, kind, to_char(opened_at, 'YYYY/MM/DD/') || id || '-' || kind || '.jpg', 'image/jpeg',
  md5(id) || md5(kind), 50000, true, md5(kind) || md5(id), 60000,
  CASE WHEN severity <> 'critical'
    AND opened_at < CAST(:now AS timestamptz) - interval '30 days 1 hour'
    THEN opened_at + interval '30 days' END,
  CASE WHEN opened_at < CAST(:now AS timestamptz) - interval '7 days 1 hour'
    THEN opened_at + interval '7 days' END,
  opened_at, opened_at
FROM event CROSS JOIN (VALUES ('snapshot'), ('crop')) AS kinds (kind)
"""

REVIEWS = """
INSERT INTO review (id, event_id, look, sampled, verdict, reason, reviewer_id, reviewer, created_at)
SELECT upper(substr(md5(id), 1, 26)), id, 1, false,
  (ARRAY['confirmed', 'confirmed', 'confirmed', 'false_alarm', 'unsure'])[1 + n % 5],
  CASE WHEN n % 5 = 3 THEN 'look_alike' END, 'ANNA', 'Anna', opened_at + interval '1 hour'
FROM (SELECT id, opened_at, abs(hashtext(id)) % 100 AS n FROM event) AS e WHERE n < 5
"""

ORDERS = """
INSERT INTO work_order (id, event_id, incident_id, scenario, division, occurred_at, state, unit,
  dispatched_at, due_at, escalated, created_at, updated_at)
SELECT id, id, incident_id, scenario, division, opened_at, 'closed',
  'unit-' || abs(hashtext(id)) % 9, opened_at + interval '1 hour',
  opened_at + interval '25 hours', false, opened_at, opened_at
FROM event WHERE abs(hashtext(id)) % 100 = 0
"""

STEPS = """
INSERT INTO work_order_step (id, order_id, number, step, unit, actor, at)
SELECT upper(substr(md5(id || n), 1, 26)), id, n, step, unit, 'Ben',
  occurred_at + n * interval '1 hour'
FROM work_order
CROSS JOIN (VALUES (1, 'dispatched'), (2, 'accepted'), (3, 'resolved')) AS s (n, step)
"""


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, help="how many")
    asked = parser.parse_args()
    count = 50_000 if asked.quick else asked.events
    with running_cluster(SETTINGS) as cluster:
        store = Store(cluster.url(cluster.create_migrated()))
        begun = time.monotonic()
        filled = fill(store, count)
        filled["total_s"] = round(time.monotonic() - begun, 1)
        print(filled, flush=True)
        found = {name: measured(store, ask) for name, ask in QUERIES.items()}
        retention = one_round(store)
        store.dispose()
    slow = {name: f["p95_ms"] for name, f in found.items() if f["p95_ms"] > BAR_MS}
    lists = {name: f["p95_ms"] for name, f in found.items() if name.startswith("list")}
    counted = {name: f["p95_ms"] for name, f in found.items() if name.startswith("kpi")}
    figures = {"events": count, "fill": filled, "queries": found, "slower_than_the_bar": slow}
    bars = [
        Bar(f"{what} among {count:,} events: slowest p95", f"≤ {BAR_MS} ms",
            f"{max(of.values())} ms", max(of.values()) <= BAR_MS)
        for what, of in (("List of events", lists), ("KPI of a day", {
            name: value for name, value in counted.items() if name.endswith("day")
        }))
    ]  # fmt: skip
    write("retention", {**figures, "retention": retention}, bars, quick=asked.quick)


def fill(store: Store, count: int) -> dict[str, Any]:
    """Rows first, indexes afterwards; returns what is there and what it takes."""
    numbers = {"n": count, "cameras": CAMERAS, "scenarios": SCENARIOS, "streets": STREETS}
    numbers |= {"begin": BEGIN, "days": f"{DAYS} days"}
    with store.write() as session:
        made = session.execute(text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename "
            "IN ('event', 'evidence', 'review') AND indexdef NOT LIKE '%UNIQUE%'"
        )).all()  # fmt: skip
        for name, _ in made:
            session.execute(text(f"DROP INDEX {name}"))
    begun = time.monotonic()
    for first in range(1, count + 1, 500_000):
        last = min(first + 499_999, count)
        with store.write() as session:
            session.execute(text(EVENTS), {**numbers, "first": first, "last": last})
    rows_s = time.monotonic() - begun
    for statement in (EVIDENCE, REVIEWS, ORDERS, STEPS):
        with store.write() as session:
            # What refers to what is known: it need not be looked up for every row.
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(statement), {"now": NOW} if ":now" in statement else {})
    begun = time.monotonic()
    for _, definition in made:
        with store.write() as session:
            session.execute(text(definition))
    indexes_s = time.monotonic() - begun
    with store._engines[1].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with store.read() as session:
        sizes = "SELECT relname, pg_total_relation_size(oid) / 1000000 FROM pg_class WHERE relname "
        kept = session.execute(text(sizes + "IN ('event', 'evidence', 'review')")).all()
        each = session.execute(text(
            "SELECT indexrelname, pg_relation_size(indexrelid) / 1000000 FROM pg_stat_user_indexes "
            "WHERE relname = 'event' ORDER BY 1"
        )).all()  # fmt: skip
    return {
        "events_s": round(rows_s, 1),
        "indexes_s": round(indexes_s, 1),
        "megabytes": {name: int(size) for name, size in kept},
        "indexes_of_event_megabytes": {name: int(size) for name, size in each},
    }


Ask = Callable[[Session, random.Random], object]


def page(**fields: Any) -> Ask:
    """A page as the API reads it; a field may be made of chance."""

    def ask(session: Session, chance: random.Random) -> object:
        made = {key: value(chance) if callable(value) else value for key, value in fields.items()}
        after = made.pop("after", None)
        rows = events.page(session, EventFilter(**made), after=after, limit=50)
        ids = [row.id for row in rows]
        return events.evidence_of(session, ids), reviews.standing_of(session, ids)

    return ask


def queue(session: Session, _: random.Random) -> object:
    which = reviews.QueueFilter()
    return reviews.queue(session, which, reviewer_id="BEN", share=0.05, limit=20)


def counted(days: int, group_by: Any = None, **fields: Any) -> Ask:
    def ask(session: Session, chance: random.Random) -> object:
        made = {key: value(chance) for key, value in fields.items()}
        scope = kpis.Scope(NOW - timedelta(days=days), NOW, **made)
        return kpis.events(session, scope, group_by=group_by, zone=ZoneInfo("Asia/Shanghai"))

    return ask


def precision(days: int) -> Ask:
    return lambda session, _: kpis.precision(session, kpis.Scope(NOW - timedelta(days=days), NOW))


def timeliness(days: int) -> Ask:
    return lambda session, _: kpis.timeliness(
        session, kpis.Scope(NOW - timedelta(days=days), NOW), group_by="unit", now=NOW
    )


def camera(chance: random.Random) -> str:
    return "CAMERA" + str(chance.randrange(CAMERAS)).zfill(20)


def scenario(chance: random.Random) -> str:
    return f"scenario-{chance.randrange(SCENARIOS)}"


def street(chance: random.Random) -> str:
    return f"Longgang/Street {chance.randrange(STREETS)}"


def moment(chance: random.Random) -> datetime:
    return BEGIN + timedelta(days=chance.uniform(1, DAYS))


def deep(chance: random.Random) -> tuple[datetime, str]:
    return moment(chance), "0"


def name(chance: random.Random) -> str:
    return f"camera {chance.randrange(1000, CAMERAS)}"


QUERIES: dict[str, Ask] = {
    "list, first page": page(),
    "list of a camera": page(camera_id=camera),
    "list of a scenario": page(scenario=scenario),
    "list of a street": page(division=street),
    "list of those open": page(life_cycle="open"),
    "list of a severity": page(severity="critical"),
    "list of the unreviewed": page(verdict="unreviewed"),
    "list of the confirmed": page(verdict="confirmed"),
    "list of the unsure of a scenario": page(verdict="unsure", scenario=scenario),
    "list of a day": page(until=moment),
    "list, deep page": page(after=deep),
    "list of a scenario, deep page": page(scenario=scenario, after=deep),
    "list by text, a camera's name": page(text=name),
    "list by text, a zone": page(text="zone 17"),
    "list by text, nothing": page(text="no such thing"),
    "list of what to review": queue,
    "kpi events, a day": counted(1),
    "kpi events of a street, a day": counted(1, "scenario", division=street),
    "kpi precision, a day": precision(1),
    "kpi timeliness, a day": timeliness(1),
    "kpi events, a week": counted(7),
    "kpi events by hour, a week": counted(7, "hour_of_day"),
    "kpi events of a camera, 30 days": counted(30, "day", camera_id=camera),
    "kpi events by scenario, 30 days": counted(30, "scenario"),
    "kpi precision, a week": precision(7),
    "kpi timeliness, a week": timeliness(7),
}


def measured(store: Store, ask: Ask) -> dict[str, float]:
    chance = random.Random(7)
    took: list[float] = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        with store.read() as session:
            ask(session, chance)
        took.append((time.perf_counter() - begun) * 1000)
        if sum(took) > 20_000:
            break
    median, p95 = (float(value) for value in np.percentile(took, [50, 95]))
    return {"p50_ms": round(median, 1), "p95_ms": round(p95, 1), "times": len(took)}


def one_round(store: Store) -> dict[str, Any]:
    """What an hour's round removes, and what the next finds."""
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "evidence")
        begun = time.monotonic()
        removed = prune(store, archive, KEPT, NOW)
        first_s = time.monotonic() - begun
        begun = time.monotonic()
        prune(store, archive, KEPT, NOW)
    return {
        "removed": removed,
        "round_s": round(first_s, 2),
        "round_with_nothing_to_do_s": round(time.monotonic() - begun, 2),
    }


if __name__ == "__main__":
    main()
