"""Cameras: what was asked of them, and how they are."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field
from sqlalchemy.orm import Session

from scenarios.zones import PrivacyArea
from serving.api.address import (
    HIDDEN,
    Kind,
    check_address,
    check_sub_address,
    has_hidden_secret,
    hide_secrets,
    kind_of,
)
from serving.api.context import Configured, Id, Previewed, Stored
from serving.api.documents import (
    Document,
    FieldOfView,
    Heading,
    Height,
    Latitude,
    Longitude,
    Order,
    Pitch,
    Range,
    Tags,
    Text,
)
from serving.api.etag import ExpectedRevision, etag
from serving.api.fitness import FitnessDocument, fitness
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.api.reach import refuse_forbidden
from serving.api.wires import NOTHING_SEEN, PreviewWant
from serving.store import cameras
from serving.store.models import Camera, CameraStatus
from serving.store.sealing import SealingError

log = structlog.get_logger()

router = APIRouter(prefix="/cameras", tags=["cameras"])

SNAPSHOT_WIDTH_PX = 1280
SNAPSHOT_WAIT_S = 3.0

Address = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(check_address)]
SubAddress = Annotated[Address, AfterValidator(check_sub_address)]
PollSeconds = Annotated[float, Field(ge=0.5, le=86400)]
FramesPerSecond = Annotated[float, Field(ge=0.1, le=30)]
PrivacyAreas = Annotated[list[PrivacyArea], Field(max_length=20)]


class CameraOrder(Order):
    """A new camera."""

    name: Text

    url: Address
    """rtsp://, rtsps://, http://, https://, file:/// or the path of a file on the server."""

    sub_url: SubAddress | None = None
    """The same view at a lower resolution: analysed in place of `url`, which then gives evidence
    only."""

    kind: Kind | None = None
    """How the address is read; left out: told by the address itself."""

    poll_s: PollSeconds = 10.0
    """Seconds between two pictures of a snapshot address."""

    loop: bool = False
    """A file starts again at its end."""

    analysed_fps: FramesPerSecond = 5.0
    """Pictures a second that are looked at."""

    division: Text | None = None
    """The administrative area it belongs to: a code, or the way to it, such as
    `Longgang/Longcheng`."""

    tags: Tags = Field(default_factory=list[str])
    """Words by which deployments select it, such as `crossroads`."""

    lon: Longitude | None = None
    lat: Latitude | None = None

    privacy_areas: PrivacyAreas = Field(default_factory=list[PrivacyArea])
    """What nobody may see: black in live pictures, snapshots, crops and clips, and in what networks
    look at."""
    heading_deg: Heading | None = None
    """Where it looks: 0 is north, 90 east."""

    pitch_deg: Pitch | None = None
    """How it is tilted: 0 is level, -90 straight down."""

    fov_deg: FieldOfView | None = None
    """Width of its view; 360: all around."""

    range_m: Range | None = None
    """How far it tells things apart."""

    height_m: Height | None = None
    """Of its lens above the ground."""

    enabled: bool = True


def _unset() -> Any:
    return None


class CameraChange(Order):
    """What changes; what is left out stays."""

    name: Text = Field(default_factory=_unset)

    url: Address = Field(default_factory=_unset)
    """With its password, or as it was shown (`***`) to keep the password."""

    sub_url: SubAddress | None = Field(default_factory=_unset)
    """As `url`; null: there is none."""

    kind: Kind = Field(default_factory=_unset)
    poll_s: PollSeconds = Field(default_factory=_unset)
    loop: bool = Field(default_factory=_unset)
    analysed_fps: FramesPerSecond = Field(default_factory=_unset)
    division: Text | None = Field(default_factory=_unset)
    tags: Tags = Field(default_factory=_unset)
    lon: Longitude | None = Field(default_factory=_unset)
    lat: Latitude | None = Field(default_factory=_unset)
    privacy_areas: PrivacyAreas = Field(default_factory=_unset)
    heading_deg: Heading | None = Field(default_factory=_unset)
    pitch_deg: Pitch | None = Field(default_factory=_unset)
    fov_deg: FieldOfView | None = Field(default_factory=_unset)
    range_m: Range | None = Field(default_factory=_unset)
    height_m: Height | None = Field(default_factory=_unset)
    enabled: bool = Field(default_factory=_unset)


class CameraSpec(Document):
    """What was asked."""

    url: str
    """Its password shown as `***`."""

    sub_url: str | None
    """As `url`."""

    kind: Kind
    poll_s: float
    loop: bool
    analysed_fps: float
    division: str | None
    tags: list[str]
    lon: float | None
    lat: float | None
    privacy_areas: list[PrivacyArea]
    """What nobody may see."""
    heading_deg: float | None
    """Where it looks: 0 is north, 90 east."""

    pitch_deg: float | None
    """0: level; -90: straight down."""

    fov_deg: float | None
    range_m: float | None
    height_m: float | None
    """Of its lens above the ground."""

    enabled: bool


class CameraStatusDocument(Document):
    """What is."""

    state: str
    """registered, probing, online, degraded, offline or disabled."""

    reason: str | None
    message: str | None
    """What is wrong, in words."""

    since: datetime
    retries: int
    width_px: int | None
    height_px: int | None
    source_fps: float | None
    analysed_fps: float | None
    wanted_fps: float | None
    """What it would be analysed at if the node were idle."""

    decoding: str | None
    """Which pictures are decoded: all, reference (those that others refer to) or keyframes."""

    clock_offset_s: float | None
    """The camera's clock minus the server's; null where it does not tell the time."""

    last_frame_at: datetime | None


class CameraDocument(Document):
    """A camera."""

    id: str
    name: str
    spec: CameraSpec
    status: CameraStatusDocument
    created_at: datetime
    updated_at: datetime


