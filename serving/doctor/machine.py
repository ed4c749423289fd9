"""What only the operating system can give."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator

from algorithms.admission import bubblewrap
from algorithms.engines.onnxruntime import devices
from serving.doctor.finding import Finding, error, ok, warning
from serving.settings import Settings

FILES = 8192
"""Open files: a camera takes some ten, a browser some five."""

MEMORY_GIB = 6.0
"""Below, Ray and a few cameras leave nothing for the rest (docs/benchmarks.md)."""

_GIB = 1 << 30


def machine(settings: Settings) -> Iterator[Finding]:
    """OpenCV, bubblewrap, video, memory, open files, clock, GPU."""
    yield _opencv()
    yield _bubblewrap(settings)
    yield _decoders()
    yield _memory()
    yield _open_files()
    yield _clock()
    yield from _gpu()


def _opencv() -> Finding:
    try:
        import cv2
    except ImportError as missing:
        return error("OpenCV", str(missing), "apt-get install libgl1 libglib2.0-0")
    return ok("OpenCV", cv2.__version__)


def _bubblewrap(settings: Settings) -> Finding:
    why_not = bubblewrap.why_not()
    if settings.unprotected_admission:
        return warning(
            "bubblewrap",
            "strangers' models are checked without it (LONGAN_UNPROTECTED_ADMISSION)",
            "unset it where bubblewrap works",
        )
    if why_not is not None:
        cure = "apt-get install bubblewrap; docs/submitting.md says more"
        return warning("bubblewrap", f"submitted models are refused: {why_not}", cure)
    return ok("bubblewrap", "strangers' models run locked up")


def _decoders() -> Finding:
    from av.codec import codecs_available

    missing = [name for name in ("h264", "hevc", "mjpeg") if name not in codecs_available]
    if missing:
        cure = "reinstall PyAV from its wheel: pip install --force-reinstall av"
        return error("video", f"FFmpeg cannot decode {', '.join(missing)}", cure)
    return ok("video", "H.264, H.265 and MJPEG are decoded")


def _memory() -> Finding:
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    said = f"{there:.1f} GiB, {os.cpu_count()} cores"
    if there < MEMORY_GIB:
        return warning("memory", said, f"give it at least {MEMORY_GIB:.0f} GiB")
    return ok("memory", said)


def _open_files() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES:
        cure = f"ulimit -n {FILES}, or LimitNOFILE={FILES} in the systemd unit"
        return warning("open files", f"at most {soft} (hard limit {hard})", cure)
    return ok("open files", f"at most {soft}")


def _clock() -> Finding:
    """Events are told apart by time: nodes must agree (docs/cluster.md)."""
    program = shutil.which("timedatectl")
    if program is None:
        cure = "see that NTP runs on the host; inside a container there is nothing to do"
        return warning("clock", "nothing here says whether it is synchronised", cure)
    asked = [program, "show", "--property=NTPSynchronized", "--value"]
    told = subprocess.run(asked, capture_output=True, check=False, text=True, timeout=10)
    if told.stdout.strip() == "yes":
        return ok("clock", "synchronised")
    return warning("clock", "not synchronised", "timedatectl set-ntp true, or run chrony")


def _gpu() -> Iterator[Finding]:
    if shutil.which("nvidia-smi") is None:
        return
    if "cuda" in devices():
        yield ok("GPU", "ONNX Runtime has CUDA")
    else:
        cure = "pip uninstall onnxruntime; pip install onnxruntime-gpu (both own one module)"
        yield warning("GPU", "there is one, and this ONNX Runtime is for CPUs", cure)
