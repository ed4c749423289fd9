# pyright: basic
"""Ray: started on this machine, or joined."""

import logging
import os
import secrets

from serving.settings import Settings


def start_ray(settings: Settings) -> None:
    """Connect this process to Ray; starts one on loopback if no address is set.

    Ray's own token authentication is on in every process (its default file would be readable
    by everyone on the machine).
    """
    if "RAY_AUTH_TOKEN" not in os.environ and "RAY_AUTH_TOKEN_PATH" not in os.environ:
        token_file = settings.data_dir.absolute() / "ray-token"
        if not token_file.exists():
            descriptor = os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        os.environ["RAY_AUTH_TOKEN_PATH"] = str(token_file)
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # listen on loopback
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's default of 15 starves the cameras
    import ray  # reads these variables when it is imported: nothing may import it before

    ray.init(
        address=settings.ray_address,
        namespace="longan",
        include_dashboard=False if settings.ray_address is None else None,
        log_to_driver=False,
        logging_level=logging.ERROR,
        configure_logging=False,
    )


def stop_ray() -> None:
    import ray

    ray.shutdown()
