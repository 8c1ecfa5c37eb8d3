"""What the tests keep of the work of commands is what each would have found itself."""

from __future__ import annotations

import pytest
from commands import run, run_afresh

from routes import analysis

LATE = ("rank", "--top", "1", "--as-of", "2031-01-01")


@pytest.mark.parametrize(
    "command",
    [("rank", "--format", "json"), ("rank", "--seed", "2", "--format", "json"), ("explain", "torkham")],
    ids=" ".join,
)
def test_what_is_kept_prints_the_same(command: tuple[str, ...]) -> None:
    first, again, afresh = run(*command), run(*command), run_afresh(*command)
    assert first == again == afresh


def test_another_question_has_its_own_answer() -> None:
    one, other, late = (
        run("rank", *of).stdout for of in ((), ("--seed", "2"), ("--as-of", "2012-01-01", "--top", "1"))
    )
    assert len({one, other, late}) == 3


def test_what_is_told_on_the_way_is_told_each_time_and_to_whoever_asks_aloud() -> None:
    assert run(*LATE, "--quiet").stderr == ""
    for _ in range(2):
        assert "the status of crossings was checked up to" in run(*LATE).stderr


def test_what_a_test_exchanges_is_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("rank").returncode == 0

    def broken(*_: object, **__: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(analysis, "analyse", broken)
    with pytest.raises(AssertionError, match="asked"):
        run("rank")
