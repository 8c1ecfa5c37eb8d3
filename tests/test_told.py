"""What an answer must say of itself: what was asked, what is shut, how a search ended, what is not known."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import cmarkgfm
import pytest
from commands import run
from hypothesis import given
from hypothesis import strategies as st

from routes.outputs.briefing.markdown import escaped
from routes.read import bundled

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "a-{i},2015-03-02,day,PAK,Karachi,24.86,67.01,city,acetic anhydride,100,kg,A report\n"
HEADER = (
    "seizure_id,date,date_precision,country,place,lat,lon,location_precision,substance,"
    "quantity_reported,unit_reported,source\n"
)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "asked"),
    [
        (("rank", "--gate", "Karachi", "--top", "1"), "gate Karachi."),
        (
            ("rank", "--area", "helmand", "--until", "2016-01-01", "--top", "1"),
            "area helmand; until 2016-01-01.",
        ),
        (("rank", "--substance", "acetic anhydride", "--top", "1"), "substance acetic anhydride."),
        (("rank", "--top", "1", "--seed", "3", "--config", "mine.toml"), "seed 3."),
        (("chokepoints", "--country", "iran", "--top", "1"), "country iran."),
        (("chokepoints", "--kind", "gate", "--area", "helmand", "--top", "1"), "kind gate; area helmand."),
        (
            ("whatif", "--close", "torkham", "--close", "tem", "--watch", "hairatan=0.2"),
            "close torkham, tem;",
        ),
        (("interdict", "--budget", "1", "--jurisdiction", "PAK"), "budget 1; jurisdiction PAK."),
        (("explain", "torkham", "--as-of", "2020-02-01"), "target torkham; as of 2020-02-01."),
        (
            ("compare", "--before", "2008-01-01:2009-01-01", "--after", "2010-01-01:2020-01-01"),
            "before 2008-01-01:2009-01-01; after 2010-01-01:2020-01-01.",
        ),
    ],
    ids=str,
)
def test_an_answer_in_words_says_what_was_asked(command: tuple[str, ...], asked: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    line = flat(done.stdout).rpartition("Asked: ")[2]
    assert asked in line
    assert ("mine.toml" in line) == ("--config" in command)


def test_nothing_asked_nothing_told_and_programs_get_none_of_it() -> None:
    assert "Asked" not in run("rank", "--top", "1").stdout
    for form in ("json", "csv"):
        assert "Asked" not in run("rank", "--top", "1", "--gate", "karachi", "--format", form).stdout


def test_no_password_is_asked_about() -> None:
    """The line is made of what was given, an address among it."""
    from routes.cli.asked import _words

    said = _words({"seizures": "postgresql://ann:secret@db/cases?table=t", "close": ["\x1b[31mred"]})
    assert "secret" not in said
    assert "\x1b" not in said


SHUT = ("--as-of", "2025-12-01")


@pytest.mark.slow
def test_a_plan_says_which_posts_stand_where_it_is_shut() -> None:
    """Torkham and Chaman have been closed since October 2025."""
    command = ("interdict", "--budget", "3", "--jurisdiction", "PAK", *SHUT)
    document = json.loads(run(*command, "--format", "json").stdout)
    shut = {post["id"] for post in document["posts"] if post["status"] == "closed"}
    assert "torkham" in shut or "spin-boldak-chaman" in shut
    words = flat(run(*command).stdout)
    for name in shut:
        assert f"{name} (closed)" in words
    assert "catches those who cross all the same" in words
    rows = list(csv.DictReader(io.StringIO(run(*command, "--format", "csv").stdout)))
    assert {row["id"] for row in rows if row["status"] == "closed"} == shut
    listed = flat(run(*command, "--priority").stdout)
    assert "(closed)" in listed
    assert (
        "Not open"
        not in run("interdict", "--budget", "1", "--jurisdiction", "PAK", "--as-of", "2015-01-01").stdout
    )


@pytest.mark.slow
def test_a_watch_on_a_shut_crossing_is_told_and_so_is_the_briefing(tmp_path: Path) -> None:
    words = flat(run("whatif", "--watch", "torkham=0.5", *SHUT).stdout)
    assert "Not open in the time asked about: torkham (closed)." in words
    assert "Not open" not in run("whatif", "--watch", "torkham=0.5", "--as-of", "2015-01-01").stdout
    done = run("brief", "--format", "md", "--teams", "9", *SHUT, "--output", "b.md", cwd=tmp_path)
    assert done.returncode == 0
    text = (tmp_path / "b.md").read_text(encoding="utf-8")
    posts = text[text.index("## Plan for") :]
    if "Torkham" in posts.partition("Displacement")[0]:
        assert "(closed)" in posts


def test_a_search_without_time_says_so() -> None:
    words = flat(run("interdict", "--time-limit", "0", "--budget", "3").stdout)
    assert "the search was ended before it found one" in words
    assert "helps" not in words
    assert "the budget pays for no post" in flat(run("interdict", "--budget", "0").stdout)


@pytest.mark.slow
def test_one_event_has_no_interval(tmp_path: Path) -> None:
    lines = bundled("seizures.csv").read_text(encoding="utf-8").splitlines()
    for name, rows in (("before.csv", lines[1:30]), ("after.csv", [one_event(lines)])):
        (tmp_path / name).write_text("\n".join([lines[0], *rows]) + "\n", encoding="utf-8")
    command = ("backtest", "--train", "before.csv", "--test", "after.csv")
    done = run(*command, "--format", "json", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert document["events"] == 1
    metrics = [metric for model in document["models"].values() for metric in model.values()]
    assert any(metric["value"] is not None for metric in metrics)
    assert {str(metric["interval_90"]) for metric in metrics} == {"None"}
    words = run(*command, cwd=tmp_path)
    assert words.returncode == 0, words.stderr
    assert "One event cannot tell" in flat(words.stdout)


def one_event(lines: list[str]) -> str:
    """A record of the bundled file that lies in a modelled country and has coordinates."""
    rows = list(csv.DictReader(lines))
    names = list(rows[0])
    for row in reversed(rows):
        if row["lat"] and row["country"] in {"PAK", "IRN"} and row["location_precision"] != "country":
            text = io.StringIO()
            csv.DictWriter(text, names).writerow(row)
            return text.getvalue().strip()
    raise AssertionError


@pytest.mark.parametrize(
    ("draws", "said"), [(1, "wanted at least 100, got 1"), (99, "at least 100"), (100, "")]
)
def test_too_few_draws_for_an_interval_are_refused(draws: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(f"[evidence]\ndraws = {draws}\n", encoding="utf-8")
    done = run("rank", "--top", "1", "--config", "c.toml", cwd=tmp_path)
    assert done.returncode == (2 if said else 0)
    assert said in done.stderr


@pytest.mark.slow
def test_a_hundred_thousand_faults_are_counted_and_the_first_ones_told(tmp_path: Path) -> None:
    bad = [
        f"a-{i},2015-03-02,day,PAK,Karachi,{'x' if i % 2 else '24.86'},{'67' if i % 2 else 'y'},city,a,1,kg,s"
        for i in range(100_000)
    ]
    (tmp_path / "s.csv").write_text(HEADER + "\n".join(bad) + "\n", encoding="utf-8")
    done = run("validate", "s.csv", cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(lines) <= 110
    assert lines[0].startswith("s.csv line 2, lon")
    assert lines[-1] == "s.csv: and 99,950 more faults: lon 49,975, lat 49,975."


def rejects(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.rejected*"))


def mixed(path: Path, note: str = "x") -> None:
    path.write_text(HEADER + GOOD.format(i=1) + f"{note},2015,day,PAK,,,,,a,,,r\n", encoding="utf-8")


def test_rejects_stand_beside_their_file_and_replace_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "here").mkdir()
    source = tmp_path / "data" / "s.csv"
    mixed(source)
    command = ("rank", "--top", "1", "--skip-invalid", "--seizures", source)
    said = run(*command, cwd=tmp_path / "here").stderr
    assert str(tmp_path / "data" / "s.rejected.csv") in said
    assert rejects(tmp_path / "data") == ["s.rejected.csv"]
    assert rejects(tmp_path / "here") == []
    first = (tmp_path / "data" / "s.rejected.csv").read_bytes()
    run(*command, cwd=tmp_path / "here")  # the same again
    assert rejects(tmp_path / "data") == ["s.rejected.csv"]
    mixed(source, "y")
    assert "s.rejected-2.csv" in run(*command, cwd=tmp_path / "here").stderr
    assert (tmp_path / "data" / "s.rejected.csv").read_bytes() == first
    assert rejects(tmp_path / "data") == ["s.rejected-2.csv", "s.rejected.csv"]


def test_rejects_are_no_wider_than_their_file(tmp_path: Path) -> None:
    mixed(tmp_path / "s.csv")
    (tmp_path / "s.csv").chmod(0o600)
    run("rank", "--top", "1", "--skip-invalid", "--seizures", "s.csv", cwd=tmp_path)
    assert (tmp_path / "s.rejected.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", " =1", "\uff1d1"])
def test_formulas_in_rejects_are_defused(cell: str, tmp_path: Path) -> None:
    with (tmp_path / "s.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER.strip().split(","), "=A1"])
        writer.writerow([*next(csv.reader([GOOD.format(i=1)])), ""])
        writer.writerow(["b", "2015", "day", "PAK", cell, "", "", "", "a", "", "", "r", cell])
    run("rank", "--top", "1", "--skip-invalid", "--seizures", "s.csv", cwd=tmp_path)
    with (tmp_path / "s.rejected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert f"'{cell}" in rows[1]
    for each in (cell for row in rows for cell in row):
        assert not each.lstrip().startswith(("=", "@", "\uff1d"))


LIVE = [
    "https://evil.example/x", "HTTP://evil.example", "www.evil.example", "ftp://evil.example",
    "ann@evil.example",
    "mailto:ann@evil.example", "xmpp:ann@evil.example", "<https://evil.example>", "[x](https://evil.example)",
    "![x](https://evil.example/p.png)", "https://ann@evil.example", "a.b+c@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("text", LIVE)
def test_no_address_from_data_becomes_a_link(text: str) -> None:
    assert "href" in (raw := cmarkgfm.github_flavored_markdown_to_html(text)) or "<img" in raw
    shown = cmarkgfm.github_flavored_markdown_to_html(escaped(text))
    assert "href" not in shown
    assert "<img" not in shown


@pytest.mark.parametrize(
    "text", ["@octocat", "see @a-b/team", "#12", "owner/repo#12", "GH-12", "!12", "(@x)"]
)
def test_no_name_or_ticket_from_data_is_called(text: str) -> None:
    """Code hosts look for them in the text that is shown."""
    import re

    assert not re.search(r"@\w|[#!]\d|\bGH-\d", cmarkgfm.markdown_to_html(escaped(text)))


@given(st.text(alphabet="ahtpsw:/.@#1<>[]()!- \\`*_~|&", max_size=40))
def test_nothing_that_is_escaped_lives(text: str) -> None:
    shown = cmarkgfm.github_flavored_markdown_to_html(escaped(f"x {text}"))
    assert "href" not in shown
    assert "<img" not in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("map", "--top", "2"),
        ("brief", "--format", "md", "--teams", "0"),
        ("export", "--format", "kml", "--top", "2"),
        ("export", "--format", "csv", "--top", "2"),
    ],
    ids=" ".join,
)
def test_a_file_says_to_which_substance_it_is_limited(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*command, "--substance", "acetic anhydride", "--output", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Only seizures of acetic anhydride." in (tmp_path / "out").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_listing_of_some_corridors_says_so(tmp_path: Path) -> None:
    limits = ("--gate", "karachi", "--area", "helmand")
    assert "Only corridors from karachi into helmand." in flat(run("rank", *limits).stdout)
    listed = json.loads(run("rank", *limits, "--format", "json").stdout)["provenance"]["listed"]
    assert listed == {"gate": "karachi", "processing_area": "helmand"}
    done = run("export", *limits, "--format", "csv", "--output", "out", cwd=tmp_path)
    assert done.returncode == 0
    assert "Only corridors from karachi into helmand." in (tmp_path / "out").read_text(encoding="utf-8")
    assert "Only" not in run("rank", "--top", "1").stdout.partition("\n")[0]


def test_changes_are_named_or_counted() -> None:
    """Two lines hold some; no name is cut off, and those left out are counted."""
    told = flat(run("rank", "--top", "1").stdout)
    said = re.search(r"Since the evidence: (.*?); (\d+) more changes\.", told)
    assert said is not None, told
    changes = json.loads(run("rank", "--format", "json").stdout)["changes_since_evidence"]
    names = [change["name"].replace(" - ", " \N{EN DASH} ") for change in changes]
    named = [name for name in names if name in said[1]]
    assert len(named) + int(said[2]) == len(changes)
    assert "\N{HORIZONTAL ELLIPSIS}" not in said[1]
