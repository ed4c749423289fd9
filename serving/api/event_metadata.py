"""Events in the words of other standards."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from serving.api.context import Id, Stored
from serving.events.onvif import metadata_stream
from serving.store import events
from serving.store.event_data import event_data

router = APIRouter(prefix="/events/{event_id}", tags=["events"])

_XML: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/xml": {"schema": {"type": "string"}}}}
}


@router.get("/metadata.xml", response_class=Response, responses=_XML)
def get_event_metadata(event_id: Id, store: Stored) -> Response:
    """The event as an ONVIF metadata stream (`tt:MetadataStream`): what was seen, and the rule."""
    with store.read() as session:
        event = events.get(session, event_id)
        told = event_data(event, events.evidence_of(session, [event_id]))
    return Response(metadata_stream(told), media_type="application/xml")
