"""Answers given before: the same question about the same files, and nothing else, comes from the cache."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from routes.cli import answers
from routes.cli.answers import KEPT, SWITCH, answered
from routes.cli.app import app
from routes.cli.console import deliver, hear_warnings, say
from routes.errors import RoutesError
from routes.read.paths import BESIDE, FILES, Source, bundled

if TYPE_CHECKING:
    from collections.abc import Callable


class Asked:
    """A command that counts how often it is really run."""

    def __init__(self, source: Source, **given: Any) -> None:
        self.source, self.given, self.runs = source, given, 0
        self.meanwhile: Callable[[], object] = lambda: None

    def run(self) -> None:
        self.runs += 1
        say("a word beside")
        self.meanwhile()
        deliver(f"answer {self.runs}\n", self.given.get("output"))

    def ask(self, **given: Any) -> None:
        self.given |= given
        answered(self.run, "rank", self.given, self.source)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of data with a copy of every bundled file."""
    copy = tmp_path / "data"
    copy.mkdir()
    for name in (*FILES, *BESIDE):
        shutil.copy(bundled(name), copy / name)
    return copy


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Asked:
    monkeypatch.setenv(SWITCH, "yes")
    monkeypatch.chdir(tmp_path)
    hear_warnings()
    return Asked(Source(folder=folder, cache=tmp_path / "cache"), seed=1, output=None, data=folder)


def test_it_is_said_and_written_again(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.ask()
    first = capsys.readouterr()
    asked.ask()
    assert capsys.readouterr() == first == ("answer 1\n", "a word beside\n")
    assert asked.runs == 1


def test_a_file_is_written_again(asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.txt"
    asked.ask(output=file)
    told = capsys.readouterr().err
    file.write_text("spoilt")
    asked.ask()
    assert (file.read_text(), asked.runs) == ("answer 1\n", 1)
    assert capsys.readouterr().err == told == f"a word beside\nWrote {file}.\n"


@pytest.mark.parametrize("name", [*FILES, *BESIDE])
def test_a_changed_byte_of_any_file_asks_again(asked: Asked, folder: Path, name: str) -> None:
    asked.ask()
    content = bytearray((folder / name).read_bytes())
    content[-2] ^= 1
    known = (folder / name).stat()
    (folder / name).write_bytes(content)
    os.utime(folder / name, ns=(known.st_atime_ns, known.st_mtime_ns))  # by its bytes, not by its time
    asked.ask()
    assert asked.runs == 2


def test_a_file_that_is_added_or_goes_asks_again(asked: Asked, folder: Path) -> None:
    asked.ask()
    (folder / "posts.csv").unlink()
    asked.ask()
    assert asked.runs == 2


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"as_of": "2026-01-15"},
        {"as_of": dt.datetime(2026, 1, 15, tzinfo=dt.UTC)},
        {"top": 3},
        {"gate": "karachi"},
    ],
    ids=str,
)
def test_another_question_is_asked(asked: Asked, other: dict[str, object]) -> None:
    asked.ask()
    asked.ask(**other)
    assert asked.runs == 2


@pytest.mark.parametrize("option", ["config", "effort", "roads", "before"])
def test_a_changed_file_that_an_option_names_asks_again(asked: Asked, tmp_path: Path, option: str) -> None:
    file = tmp_path / "named.toml"
    file.write_text("a = 1")
    asked.ask(**{option: file})
    asked.ask(**{option: file})
    assert asked.runs == 1
    file.write_text("a = 2")
    asked.ask(**{option: file})
    assert asked.runs == 2


def test_files_by_pattern_by_sheet_and_of_one_name(asked: Asked, tmp_path: Path) -> None:
    for name in ("a1.csv", "b.xlsx", "c.shp", "c.dbf"):
        (tmp_path / name).write_text(name)
    asked.ask(seizures=["a*.csv", "b.xlsx#Sheet1", "c.shp"])
    for count, name in enumerate(("a2.csv", "b.xlsx", "c.dbf"), 2):
        (tmp_path / name).write_text("another")
        asked.ask()
        assert asked.runs == count


