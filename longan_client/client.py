"""The running platform, over its public API."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from longan_client import uploading
from longan_client.errors import PlatformError, RefusedError, RejectedError, UnreachableError

Json = dict[str, Any]
Progress = Callable[[int, int], None]
"""Is told how many bytes are there, and of how many."""

TRIES = 8
"""One after the other without an answer; then the platform is taken to be away."""

LONGEST_PAUSE_S = 30.0
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Submission:
    """A model that was handed in.

    Args:
        id: Of the submission.
        state: `checking`, then `accepted` or `rejected`.
        name: Of the algorithm.
        version: Of this model.
        sha256: Of its file.
        reasons: Why it was rejected, one sentence each.
        report: What the check measured; None where it did not get that far.
    """

    id: str
    state: str
    name: str
    version: str
    sha256: str
    reasons: list[str]
    report: Json | None

    @property
    def reference(self) -> str:
        """What a deployment names the version by: `name@version`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened.

    Args:
        id: Its place in the stream, to go on from.
        event: A CloudEvent: `id`, `type`, `time`, `data` and the rest.
    """

    id: str
    event: Json


class Client:
    """One platform, signed in. Closes its connections at the end of a `with`.

    Args:
        url: Such as `http://127.0.0.1:8000`.
        token: What to sign in with.
        retry_s: Seconds before a second try; doubled for each further one.
    """

    def __init__(self, url: str, token: str, *, retry_s: float = 0.5) -> None:
        self.url = url.rstrip("/")
        self.retry_s = retry_s
        self.http = httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One request; `how` is as httpx has it (`json`, `params`, `files`, `headers`, …).

        Raises:
            UnreachableError: No answer came.
            RefusedError: The platform said no.
        """
        try:
            answer = self.http.request(method, path, **how)
        except httpx.TransportError as error:
            raise UnreachableError(
                f"no platform answers at {self.url} ({error}); start one with `longan up`, "
                "or set LONGAN_URL"
            ) from error
        if answer.is_error:
            raise RefusedError(answer)
        return answer

    def call(self, method: str, path: str, **how: Any) -> Any:
        """The JSON that a request is answered with, None where there is none; as `request`."""
        answer = self.request(method, path, **how)
        return answer.json() if answer.content else None

    def pages(self, path: str, **params: Any) -> Iterator[Json]:
        """Every item of a list, page by page; parameters that are None are left out."""
        asked = {key: value for key, value in params.items() if value is not None}
        while True:
            page = self.call("GET", path, params=asked)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            asked["cursor"] = page["next_cursor"]

    def upload(self, file: Path, on_progress: Progress | None = None) -> str:
        """Send a file over a line that may break; goes on where an earlier call was broken off.

        Returns:
            The id of the upload, to be handed in within a day.

        Raises:
            UnreachableError: The line stayed broken; call again later and it goes on.
            RefusedError: Too large, too many uploads, no room.
        """
        return uploading.upload(self, file, on_progress or _nobody_looks)

    def download(self, path: str, target: Path) -> None:
        """Write what is at a path into a file, whole or not at all.

        Raises:
            UnreachableError: The line broke.
            RefusedError: The platform said no.
        """
        coming = target.with_name(f"{target.name}.part")
        try:
            with self.http.stream("GET", path) as answer, coming.open("wb") as file:
                if answer.is_error:
                    answer.read()
                    raise RefusedError(answer)
                for chunk in answer.iter_bytes():
                    file.write(chunk)
            coming.replace(target)
        except httpx.TransportError as error:
            raise UnreachableError(f"the platform at {self.url} went away ({error})") from error
        finally:
            coming.unlink(missing_ok=True)

    def submit(
        self,
        model: Path,
        manifest: Path | None = None,
        on_progress: Progress | None = None,
        *,
        reference: Path | None = None,
        challenge: str | None = None,
    ) -> Submission:
        """Hand in a model; see `wait` for the verdict.

        Args:
            model: The `.onnx` file.
            manifest: Its `algorithm.yaml`; None where the model carries it.
            on_progress: Told after each piece of the upload.
            reference: An `.npz` of what the network it was exported from gave, at most 64 MiB.
            challenge: Id of the challenge it is for, if any.

        Raises:
            UnreachableError: As `upload`.
            RefusedError: The manifest cannot be used, or the version is there already.
        """
        form: Json = {"data": {"upload": self.upload(model, on_progress)}, "files": {}}
        if challenge is not None:
            form["data"]["challenge"] = challenge
        if manifest is not None:
            form["files"]["manifest"] = ("algorithm.yaml", manifest.read_bytes())
        if reference is not None:
            form["files"]["reference"] = ("reference.npz", reference.read_bytes())
        # An upload is handed in once, however often this is sent.
        return _submission(self.patiently(lambda: self.call("POST", "/submissions", **form)))

    def submission(self, submission_id: str) -> Submission:
        """How a submission is doing."""
        return _submission(self.call("GET", f"/submissions/{submission_id}"))

    def wait(
        self, submission_id: str, *, timeout_s: float = float("inf"), poll_s: float = 0.5
    ) -> Submission:
        """Wait until a submission is accepted.

        Raises:
            RejectedError: It is not.
            TimeoutError: It is not decided after `timeout_s` seconds; ask again later.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            submission = self.patiently(lambda: self.submission(submission_id))
            if submission.state == "rejected":
                raise RejectedError(submission.reasons)
            if submission.state != "checking":
                return submission
            if time.monotonic() > deadline:
                raise TimeoutError(f"submission {submission_id} is still being checked")
            time.sleep(poll_s)

    def scorecard(self, name: str, version: str, *, on: str | None = None) -> Json:
        """How good a version is, on an evaluation set; None: the newest scorecard."""
        params = {} if on is None else {"set": on}
        return self.call("GET", f"/algorithms/{name}/versions/{version}/scorecard", params=params)

    def deploy(
        self,
        scenario: str,
        *,
        camera_ids: list[str] | None = None,
        selector: Json | None = None,
        algorithm: str | None = None,
        zones: list[Json] | None = None,
        schedule: Json | None = None,
        rule: Json | None = None,
        fps: float | None = None,
        force: bool = False,
    ) -> Json:
        """Let a scenario look through cameras; the fields are those of docs/deployments.md.

        Args:
            scenario: Id in the catalogue.
            camera_ids: Which cameras; or give a selector.
            selector: Cameras of a division or with tags.
            algorithm: `name`, `name@version` or `name:alias`; None: the scenario's own.
            zones: In fractions of the picture.
            schedule: When.
            rule: Values that differ from the scenario's.
            fps: Pictures a second.
            force: Even if the nodes cannot carry it.

        Returns:
            The deployment.

        Raises:
            RefusedError: With `errors` for each wrong field, or of kind `no-capacity`.
        """
        given = {
            "camera_ids": camera_ids,
            "selector": selector,
            "algorithm": algorithm,
            "zones": zones,
            "schedule": schedule,
            "rule": rule,
            "fps": fps,
        }
        body = {"scenario": scenario} | {k: v for k, v in given.items() if v is not None}
        return self.call("POST", "/deployments", json=body, params={"force": force})

    def events(
        self, *, camera_id: str | None = None, scenario: str | None = None
    ) -> Iterator[Json]:
        """Past events, newest first, page by page."""
        return self.pages("/events", camera_id=camera_id, scenario=scenario)

    def follow(
        self, after: str | None = None, on_break: Callable[[Exception], None] | None = None
    ) -> Iterator[Message]:
        """What happens, as it happens; comes back after every break and misses nothing.

        Args:
            after: Id of the last message known; None: begin with what comes now.
            on_break: Told when the line breaks.

        Raises:
            RefusedError: The platform said no for good, such as to the token.
        """
        while True:
            headers = {} if after is None else {"Last-Event-ID": after}
            try:
                with self.http.stream("GET", "/events/stream", headers=headers) as answer:
                    if answer.is_error:
                        answer.read()
                        raise RefusedError(answer)
                    for line in answer.iter_lines():
                        field, _, value = line.partition(":")
                        if field == "id":
                            after = value.strip()
                        elif field == "data":
                            yield Message(after or "", json.loads(value))
            except httpx.TransportError as error:
                (on_break or _nobody_is_told)(error)
            except RefusedError as error:
                if not error.passes:
                    raise
                (on_break or _nobody_is_told)(error)
            time.sleep(self.retry_s)

    def patiently(self, call: Callable[[], Result]) -> Result:
        """Something that may be done twice, tried again while the platform is away."""
        for pause_s in self.pauses():
            try:
                return call()
            except PlatformError as error:
                if not error.passes:
                    raise
                time.sleep(pause_s)
        return call()

    def pauses(self) -> Iterator[float]:
        """Seconds between one try and the next."""
        return (min(self.retry_s * 2**n, LONGEST_PAUSE_S) for n in range(TRIES - 1))


def _submission(document: Json) -> Submission:
    return Submission(**{name: document[name] for name in Submission.__slots__})


def _nobody_looks(_there: int, _of: int) -> None:
    pass


def _nobody_is_told(_error: Exception) -> None:
    pass
