import pytest

from algorithms.admission.sandbox import Limits, verdict

LIMITS = Limits()


def test_an_empty_list_on_the_last_line_admits() -> None:
    assert verdict(0, "a library said something\n[]", LIMITS) == []


def test_reasons_are_handed_on() -> None:
    assert verdict(0, '\n["one", "two"]', LIMITS) == ["one", "two"]


@pytest.mark.parametrize("output", ["", "nothing of ours", "{}", "null", "[", "[]\nmore"])
def test_no_answer_is_a_refusal(output: str) -> None:
    assert "expected an answer, got none" in verdict(0, output, LIMITS)[0]


def test_an_answer_from_a_captured_process_is_cut_and_cleaned() -> None:
    flood = '["' + "x" * 9999 + '", "\\u001b[31m"' + ', "more"' * 99 + "]"

    reasons = verdict(0, flood, LIMITS)

    assert len(reasons) == 12
    assert len(reasons[0]) == 500
    assert reasons[1] == "?[31m"


@pytest.mark.parametrize(
    ("code", "output", "expected"),
    [
        (-24, "", "20 s of CPU time"),
        (-9, "", "3072 MiB of memory"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", "3072 MiB"),
        (1, "Traceback …\nMemoryError", "3072 MiB"),
        (-11, "", "a crash (signal SIGSEGV, last words 'nothing')"),
        (-6, "pointer being freed\nwas not allocated", "SIGABRT, last words 'was not allocated'"),
        (1, "Traceback …\nKeyError: 3", "exit code 1, last words 'KeyError: 3'"),
    ],
)
def test_every_bad_end_has_its_reason(code: int, output: str, expected: str) -> None:
    (reason,) = verdict(code, output, LIMITS)

    assert expected in reason
