"""Names of places, countries and operations: any case, likely ones offered, told before the analysis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from commands import run
from hypothesis import given
from hypothesis import strategies as st

from routes import analysis
from routes.read import bundled, read_crossings, read_places
from routes.support.likeness import find_name, folded, likely_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def _no_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the analysis fail the test, so that what is told was told before it."""

    def begun(*_: object, **__: object) -> None:
        raise AssertionError("the analysis has begun")

    monkeypatch.setattr(analysis, "build_world", begun)


@pytest.mark.usefixtures("_no_analysis")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("rank", "--gate", "torkham"), "--gate: 'torkham' is a crossing, not a gate."),
        (("rank", "--gate", "karachy"), "Did you mean karachi?"),
        (("rank", "--gate", "qasm"), "Did you mean qasim?"),
        (("rank", "--area", "karachi"), "'karachi' is a gate, not a processing area."),
        (("rank", "--area", "helmnd"), "Did you mean helmand?"),
        (("rank", "--area", "x"), "Known: "),
        (("rank", "--sensitivity", "--gate", "nowhere"), "no gate 'nowhere'"),
        (("export", "--gate", "torkham"), "is a crossing, not a gate"),
        (("export", "--area", "helmnd"), "Did you mean helmand?"),
        (("chokepoints", "--area", "helmnd"), "Did you mean helmand?"),
        (("chokepoints", "--country", "Atlantis"), "--country: wanted one of Afghanistan (AFG), "),
        (("chokepoints", "--country", "Iram"), "Did you mean IRN?"),
        (("whatif", "--close", "chaman"), "Did you mean spin-boldak-chaman?"),
        (("whatif", "--close", "torkam"), "Did you mean torkham?"),
        (("whatif", "--penalty", "milak=30km"), "Did you mean zaranj-milak?"),
        (("whatif", "--watch", "torkhm=0.4"), "Did you mean torkham?"),
        (("whatif", "--watch", "torkham=0.4", "--watch", "TORKHAM=0.2"), "torkham is given twice"),
        (("interdict", "--cost", "torkhm=2"), "Did you mean torkham?"),
        (("interdict", "--detect", "torkhm=0.5"), "Did you mean torkham?"),
        (("interdict", "--jurisdiction", "Afganistan"), "Did you mean AFG?"),
        (("interdict", "--jurisdiction", "France"), "--jurisdiction: wanted one of"),
        (("explain", "torkhm"), "Did you mean torkham?"),
        (("explain", "karachi>chamn>helmand"), "Did you mean spin-boldak-chaman?"),
        (("map", "--close", "torkhm"), "Did you mean torkham?"),
        (("brief", "--operation", "tarset"), "Did you mean tarcet"),
    ],
    ids=" ".join,
)
def test_a_wrong_name_is_told_before_the_analysis(
    command: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "irkeshtam" not in done.stderr  # which is not like torkham
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


SAME = [
    (("rank", "--top", "2", "--gate", "karachi"), ("rank", "--top", "2", "--gate", "Karachi Port")),
    (("rank", "--top", "2", "--area", "helmand"), ("RANK", "--TOP", "2", "--Area", " HELMAND")),
    (
        ("chokepoints", "--country", "IRN", "--top", "2"),
        ("chokepoints", "--country", "iran", "--top", "2", "--kind", "Crossing"),
    ),
    (
        ("whatif", "--close", "spin-boldak-chaman", "--penalty", "torkham=9km"),
        ("whatif", "--close", "Spin Boldak - Chaman", "--penalty", "Torkham=9km"),
    ),
    (
        ("interdict", "--budget", "1", "--jurisdiction", "AFG", "--cost", "torkham=2", "--response", "best"),
        ("interdict", "--budget", "1", "--jurisdiction", "af", "--cost", "TORKHAM=2", "--response", "BEST"),
    ),
    (
        ("explain", "karachi>spin-boldak-chaman>helmand"),
        ("explain", "KARACHI > Spin_Boldak Chaman > helmand"),
    ),
    (("schema", "ranking"), ("Schema", "Ranking")),
    (("validate", "{seizures}"), ("VALIDATE", "{seizures}")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("plain", "typed"), SAME, ids=str)
def test_case_and_separators_do_not_matter(plain: tuple[str, ...], typed: tuple[str, ...]) -> None:
    one, two = (run(*[a.format(seizures=bundled("seizures.csv")) for a in way]) for way in (plain, typed))
    assert one.returncode == 0, one.stderr
    assert [two.returncode, two.stderr] == [0, one.stderr]
    assert said(two.stdout) == said(one.stdout)


def said(answer: str) -> str:
    """What an answer says before it repeats the question, which it does as that was put."""
    return answer.partition("\nAsked: ")[0]


@pytest.mark.slow
def test_marks_and_formats_in_any_case(tmp_path: Path) -> None:
    arguments = ("export", "--format", "GeoJSON", "--tlp", "AMBER+strict", "--output", "x")
    assert run(*arguments, cwd=tmp_path).returncode == 0
    assert "TLP:AMBER+STRICT" in (tmp_path / "x").read_text(encoding="utf-8")
    assert json.loads(run("rank", "--format", "JSON", "--top", "1").stdout)["corridors"]


def known_places() -> dict[str, str]:
    crossings, places = read_crossings(bundled("crossings.csv")), read_places(bundled("places.csv"))
    return dict(zip(crossings["crossing_id"], crossings["name"], strict=True)) | dict(
        zip(places["place_id"], places["name"], strict=True)
    )


KNOWN = known_places()


@given(
    st.sampled_from(sorted(KNOWN)),
    st.sampled_from([str.upper, str.title, str.swapcase]),
    st.sampled_from(" _-"),
)
def test_every_id_is_found_however_it_is_typed(name: str, cased: object, between: str) -> None:
    assert find_name(f" {cased(name).replace('-', between)} ", KNOWN) == name


@given(st.sampled_from([name for name in sorted(KNOWN) if len(name) > 5]), st.data())
def test_a_slip_of_the_pen_offers_the_name(name: str, data: st.DataObject) -> None:
    """One sign left out, doubled, or exchanged with the next."""
    at = data.draw(st.integers(0, len(name) - 2))
    slip = data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[: at + 1] + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )
    if find_name(slip, KNOWN) is None:
        near = likely_names(slip, KNOWN)
        assert name in near or all(folded(name).split("-")[0][:3] in other for other in near)