class CameraDetailDocument(CameraDocument):
    """A camera, and how fit it is for what looks through it."""

    fitness: list[FitnessDocument]
    """One for each deployment that is enabled."""


@router.get("")
def list_cameras(store: Stored, cursor: Cursor = None, limit: Limit = 100) -> Page[CameraDocument]:
    """All cameras, oldest first."""
    with store.read() as session:
        rows = cameras.page(session, after=read_id_cursor(cursor), limit=limit + 1)
        statuses = cameras.statuses(session, [row.id for row in rows])
    items = [_document(row, statuses.get(row.id)) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=CameraDocument)
def create_camera(
    order: CameraOrder, store: Stored, settings: Configured, once: OnlyOnce
) -> Response:
    """Register a camera; its stream starts within seconds."""
    for name, url in (("url", order.url), ("sub_url", order.sub_url)):
        refuse_hidden(name, url)
        refuse_forbidden(f"body.{name}", url, settings.outbound)
    _refuse_sub_of(order.kind or kind_of(order.url), order.sub_url)

    def make() -> Made:
        fields = order.model_dump(mode="json")
        fields["kind"] = order.kind or kind_of(order.url)
        camera = cameras.create(session, Camera(**fields))
        headers = {"Location": f"/api/v1/cameras/{camera.id}", "ETag": etag(camera.revision)}
        return _read(session, camera), headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{camera_id}")
def get_camera(camera_id: Id, store: Stored, response: Response) -> CameraDetailDocument:
    """One camera; its ETag is for changing it."""
    with store.read() as session:
        camera = cameras.get(session, camera_id)
        status = cameras.status(session, camera_id)
        response.headers["ETag"] = etag(camera.revision)
        return CameraDetailDocument(
            **dict(_document(camera, status)), fitness=fitness(session, camera, status)
        )


@router.patch("/{camera_id}")
def change_camera(
    camera_id: Id,
    change: CameraChange,
    revision: ExpectedRevision,
    store: Stored,
    settings: Configured,
    response: Response,
) -> CameraDocument:
    """Change a camera; its stream follows within seconds."""
    fields = change.model_dump(mode="json", include=change.model_fields_set)
    with store.write() as session:
        stored = cameras.get(session, camera_id)
        for name in ("url", "sub_url"):
            known = _address(stored, name)
            if name in fields and known and fields[name] == hide_secrets(known):
                fields[name] = known
            refuse_hidden(name, fields.get(name))
            refuse_forbidden(f"body.{name}", fields.get(name), settings.outbound)
        if "url" in fields and fields["url"] != _address(stored, "url"):
            fields.setdefault("kind", kind_of(fields["url"]))
        sub_url = fields.get("sub_url", stored.sealed_sub_url)
        _refuse_sub_of(fields.get("kind", stored.kind), sub_url)
        camera = cameras.update(session, camera_id, revision, **fields)
        response.headers["ETag"] = etag(camera.revision)
        return _read(session, camera)


@router.delete("/{camera_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_camera(camera_id: Id, store: Stored) -> None:
    """Forget a camera; deployments go on without it and its events stay."""
    with store.write() as session:
        cameras.delete(session, camera_id)


@router.get(
    "/{camera_id}/snapshot",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def get_snapshot(camera_id: Id, store: Stored, preview: Previewed) -> Response:
    """The newest picture, as JPEG."""
    with store.read() as session:
        name = cameras.get(session, camera_id).name
    want = PreviewWant(camera_id, SNAPSHOT_WIDTH_PX, NOTHING_SEEN)
    frames = [] if preview is None else preview.newest([want], SNAPSHOT_WAIT_S)
    if not frames:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            f"There is no picture of {name} yet; GET /api/v1/cameras/{camera_id} says how it is.",
        )
    taken_at = frames[0].captured_at.isoformat()
    return Response(frames[0].jpeg, media_type="image/jpeg", headers={"X-Captured-At": taken_at})


def refuse_hidden(field: str, url: str | None) -> None:
    """Raise a ProblemError for an address that was shown, its password replaced."""
    if url and has_hidden_secret(url):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{field}: the password is hidden as ***; type the address with its real password",
            errors=[
                FieldError(where=f"body.{field}", message="carries *** in place of a password")
            ],
        )


def _refuse_sub_of(kind: str, sub_url: str | None) -> None:
    if sub_url and kind != "stream":
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"sub_url: only a stream has a sub-stream, and this camera is a {kind}; leave it out",
            errors=[FieldError(where="body.sub_url", message="belongs to a stream only")],
        )


def _address(camera: Camera, name: str) -> str | None:
    """As it was given; `***` where it does not open, so that the others can still be seen."""
    try:
        return getattr(camera, name)
    except SealingError as error:
        log.error("address does not open", camera_id=camera.id, why=str(error))
        return HIDDEN


def _read(session: Session, camera: Camera) -> CameraDocument:
    return _document(camera, cameras.status(session, camera.id))


def _document(camera: Camera, status: CameraStatus | None) -> CameraDocument:
    if status is None:
        status = CameraStatus(state="registered", since=camera.created_at, retries=0)
    urls = {name: _address(camera, name) for name in ("url", "sub_url")}
    rest = CameraSpec.model_fields.keys() - urls.keys()
    spec: dict[str, Any] = {name: getattr(camera, name) for name in rest}
    spec |= {name: url and hide_secrets(url) for name, url in urls.items()}
    return CameraDocument(
        id=camera.id,
        name=camera.name,
        spec=CameraSpec(**spec),
        status=CameraStatusDocument(
            **{name: getattr(status, name) for name in CameraStatusDocument.model_fields}
        ),
        created_at=camera.created_at,
        updated_at=camera.updated_at,
    )
