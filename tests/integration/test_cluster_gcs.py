"""The head of a cluster is killed and comes back: what runs on the other nodes goes on."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.platform import until
from tests.processes import Spawn, free_port, kill, listens, own_address

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

COUNTS = """
import os, sys, ray
ray.init(address=sys.argv[1], namespace="longan", log_to_driver=False, configure_logging=False)

@ray.remote(num_cpus=0, resources={"worker": 0.1})
class Counter:
    def __init__(self):
        self.count = 0
    def next(self):
        self.count += 1
        return os.getpid(), self.count

counter = Counter.options(name="counter", lifetime="detached", get_if_exists=True).remote()
print("counted", *ray.get(counter.next.remote(), timeout=40), flush=True)
"""


@pytest.mark.skipif(which("redis-server") is None, reason="needs redis-server (apt-get install)")
def test_what_runs_goes_on_while_the_head_is_killed_and_started_again(
    spawn: Spawn, tmp_path: Path, short_path: Path
) -> None:
    redis_port, gcs_port = free_port(), free_port()
    spawn("redis-server", "--port", str(redis_port), "--dir", str(tmp_path), "--save", "")
    ray = str(Path(sys.executable).parent / "ray")
    address = f"{own_address()}:{gcs_port}"
    head = [ray, "start", "--head", "--block", f"--port={gcs_port}", "--num-cpus=0"]
    head += [
        f"--temp-dir={short_path}",
        "--include-dashboard=false",
        "--object-store-memory=100000000",
    ]
    in_redis = {
        "RAY_REDIS_ADDRESS": f"127.0.0.1:{redis_port}",
        "RAY_external_storage_namespace": "longan",
    }

    def count() -> tuple[int, int]:
        """Process id and count of the actor, asked by a process of its own."""
        log = tmp_path / "count.log"
        with log.open("wb") as output:
            subprocess.run(
                [sys.executable, "-c", COUNTS, address],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **ray_environment},
                timeout=90,
                check=False,
            )
        words = log.read_text().partition("counted ")[2].split()
        assert words, log.read_text()[-2000:]
        return int(words[0]), int(words[1])

    ray_environment = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(tmp_path / "ray-token"),
    }
    first = spawn(*head, **in_redis)
    until(lambda: listens(gcs_port), 40, "the head listens")
    worker = [ray, "start", "--block", f"--address={address}", "--num-cpus=1"]
    spawn(*worker, '--resources={"worker": 1}', "--object-store-memory=100000000")
    pid, counted = count()
    assert counted == 1

    kill(first)
    until(lambda: not listens(gcs_port), 10, "the head is gone")
    assert Path(f"/proc/{pid}").exists()
    # On the worker's own machine `ray start` takes the worker for the head that it remembers.
    (short_path / "ray_current_cluster").unlink()
    spawn(*head, **in_redis)
    until(lambda: listens(gcs_port), 40, "the head listens again")

    assert count() == (pid, 2)
