"""A command by itself, whose plain values stay as they are, answers as it does among all the others."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import pytest
import typer
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.core import TyperCommand

from routes.cli import app as commands
from routes.cli.quick import QuickCommand

if TYPE_CHECKING:
    from pathlib import Path

UNNEEDED = ("pydantic", "scipy.spatial", "scipy.special", "pyogrio", "geopandas", "folium")


def help_of(app: typer.Typer, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    app([*words, "--help"], standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_the_help_of_a_command_is_the_same_by_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    alone, whole = (
        help_of(app, name, capsys=capsys) for app in (commands._app_of([name]), commands._whole())
    )
    assert alone == whole
    assert f" {name} " in whole


def test_the_list_of_commands_is_the_same_without_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    apps = (commands._app_of(commands.COMMANDS, listed_only=True), commands._whole())
    listed, whole = (help_of(app, capsys=capsys) for app in apps)
    assert listed == whole
    assert all(f"  {name} " in listed for name in commands.COMMANDS)


def twins() -> list[typer.main.TyperGroup]:
    """Two programs, alike but for how the values of options are read."""
    made = []
    for kind in (TyperCommand, QuickCommand):
        app = typer.Typer(rich_markup_mode=None)

        @app.command(cls=kind)
        def one(
            text: str | None = None,
            number: Annotated[int, typer.Option(min=1)] = 3,
            part: float = 0.5,
            many: Annotated[list[str] | None, typer.Option()] = None,
            all_: Annotated[bool, typer.Option("--all")] = False,  # noqa: FBT002 - as options are
        ) -> None:
            typer.echo(repr((text, number, part, many, all_)))

        @app.callback()
        def _all() -> None:
            pass

        made.append(typer.main.get_command(app))
    return made


WORDS = st.lists(
    st.one_of(
        st.tuples(st.just("--text"), st.text(min_size=1, max_size=5)),
        st.tuples(st.sampled_from(["--number", "--part"]), st.sampled_from(["0", "2", "1.5", "x", "", " 4"])),
        st.tuples(st.just("--many"), st.text(max_size=5)),
        st.just(("--all",)),
        st.just(("--more",)),
    ),
    max_size=4,
)


@settings(deadline=None)
@given(WORDS)
def test_values_are_what_typer_makes_of_them(words: list[tuple[str, ...]]) -> None:
    given_ = ["one", *(word for pair in words for word in pair)]
    told = []
    for app in twins():
        try:
            context = app.make_context("it", given_.copy())
            command = app.commands["one"]
            told.append(command.make_context("one", given_[1:], parent=context).params)
        except Exception as error:  # noqa: BLE001 - whatever typer tells
            told.append((type(error).__name__, str(error), getattr(error, "message", None)))
    assert told[0] == told[1]


def test_a_ranking_loads_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys; from routes.cli import main\n"
        "try: main(['rank', '--as-of', '2026-01-15', '--no-cache', '--quiet'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {UNNEEDED} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_program_is_found_by_those_who_look_for_it() -> None:
    """The reference of the commands is made by `typer`, which looks through the names of the module."""
    assert "app" in dir(commands)
    assert isinstance(commands.app, typer.Typer)
