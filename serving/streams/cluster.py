# pyright: basic
"""Ray: started on this machine, or joined."""

import logging
import os
import secrets

from serving.settings import Settings

NODE_CHECKS = {
    "RAY_health_check_initial_delay_ms": "2000",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "1000",
    "RAY_health_check_failure_threshold": "4",
}
"""For the head's environment: a node that says nothing is dead after at most 8 s (Ray's own
settings take 65 s), one that is only slow has 4 s to answer. See docs/cluster.md."""


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
    if settings.ray_address is None:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # listen on loopback
    for name, value in NODE_CHECKS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's default of 15 starves the cameras
    # Records of every call let the GCS server grow by 10 MB/h; nothing of ours reads them.
    os.environ.setdefault("RAY_task_events_report_interval_ms", "0")
    # An arena for each thread keeps what cut-off cameras left behind; see serving/trimming.py.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    import ray  # reads these variables when it is imported: nothing may import it before

    ray.init(
        # None would join whatever `ray start` last left an address of on this machine.
        address=settings.ray_address or "local",
        namespace="longan",
        include_dashboard=False if settings.ray_address is None else None,
        log_to_driver=False,
        logging_level=logging.ERROR,
        configure_logging=False,
    )


def ray_address() -> str:
    """Where another process of this machine finds the cluster that this one is connected to."""
    import ray

    return ray.get_runtime_context().gcs_address


def stop_ray() -> None:
    import ray

    ray.shutdown()
