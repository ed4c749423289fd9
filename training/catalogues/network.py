"""Networks of public cameras as catalogues: a camera is a data set whose file is its picture."""

from abc import abstractmethod
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from glob import escape
from pathlib import Path
from typing import ClassVar

from training.catalogues.catalogue import Catalogue, kept, matches, one_of, page_of
from training.catalogues.download import sha256_of
from training.catalogues.licences import licence
from training.catalogues.records import (
    Dataset,
    FetchedFile,
    RemoteFile,
    Results,
    SnapshotCamera,
)
from training.catalogues.shape import file_name, web_address


class CameraNetwork(Catalogue):
    """Lists its cameras in one answer, which is asked for once."""

    publisher: ClassVar[str]
    terms: ClassVar[tuple[str, str | None] | None]
    """Licence and its address; None: none is published."""

    poll_s: ClassVar[float]
    """Seconds between two pictures of a camera."""

    tags: ClassVar[tuple[str, ...]]

    @abstractmethod
    def cameras(self) -> list[Dataset]:
        """All cameras, as the network lists them."""

    def search(self, query: str, cursor: str | None = None, limit: int = 20) -> Results:
        return page_of([c for c in self._all if matches(c, query)], cursor, limit)

    def describe(self, dataset_id: str) -> Dataset:
        return one_of(self._all, dataset_id, self.name)

    def fetch(self, dataset: Dataset, file: RemoteFile, folder: Path) -> FetchedFile:
        """The newest picture under its own time; the one that is here already if it is the same."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file.name
        earlier = _newest(folder, path.stem, dataset.id)
        same_source = earlier and earlier.source_url == file.url
        arrived = self.bring(file, path, earlier if same_source else None)
        if earlier and (not arrived.changed or sha256_of(path) == earlier.sha256):
            path.unlink(missing_ok=True)
            return earlier
        taken_at = file.updated_at or _date(arrived.last_modified) or datetime.now(UTC)
        dated = path.with_stem(f"{path.stem}-{taken_at:%Y%m%dT%H%M%SZ}")
        path.replace(dated)
        return self.keep(dataset, file, dated, arrived)

    @cached_property
    def _all(self) -> list[Dataset]:
        return self.cameras()

    def camera(
        self,
        camera_id: str,
        title: str,
        picture: str,
        where: tuple[float | None, float | None],
        about: str | None = None,
        page_url: str | None = None,
    ) -> Dataset | None:
        """One camera; None where its picture has no usable address.

        Args:
            camera_id: The network's own.
            title: What people call it.
            picture: Address of its newest picture, which stays.
            where: Longitude and latitude in degrees.
            about: District, road, direction.
            page_url: Where people look at it.
        """
        url = web_address(picture)
        if url is None:
            return None
        place = _place(where)
        return Dataset(
            catalogue=self.name,
            id=camera_id,
            title=title,
            description=about,
            publisher=self.publisher,
            licence=licence(*self.terms) if self.terms else None,
            page_url=page_url,
            files=(
                RemoteFile(
                    id="picture",
                    name=file_name(f"{camera_id}.jpg", url),
                    url=url,
                    media_type="image/jpeg",
                ),
            ),
            camera=SnapshotCamera(
                name=title[:200],
                url=url,
                poll_s=self.poll_s,
                lon=place[0],
                lat=place[1],
                tags=self.tags,
            ),
        )


def _place(where: tuple[float | None, float | None]) -> tuple[float, float] | tuple[None, None]:
    lon, lat = where
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None, None
    return lon, lat


def _newest(folder: Path, stem: str, camera_id: str) -> FetchedFile | None:
    """The record of a camera's last picture; their names sort by time."""
    for path in sorted(folder.glob(f"{escape(stem)}-*"), reverse=True):
        if (record := kept(path)) and record.dataset == camera_id:
            return record
    return None


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except (ValueError, TypeError):
        return None
