"""Files on their way to the platform, as they lie on the disk.

An upload is two files: `<id>.json`, what was announced, and `<id>.part`, whose size is the offset.
Whoever asks last has the upload: a request that a dead connection left behind writes nothing more
once the client has come back and asked for the offset.
"""

import base64
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict

from serving.api.body_limit import MIB
from serving.api.problems import ProblemError
from serving.rounds import Rounds
from serving.store.errors import NotFoundError
from serving.store.models import new_id

log = structlog.get_logger()

VERSION = "1.0.0"
RESUMABLE = {"Tus-Resumable": VERSION}

KEPT_FOR = timedelta(hours=24)
"""From the announcement on; then an upload is removed, finished or not."""

UNFINISHED = 4
"""Uploads that one token may have at a time; together they may have as much as two largest ones."""

DISK_RESERVE = 1024 * MIB
"""Stays free, besides all that is announced and has not come yet."""


class Announced(BaseModel):
    """What the first request said of an upload."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token_id: str
    length: int
    metadata: str
    """As it came: `filename d29ya2Vy,sha256 …`."""

    created_at: datetime

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT_FOR

    @property
    def sha256(self) -> str | None:
        """What the whole file must have, if the client said it."""
        pairs = (pair.split(" ", 1) for pair in self.metadata.split(","))
        value = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}.get("sha256")
        return None if value is None else base64.b64decode(value).decode()


class Uploads(Rounds):
    """The uploads on disk.

    Args:
        folder: Where they lie; made at the start.
        largest: Bytes of one upload.
        sweep_s: Seconds from one look for expired ones to the next.
        free: Tells the free bytes of the disk that a folder is on.
    """

    def __init__(
        self,
        folder: Path,
        largest: int,
        sweep_s: float = 300.0,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        super().__init__(sweep_s)
        self.largest = largest
        self._folder = folder
        self._free = free
        self._turn = threading.Lock()
        self._writer: dict[str, object] = {}
        self._taken: set[str] = set()

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._round()
        super().start()

    def announce(self, token_id: str, length: int, metadata: str, now: datetime) -> str:
        """Begin an upload; returns its id.

        Raises:
            ProblemError: It is too large, the token has too many, or the disk too little room.
        """
        if length > self.largest:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"Upload-Length: expected at most {self.largest} bytes, got {length}.",
            )
        with self._turn:
            self._sweep(now)
            there = self._all()
            mine = [each.length for _, each in there if each.token_id == token_id]
            if len(mine) >= UNFINISHED or sum(mine) + length > 2 * self.largest:
                raise ProblemError(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"You have {len(mine)} uploads of {sum(mine)} bytes that are not handed in; at "
                    f"most {UNFINISHED} and {2 * self.largest} bytes are kept. Go on with them "
                    "(GET /api/v1/uploads), or DELETE what is not needed.",
                    headers=RESUMABLE,
                )
            to_come = sum(each.length - self._offset(id_) for id_, each in there)
            if self._free(self._folder) - to_come - length < DISK_RESERVE:
                raise _disk_full()
            upload_id = new_id()
            announced = Announced(
                token_id=token_id, length=length, metadata=metadata, created_at=now
            )
            self._part(upload_id).touch(mode=0o600)
            self._note(upload_id).write_text(announced.model_dump_json(), encoding="utf-8")
        log.info("upload begun", upload_id=upload_id, length=length)
        return upload_id

    def of(self, token_id: str) -> list[tuple[str, Announced, int]]:
        """A token's uploads with their offsets, oldest first."""
        with self._turn:
            there = [each for each in self._all() if each[1].token_id == token_id]
            return [(upload_id, each, self._offset(upload_id)) for upload_id, each in there]

    def take_over(self, upload_id: str, token_id: str, writer: object) -> tuple[Announced, int]:
        """Announcement and offset; whoever wrote until now writes nothing more.

        Raises:
            NotFoundError: There is none of this id and token, or it has expired.
        """
        with self._turn:
            announced = self._get(upload_id, token_id)
            self._writer[upload_id] = writer
            return announced, self._offset(upload_id)

    def append(self, upload_id: str, writer: object, offset: int, content: bytes) -> None:
        """Write on at the end.

        Raises:
            ProblemError: Another request has taken over, or the disk is full.
        """
        with self._turn:
            part = self._part(upload_id)
            if self._writer.get(upload_id) is not writer or not part.exists():
                raise conflict("Another request goes on with this upload, or it is gone.")
            if self._free(self._folder) - len(content) < DISK_RESERVE:
                raise _disk_full()
            try:
                with part.open("r+b") as file:
                    file.seek(offset)
                    file.write(content)
            except OSError as error:
                raise _disk_full() from error

    def let_go(self, upload_id: str, writer: object) -> None:
        """A request has ended."""
        with self._turn:
            if self._writer.get(upload_id) is writer:
                del self._writer[upload_id]

    def remove(self, upload_id: str, token_id: str) -> None:
        """Give an upload up.

        Raises:
            NotFoundError: There is none of this id and token.
        """
        with self._turn:
            self._get(upload_id, token_id)
            self._forget(upload_id)

    def take(self, upload_id: str, token_id: str, target: Path) -> str:
        """Move a finished upload away, to hand it in; returns its sha256.

        Raises:
            NotFoundError: There is none of this id and token, or it was handed in already.
            ProblemError: It is not finished, or not the file that was announced; the latter is
                removed.
        """
        with self._turn:
            announced = self._get(upload_id, token_id)
            offset = self._offset(upload_id)
            if offset < announced.length:
                raise conflict(
                    f"upload {upload_id}: {offset} of {announced.length} bytes are there; go on "
                    "with PATCH and hand it in once it is whole."
                )
            with self._part(upload_id).open("rb") as file:
                digest = sha256()
                while chunk := file.read(MIB):
                    digest.update(chunk)
            if announced.sha256 not in (None, digest.hexdigest()):
                self._forget(upload_id)
                raise ProblemError(
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    f"upload {upload_id}: expected sha256 {announced.sha256} as announced, got "
                    f"{digest.hexdigest()}; it was removed, send the file again.",
                )
            self._part(upload_id).replace(target)
            self._taken.add(upload_id)
            return digest.hexdigest()

    def give_back(self, upload_id: str, target: Path) -> None:
        """What was taken could not be handed in; it may be tried again."""
        with self._turn:
            target.replace(self._part(upload_id))
            self._taken.discard(upload_id)

    def forget(self, upload_id: str) -> None:
        """What was taken is handed in."""
        with self._turn:
            self._forget(upload_id)

    def _get(self, upload_id: str, token_id: str) -> Announced:
        announced = self._read(upload_id)
        if announced is None or announced.token_id != token_id:
            raise NotFoundError(
                f"there is no upload {upload_id!r}: it was handed in, given up, or is older than "
                f"{KEPT_FOR.total_seconds() / 3600:g} h; begin a new one with POST /api/v1/uploads"
            )
        return announced

    def _read(self, upload_id: str) -> Announced | None:
        if not self._part(upload_id).exists():
            return None
        try:
            return Announced.model_validate_json(self._note(upload_id).read_bytes())
        except (OSError, ValueError):  # a crash came between the two files
            return None

    def _all(self) -> list[tuple[str, Announced]]:
        ids = sorted(note.stem for note in self._folder.glob("*.json"))
        there = ((upload_id, self._read(upload_id)) for upload_id in ids)
        return [(upload_id, each) for upload_id, each in there if each is not None]

    def _offset(self, upload_id: str) -> int:
        return self._part(upload_id).stat().st_size

    def _part(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.part"

    def _note(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.json"

    def _forget(self, upload_id: str) -> None:
        self._taken.discard(upload_id)
        self._part(upload_id).unlink(missing_ok=True)
        self._note(upload_id).unlink(missing_ok=True)
        self._writer.pop(upload_id, None)

    def _round(self) -> None:
        with self._turn:
            self._sweep(datetime.now(UTC))

    def _sweep(self, now: datetime) -> None:
        for upload_id in {file.stem for file in self._folder.iterdir()} - self._taken:
            announced = self._read(upload_id)
            if announced is None or announced.expires_at <= now:
                self._forget(upload_id)
                log.info("upload removed", upload_id=upload_id)


def conflict(told: str) -> ProblemError:
    """What was asked for does not fit what is there."""
    return ProblemError(HTTPStatus.CONFLICT, told, headers=RESUMABLE)


def _disk_full() -> ProblemError:
    return ProblemError(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "The platform's disk has no room for this. Try again later; an operator must make room.",
        headers=RESUMABLE,
    )
