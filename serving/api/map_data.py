"""The city's own map and model, as the operator has set them; the dashboard draws them."""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.responses import FileResponse

from serving.api.context import Configured
from serving.api.documents import Document
from serving.api.problems import ProblemError
from serving.settings import Settings

router = APIRouter(prefix="/map", tags=["map"])

FilePath = Annotated[str, InPath(max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]

FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
}

_KINDS = {
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".json": "application/json",
    ".ktx2": "image/ktx2",
}


class CityModelDocument(Document):
    """A model of the city, in metres."""

    format: Literal["gltf", "3d-tiles"]

    url: str
    """Of the file to begin with; those it refers to lie beside it."""

    lon: float | None
    """Where its origin lies; null: 3D Tiles that say so themselves."""

    lat: float | None
    heading_deg: float
    """Where its north points to, clockwise from north."""

    height_m: float
    """How far it is lifted."""


class MapDocument(Document):
    """What lies below the cameras; all null: a plain ground and generated houses."""

    tiles: str | None
    """Address of raster tiles with `{z}`, `{x}` and `{y}`, Web Mercator."""

    style: str | None
    """Address of a MapLibre style; it stands in place of `tiles`."""

    attribution: str
    model: CityModelDocument | None


@router.get("")
async def get_map(settings: Configured) -> MapDocument:
    """The city's map and model."""
    return MapDocument(
        tiles=settings.map_tiles,
        style=settings.map_style,
        attribution=settings.map_attribution,
        model=_model(settings),
    )


@router.get("/model/{path:path}", response_class=FileResponse, responses=FILES)
def get_model_file(path: FilePath, settings: Configured) -> FileResponse:
    """A file of the city's model."""
    file = None if settings.map_model is None else _file(settings.map_model, path)
    if file is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            f"There is no file {path!r} in the city's model; LONGAN_MAP_MODEL says which model "
            "there is, and GET /api/v1/map where it begins.",
        )
    kind = _KINDS.get(file.suffix.lower(), "application/octet-stream")
    return FileResponse(file, media_type=kind, headers={"Cache-Control": "private, no-cache"})


def addresses(settings: Settings) -> list[str]:
    """Of what a browser asks other hosts for, since the operator wants it."""
    return [address for address in (settings.map_tiles, settings.map_style) if address]


def _model(settings: Settings) -> CityModelDocument | None:
    if settings.map_model is None:
        return None
    return CityModelDocument(
        format="3d-tiles" if settings.map_model.name == "tileset.json" else "gltf",
        url=f"/api/v1/map/model/{settings.map_model.name}",
        lon=settings.map_model_lon,
        lat=settings.map_model_lat,
        heading_deg=settings.map_model_heading_deg,
        height_m=settings.map_model_height_m,
    )


def _file(model: Path, path: str) -> Path | None:
    """The file in the model's folder; of a `.glb` only itself, which holds everything."""
    folder = model.resolve().parent
    try:
        file = (folder / path).resolve()
        there = file.is_file()
    except OSError:  # the name is longer than a file's can be
        return None
    alone = model.suffix.lower() == ".glb"
    ours = file == model.resolve() if alone else file.is_relative_to(folder)
    return file if there and ours else None
