import av.error
from av.codec.hwaccel import HWAccel

from serving.streams.sources.hardware import choose


def test_the_first_kind_that_can_be_opened_is_taken() -> None:
    asked: list[str] = []

    def opened(kind: str) -> HWAccel:
        asked.append(kind)
        if kind == "cuda":
            raise av.error.PermissionError(1, "no device")
        return HWAccel(kind)

    assert choose(["drm", "vaapi", "cuda"], opened)
    assert asked == ["cuda", "vaapi"]


def test_without_hardware_the_cpu_decodes() -> None:
    def none(kind: str) -> HWAccel:
        raise NotImplementedError(kind)

    assert choose(["cuda", "qsv"], none) is None
    assert choose([], none) is None
