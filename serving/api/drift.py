"""Drift: whether versions still see what they were used to."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from scenarios.drift import Band, Measure
from serving.api.context import Stored
from serving.api.documents import Document, Word
from serving.api.evaluations import Reference
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.store import drift
from serving.store.retraining_models import Drift

router = APIRouter(prefix="/drift", tags=["algorithms"])


class DriftDocument(Document):
    """A measure of a version at a camera, this week against its first one there."""

    id: str
    camera_id: str
    algorithm: str
    version: str
    measure: Measure
    psi: float | None
    """Population stability index; null while too little was seen."""

    p_value: float | None
    """Kolmogorov and Smirnov's."""

    band: Band | None
    """`stable` below 0.1, `moderate` up to 0.25, then `major`."""

    since: datetime
    """In this band."""

    reference_from: datetime
    reference_until: datetime | None
    """Null: the first week is not over, or brought too little."""

    measured_at: datetime


@router.get("")
def list_drift(
    store: Stored,
    algorithm: Annotated[
        Reference | None, Query(description="`name@version`, or `name` for all its versions.")
    ] = None,
    camera_id: Annotated[Word | None, Query()] = None,
    band: Annotated[Band | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[DriftDocument]:
    """How far each version at each camera is from its first week there, in the order of ids."""
    after = read_id_cursor(cursor)
    with store.read() as session:
        rows = drift.page(
            session,
            algorithm=algorithm,
            camera_id=camera_id,
            band=band,
            after=after,
            limit=limit + 1,
        )
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


def _document(row: Drift) -> DriftDocument:
    fields = {name: getattr(row, name) for name in DriftDocument.model_fields if name != "version"}
    name, _, version = row.algorithm.partition("@")
    return DriftDocument.model_validate({**fields, "algorithm": name, "version": version})
