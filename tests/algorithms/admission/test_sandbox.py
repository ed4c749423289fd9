import contextlib
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import onnx
import pytest

from algorithms.admission import Verdict, bubblewrap, check
from algorithms.admission.limits import Limits
from algorithms.admission.sandbox import ending
from algorithms.manifest import AlgorithmManifest

LIMITS = Limits()

isolated = pytest.mark.skipif(
    bubblewrap.why_not() is not None, reason=f"no sandbox here: {bubblewrap.why_not()}"
)


def refusal(code: int, output: str) -> str:
    verdict = ending(code, output, LIMITS)
    assert isinstance(verdict, Verdict)
    (reason,) = verdict.reasons
    return reason


def test_the_answer_is_the_object_on_the_last_line() -> None:
    assert ending(0, 'a library said something\n{"reasons": []}', LIMITS) == {"reasons": []}


@pytest.mark.parametrize("output", ["", "nothing", "[]", "null", "[", "{}\nmore", "[" * 99_999])
def test_no_answer_is_a_refusal(output: str) -> None:
    assert "expected an answer, got none" in refusal(0, output)


@pytest.mark.parametrize(
    ("code", "output", "expected"),
    [
        (-24, "", "40 s of CPU time"),
        (-9, "", "3072 MiB of memory"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", "3072 MiB"),
        (1, "Traceback …\nMemoryError", "3072 MiB"),
        (-11, "", "a crash (signal SIGSEGV, last words 'nothing')"),
        (-6, "pointer being freed\nwas not allocated", "SIGABRT, last words 'was not allocated'"),
        (1, "Traceback …\nKeyError: 3", "exit code 1, last words 'KeyError: 3'"),
    ],
)
def test_every_bad_end_has_its_reason(code: int, output: str, expected: str) -> None:
    assert expected in refusal(code, output)


def says(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let the sandbox run another program, as if a model had captured it."""
    monkeypatch.setattr("algorithms.admission.sandbox._PROGRAM", program)


def test_an_answer_from_a_captured_process_is_cut_and_cleaned(
    monkeypatch: pytest.MonkeyPatch,
    make_network: Callable[..., onnx.ModelProto],
    save: Callable[[onnx.ModelProto], Path],
    manifest: AlgorithmManifest,
) -> None:
    says(monkeypatch, 'import json; print(json.dumps({{"reasons": ["x" * 9999, "\x1b"] * 20}}))')

    reasons = check(save(make_network()), manifest, unprotected=True).reasons

    assert len(reasons) == 12
    assert len(reasons[0]) == 500
    assert reasons[1] == "?"


@pytest.mark.parametrize(
    "answer", [{}, {"reasons": []}, {"reasons": [], "report": {"opset": -1}}, {"reasons": "none"}]
)
def test_a_captured_process_does_not_admit_with_half_an_answer(
    monkeypatch: pytest.MonkeyPatch,
    make_network: Callable[..., onnx.ModelProto],
    save: Callable[[onnx.ModelProto], Path],
    manifest: AlgorithmManifest,
    answer: object,
) -> None:
    braces = str(answer).replace("{", "{{").replace("}", "}}")
    says(monkeypatch, f"import json; print(json.dumps({braces}))")

    reasons = check(save(make_network()), manifest, unprotected=True).reasons

    assert "expected an answer, got none" in reasons[0]


def test_without_a_sandbox_a_model_is_refused_unless_the_operator_allows_it(
    monkeypatch: pytest.MonkeyPatch,
    make_network: Callable[..., onnx.ModelProto],
    save: Callable[[onnx.ModelProto], Path],
    manifest: AlgorithmManifest,
) -> None:
    monkeypatch.setattr(bubblewrap, "why_not", lambda: "bubblewrap is not installed")

    (reason,) = check(save(make_network()), manifest).reasons

    assert "LONGAN_UNPROTECTED_ADMISSION" in reason
    assert check(save(make_network()), manifest, unprotected=True).reasons == []


def inside(program: str) -> subprocess.CompletedProcess[str]:
    command = bubblewrap.wrapped([sys.executable, "-I", "-c", program])
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@isolated
def test_inside_there_is_no_network() -> None:
    with listening() as port:
        tried = inside(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")

    assert "refused" in tried.stderr or "unreachable" in tried.stderr


@isolated
@pytest.mark.parametrize("path", ["/etc/passwd", str(Path(__file__)), "/proc/1/environ"])
def test_inside_our_files_are_not_there(path: str) -> None:
    assert Path(path).exists()

    assert "No such file" in inside(f"open({path!r})").stderr


@isolated
def test_inside_nothing_can_be_written() -> None:
    tried = inside(
        "import os\n"
        f"for folder in ('/', '/tmp', '/usr', {str(bubblewrap.PACKAGE)!r}):\n"
        "    try: open(os.path.join(folder, 'x'), 'w'); print('written', folder)\n"
        "    except OSError: pass\n"
    )

    assert (tried.returncode, tried.stdout) == (0, "")


@isolated
def test_inside_no_other_process_can_be_seen_or_signalled() -> None:
    me = subprocess.Popen(["sleep", "60"])
    try:
        assert "No such process" in inside(f"import os; os.kill({me.pid}, 9)").stderr
        assert me.poll() is None
    finally:
        me.kill()
        me.wait()


@isolated
def test_inside_the_environment_is_empty() -> None:
    told = inside("import os; print(sorted(os.environ))").stdout

    assert "LONGAN" not in told
    assert "PATH" not in told


STARTS_WHAT_IT_CAN = f"""if True:
    import ctypes, os, sys, threading
    sys.path.insert(0, {str(bubblewrap.PACKAGE.parent)!r})
    from algorithms.admission.limits import Limits

    def call(*words):
        if ctypes.CDLL(None, use_errno=True).syscall(*words) < 0:
            raise OSError(ctypes.get_errno(), "refused")

    starts = dict(
        process=os.fork,
        program=lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
        thread=lambda: threading.Thread(target=int).start(),
        thread_of_the_kernel=lambda: call(425, 1, ctypes.create_string_buffer(120)),
        process_by_x32=lambda: call(57 | 0x40000000),
    )
    if sys.argv[1:]:
        os.setuid(int(sys.argv[1]))
    Limits().impose()
    for name, start in starts.items():
        try:
            start()
            print(name, "works")
        except (OSError, RuntimeError) as error:
            print(name, error)
"""
filtered = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this processor"
)


@isolated
@filtered
def test_inside_nothing_can_be_started() -> None:
    tried = inside(STARTS_WHAT_IT_CAN)

    assert_nothing_started(tried.stdout)


@filtered
@pytest.mark.parametrize("user", [0, 65534], ids=["root", "a user"])
def test_under_the_limits_nobody_starts_anything(user: int) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can be root, and become somebody else")
    command = [sys.executable, "-I", "-B", "-c", STARTS_WHAT_IT_CAN, str(user)]

    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert_nothing_started(tried.stdout)


def assert_nothing_started(told: str) -> None:
    assert [line.partition(" ")[2] for line in told.splitlines()] == [
        "[Errno 1] Operation not permitted",
        "[Errno 1] Operation not permitted: '/bin/true'",
        "can't start new thread",
        "[Errno 1] refused",
        "[Errno 1] refused",
    ]


@contextlib.contextmanager
def listening() -> Generator[int]:
    """A port of this machine that accepts connections."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]
