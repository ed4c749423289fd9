# pyright: basic
"""The `Inference` wire on Ray Serve, without Serve's own HTTP server: the API is the only door."""

import logging
import threading
from typing import Any

import structlog

from algorithms.errors import ModelError
from serving.inference.wire import (
    CannotRunError,
    InferAnswer,
    InferenceError,
    ModelKey,
    NotReadyError,
    Prediction,
)
from serving.settings import Settings
from serving.store.errors import NotFoundError

log = structlog.get_logger(__name__)

APP = "longan-inference"

AFTER_CAMERAS_S = 15.0
"""Serve starts this long after the platform, or when somebody asks: cameras come first."""

IDLE_S = 300.0
"""A replica that nobody asks for so long ends; the next request starts one in about 2 s."""

ANSWER_S = 30.0


class InferenceService:
    """Starts Serve in a thread of its own; call after Ray is set up."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._handle: Any = None
        self._asked = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._start, name="inference", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more. On a cluster of its own Serve stays for the next start."""
        self._stopping = True
        self._handle = None
        self._asked.set()
        self._thread.join(timeout=10)

    def why_not_ready(self) -> str | None:
        if self._handle is not None:
            return None
        self._asked.set()
        return "The models are starting, which takes some seconds. Try again."

    def infer(self, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
        return self._ask("infer", model, body, json_bytes)

    def predict(self, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        return self._ask("predict", model, picture, confidence)

    def _ask(self, method: str, model: ModelKey, *args: Any) -> Any:
        from ray.exceptions import RayError
        from ray.serve.exceptions import BackPressureError, RayServeException

        from serving.inference.replica import model_id

        handle = self._handle
        if handle is None:
            raise NotReadyError(self.why_not_ready() or "The models have just started. Try again.")
        asked = handle.options(method_name=method, multiplexed_model_id=model_id(model))
        answer = asked.remote(model, *args)
        try:
            return answer.result(timeout_s=ANSWER_S)
        except BackPressureError:
            raise NotReadyError("The models have more to do than they can. Try again.", 1) from None
        except TimeoutError:
            answer.cancel()
            raise NotReadyError(f"No answer within {ANSWER_S:g} s; try again later.", 10) from None
        except (RayError, RayServeException) as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, InferenceError):
                raise cause from None
            log.warning("inference failed", model=model_id(model), error=str(cause or error))
            if isinstance(cause, ModelError | NotFoundError):
                raise CannotRunError(f"{model.name} cannot run: {cause}", 30) from None
            raise NotReadyError("The process that runs the models was lost. Try again.") from None

    def _start(self) -> None:
        self._asked.wait(AFTER_CAMERAS_S)
        if self._stopping:
            return
        try:
            self._handle = self._deploy()
            log.info("inference ready")
        except Exception:
            log.exception("inference did not start")

    def _deploy(self) -> Any:
        import ray
        from ray import serve

        from serving.inference.replica import Replica

        # Twice, since the start sets it: that it is busy, our answers say.
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        serve.start(
            proxy_location="Disabled",
            logging_config={"log_level": "WARNING", "enable_access_log": False},
        )
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        cpus = int(ray.cluster_resources().get("CPU", 1))
        deployment = Replica.options(
            autoscaling_config={
                "min_replicas": 0,
                "max_replicas": max(1, cpus // 2),
                "target_ongoing_requests": 1,
                "downscale_delay_s": IDLE_S,
                "downscale_to_zero_delay_s": IDLE_S,
            }
        )
        return serve.run(deployment.bind(self._settings), name=APP, route_prefix=None)
