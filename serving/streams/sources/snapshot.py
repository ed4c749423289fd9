"""A camera that only has a picture at an address: ask for it again and again."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.frame import ImagePixels
from serving.streams.errors import SourceError
from serving.streams.sources.picture_address import PictureAddress
from serving.streams.sources.source import (
    Checkpoint,
    Decoding,
    Picture,
    Sign,
    Source,
    SourceSpec,
    StreamInfo,
)

FORGIVEN_POLLS = 2
"""So many polls in a row may fail before the camera counts as gone."""


class SnapshotSource(Source):
    """`captured_at` is when a picture that differs from the last one arrived."""

    def __init__(self, spec: SourceSpec, camera_id: str) -> None:
        self.decoding: Decoding = "all"
        self._spec = spec
        self._camera_id = camera_id
        self._closing = threading.Event()
        self._address: PictureAddress | None = None
        self._last_body = b""
        self._first: NDArray[np.uint8] | None = None

    @property
    def checkpoint(self) -> Checkpoint | None:
        return None

    def open(self) -> StreamInfo:
        if not self._spec.url.lower().startswith(("http://", "https://")):
            raise SourceError(
                "unsupported", "Expected a picture's address that begins with http:// or https://."
            )
        self._address = PictureAddress(self._spec.url, self._spec.outbound)
        try:
            self._first = self._new_image(self._address)
            if self._first is None:
                raise SourceError("not_video", "Expected a picture, got an empty answer.")
        except SourceError:
            self._address.close()
            raise
        return StreamInfo(self._first.shape[1], self._first.shape[0], None)

    def pictures(self) -> Iterator[Picture | Sign]:
        if self._address is None or self._first is None:
            raise RuntimeError("pictures() before open(): call open() first")
        try:
            index = 0
            for image in self._polled(self._address, self._first):
                if image is None:
                    yield Sign.ALIVE
                else:
                    yield Picture(self._camera_id, index, datetime.now(UTC), ImagePixels(image))
                    index += 1
        finally:
            self._address.close()

    def close(self) -> None:
        self._closing.set()

    def _polled(
        self, address: PictureAddress, first: NDArray[np.uint8]
    ) -> Iterator[NDArray[np.uint8] | None]:
        """A new picture or None every `poll_s`."""
        yield first
        failed = 0
        next_s = time.monotonic()
        while True:
            next_s = max(next_s + self._spec.poll_s, time.monotonic())
            if self._closing.wait(max(0.0, next_s - time.monotonic())):
                return
            try:
                image = self._new_image(address)
                failed = 0
            except SourceError:
                failed += 1
                if failed > FORGIVEN_POLLS:
                    raise
                continue
            yield image

    def _new_image(self, address: PictureAddress) -> NDArray[np.uint8] | None:
        """The picture in RGB, or None where it is still the last one."""
        body = address.ask()
        if body is None or body == self._last_body:
            return None
        image = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR_RGB)
        if image is None:
            raise SourceError("not_video", "Expected a picture, got something else there.")
        self._last_body = body
        return np.asarray(image, np.uint8)