@pytest.mark.parametrize(
    "given",
    [{"seizures": ["-"]}, {"seizures": ["postgresql://host/db"]}, {"skip_invalid": True}, {"png": Path("x")}],
)
def test_what_cannot_be_known_or_writes_more_is_never_kept(asked: Asked, given: dict[str, Any]) -> None:
    asked.ask(**given)
    asked.ask()
    assert asked.runs == 2
    assert not (asked.source.cache or Path()).exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_never_kept(asked: Asked, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    asked.ask(seizures=["pipe.csv"])
    asked.ask()
    assert asked.runs == 2


def test_it_is_of_one_day(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(dt.date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls(2100, 1, 1)

    asked.ask()
    monkeypatch.setattr(answers, "date", Tomorrow)
    asked.ask()
    assert asked.runs == 2


@pytest.mark.parametrize("word", ["ROUTES_ANY", "COLUMNS", "NO_COLOR", "LANG", "TZ"])
def test_surroundings_ask_again(asked: Asked, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    asked.ask()
    monkeypatch.setenv(word, "77")
    asked.ask()
    assert asked.runs == 2


def test_a_changed_program_or_library_asks_again(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for count, what in enumerate(("_program", "_libraries"), 2):
        asked.ask()
        monkeypatch.setattr(answers, what, lambda: ["another"])
        asked.ask()
        assert asked.runs == count


def test_the_switch_and_no_cache(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "no")
    asked.ask()
    monkeypatch.setenv(SWITCH, "yes")
    asked.source = Source(folder=asked.source.folder)
    asked.ask()
    asked.ask()
    assert asked.runs == 3


def test_what_changed_while_it_was_read_is_not_kept(asked: Asked, folder: Path) -> None:
    before = (folder / "places.csv").read_bytes()
    asked.meanwhile = lambda: (folder / "places.csv").write_bytes(before + b"\n")
    asked.ask()
    (folder / "places.csv").write_bytes(before)
    asked.meanwhile = lambda: None
    asked.ask()
    assert asked.runs == 2


def test_an_error_is_not_kept(asked: Asked) -> None:
    def fail() -> None:
        raise RoutesError("no")

    asked.meanwhile = fail
    for _ in range(2):
        with pytest.raises(RoutesError):
            asked.ask()
    assert asked.runs == 2


def test_a_damaged_answer_is_told_and_asked_again(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.ask()
    (index,) = Path(asked.source.cache or "").glob("*/index.json")
    index.write_bytes(index.read_bytes().replace(b"answer 1", b"answer 9"))
    capsys.readouterr()
    asked.ask()
    told = capsys.readouterr()
    assert (told.out, asked.runs) == ("answer 2\n", 2)
    assert "cannot be used" in told.err
    asked.ask()
    assert asked.runs == 2


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders of a user are theirs here")
def test_an_answer_that_others_could_have_written_is_not_believed(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.ask()
    (entry,) = Path(asked.source.cache or "").iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o700
    entry.chmod(0o777)
    asked.ask()
    assert asked.runs == 2
    assert "is not believed" in capsys.readouterr().err


def test_secrets_are_not_kept(asked: Asked) -> None:
    asked.meanwhile = lambda: say("from postgresql://ann:geheim42@host/db")
    asked.ask()
    (index,) = Path(asked.source.cache or "").glob("*/index.json")
    assert "geheim42" not in index.read_text()


def test_kept_commands_are_commands() -> None:
    assert {getattr(command.callback, "__name__", "") for command in app.registered_commands} >= KEPT


_AGAIN = """
import sys
from routes.cli import main
try:
    main(["rank", *sys.argv[1:]])
except SystemExit as ended:
    assert not ended.code, ended.code
sys.stderr.write(str(sorted({"numpy", "pandas", "networkx", "scipy"} & set(sys.modules))))
"""


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--format", "json"]], ids=["table", "json"])
def test_the_ranking_comes_again_without_the_libraries_of_numbers(tmp_path: Path, options: list[str]) -> None:
    environment = os.environ | {"ROUTES_CACHE": str(tmp_path), SWITCH: "yes"}
    first, again, fresh = (
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", _AGAIN, *options, *more], env=environment, check=True, capture_output=True
        )
        for more in ([], [], ["--no-cache"])
    )
    assert first.stdout == again.stdout == fresh.stdout
    assert len(first.stdout) > 1000
    assert again.stderr.endswith(b"[]")
    assert b"numpy" in first.stderr
    assert first.stderr.partition(b"[")[0] == again.stderr.partition(b"[")[0]
