"""Blocks as lines of a terminal: every width, nothing lost, nothing that acts on it."""

from __future__ import annotations

import re

import pytest
from commands import run, run_alone
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from routes.outputs.documents.text_blocks import Figure, Paragraph, Points, figures, table_of, words
from routes.outputs.terminal.screen import NARROWEST, WIDEST, WIDTH, lines_of, width_here

ROADS = table_of(
    words("road", ["Quetta - Chaman", "Gereshk - Delaram"]),
    figures("share", ["26.8\N{NO-BREAK SPACE}%", "0\N{NO-BREAK SPACE}%"]),
    figures("dearer if closed", ["1,198.6", "\N{MINUS SIGN}0.5"]),
    words("name", ["the long road from Quetta to Chaman", ""], spare=True),
)
TEXTS = st.text(max_size=40)


def lengths(text: str) -> list[int]:
    return [cell_len(line) for line in text.splitlines()]


def test_figures_stand_right_and_heads_of_two_lines_stand_low() -> None:
    lines = lines_of([ROADS], 60).replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert lines == [
        "                           dearer if",
        "road                share     closed",
        "Quetta \N{EN DASH} Chaman    26.8 %    1,198.6",
        "Gereshk \N{EN DASH} Delaram     0 %       \N{MINUS SIGN}0.5",
    ]


def test_a_spare_column_comes_where_there_is_room_for_all_of_it() -> None:
    needed = max(lengths(lines_of([ROADS], WIDEST)))
    assert "the long road" in lines_of([ROADS], needed)
    assert "the long road" not in lines_of([ROADS], needed - 1)


def test_columns_of_text_are_broken_before_a_figure_is() -> None:
    text = lines_of([ROADS], 32).replace("\N{NO-BREAK SPACE}", " ")
    assert max(lengths(text)) <= 32
    assert "1,198.6" in text
    assert (
        "Quetta \N{EN DASH}\n" in re.sub(r" {2,}.*", "", text) or "Quetta \N{EN DASH}" in text.splitlines()[2]
    )


def test_what_is_too_narrow_for_a_table_becomes_a_list_with_everything() -> None:
    text = lines_of([ROADS], 24)
    assert max(lengths(text)) <= 24
    joined = " ".join(text.split())
    assert "Quetta \N{EN DASH} Chaman share 26.8 %; dearer if closed 1,198.6; name the long road" in joined


@given(
    st.lists(st.tuples(TEXTS, TEXTS, st.integers(-(10**9), 10**9)), max_size=5),
    TEXTS,
    st.integers(NARROWEST, WIDEST),
)
def test_no_line_is_too_long_and_no_text_acts(
    rows: list[tuple[str, str, int]], note: str, width: int
) -> None:
    table = table_of(
        words("place", (row[0] for row in rows)),
        words("name", (row[1] for row in rows)),
        figures("km", (row[2] for row in rows)),
    )
    text = lines_of([Paragraph(note), table, Points((note,))], width)
    assert max(lengths(text), default=0) <= width
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    for *_, km in rows:
        assert str(km) in text


def test_marks_of_the_library_are_text() -> None:
    hostile = "[red]x[/red] :skull: \x1b[2J\x1b]0;title\x07 \u202edesrever"
    text = lines_of([Paragraph(hostile), table_of(words(hostile, [hostile]))], 120, colour=True)
    assert text.count("[red]x[/red] :skull: \\x1b[2J\\x1b]0;title\\x07 \\u202edesrever") == 3
    assert "\x1b[2J" not in text
    assert "\x07" not in text


def test_points_hang_and_pictures_become_words() -> None:
    text = lines_of([Points(("one " * 30, "two"), numbered=True), Figure("<svg/>", "A map.")], 60)
    assert text.startswith("1.  one one")
    assert "\n    one" in text
    assert "\n2.  two\n\nPicture: A map.\n" in text


def test_a_number_stays_with_its_sign() -> None:
    for width in range(NARROWEST, NARROWEST + 20):
        text = lines_of([Paragraph("so much as 50 % of all, or " * 10)], width)
        assert not any(line.startswith("%") for line in text.splitlines())


@pytest.mark.parametrize(
    ("columns", "width"),
    [("", WIDTH), ("40", NARROWEST), ("100", 100), ("400", WIDEST), ("0", WIDTH), ("x", WIDTH)],
)
def test_the_width_is_asked_for_or_that_of_a_pipe(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width_here() == width
    capfd.readouterr()


COMMANDS = {
    "rank": 15,
    "chokepoints": 15,
    "chokepoints --kind gate": 15,
    "chokepoints --kind road": 15,
    "whatif --close islam-qala": 16,
    "interdict": 21,
    "explain torkham": 8,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(one, marks=() if one in ("rank", "explain torkham") else pytest.mark.slow)
        for one in COMMANDS
    ],
)
def test_tables_are_of_their_width_and_longer_than_their_notes(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (50, 80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        text = run(*command.split()).stdout
        assert max(lengths(text)) <= columns
        if columns < WIDTH:
            continue
        parts = text.rstrip("\n").split("\n\n")
        tables = [part for part in parts if len(part.splitlines()) > 1 and "  " in part]
        notes = [part for part in parts if part not in tables]
        assert sum(len(part.splitlines()) for part in notes) <= sum(len(part.splitlines()) for part in tables)
        assert sum(len(part.splitlines()) for part in tables) >= COMMANDS[command]


@pytest.mark.parametrize(("command", "head"), [("chokepoints", "share"), ("explain torkham", "place")])
def test_no_head_needs_a_glossary(command: str, head: str) -> None:
    parts = run_alone(*command.split()).stdout.split("\n\n")
    heads = [{word for line in part.splitlines()[:2] for word in re.split(r"\s{2,}", line)} for part in parts]
    said = next(words_of for words_of in heads if head in words_of)
    assert len(said) > 5
    assert not said & {"cut", "between", "critical", "really", "true"}
