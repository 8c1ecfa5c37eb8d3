"""The ranking of the bundled data: stored, summing to one, the same twice, and sensible."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from distances import legs_in_use

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.network.status import status_shares
from routes.outputs.documents import ranking_document as export
from routes.question import Question, day_words
from routes.ranking import corridors_of
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from routes.read.inputs import Inputs

STORED = Path(__file__).parent / "data" / "ranking.csv"


@pytest.fixture(scope="module")
def bundled(inputs: Inputs) -> Analysis:
    return analyse(inputs, question=Question(period=True), roads_for=20)


def test_shares_sum_to_one_in_json_and_cover_99_per_cent(bundled: Analysis) -> None:
    document = json.loads(export.ranking_json(bundled.ranking, bundled.ranking.corridors))
    shares = [c["posterior_share"] for c in document["corridors"]]
    assert abs(sum(shares) + document["uncovered_share"] - 1) <= 1e-9
    assert document["covered_mass"] >= 0.99
    prior = sum(c["prior_share"] for c in document["corridors"])
    assert prior == pytest.approx(document["covered_mass"], abs=1e-9)
    assert document["schema_version"]
    assert document["provenance"]["inputs"]["seizures"]


def test_the_same_input_and_seed_give_the_same_bytes(inputs: Inputs, bundled: Analysis) -> None:
    again = analyse(inputs, question=Question(period=True), roads_for=20).ranking
    first = bundled.ranking
    assert export.ranking_json(again, again.corridors) == export.ranking_json(first, first.corridors)
    rows = first.corridors[:20]
    assert export.ranking_geojson(again, again.corridors[:20]) == export.ranking_geojson(first, rows)
    other = analyse(inputs, question=Question(seed=2, period=True)).ranking
    assert export.ranking_json(other, other.corridors) != export.ranking_json(first, first.corridors)


def test_stored_ranking(bundled: Analysis) -> None:
    """The first thirty as stored with ``routes rank --period --top 30 --format csv``, to 0.5 points."""
    rows = {c.id: c for c in bundled.ranking.corridors}
    with STORED.open(encoding="utf-8", newline="") as file:
        stored = list(csv.DictReader(file))
    assert len(stored) == 30
    for row in stored:
        corridor = rows[row["id"]]
        assert corridor.posterior_share == pytest.approx(float(row["posterior_share"]), abs=0.005)
        assert corridor.prior_share == pytest.approx(float(row["prior_share"]), abs=0.002)
        assert corridor.length_km == pytest.approx(float(row["length_km"]), rel=0.01)
        assert abs(corridor.rank - int(row["rank"])) <= 3


def test_rows_are_ranked_and_their_intervals_hold_the_share(bundled: Analysis) -> None:
    rows = bundled.ranking.corridors
    assert [c.rank for c in rows] == list(range(1, len(rows) + 1))
    assert all(a.posterior_share >= b.posterior_share for a, b in pairwise(rows))
    for c in rows:
        low, high = c.interval_90
        assert 0 <= low <= high <= 1
        assert 0 <= c.top_10_probability <= 1
        assert c.id == ">".join([c.gate, *c.crossings, c.processing_area])
    assert sum(c.top_10_probability for c in rows) == pytest.approx(10, abs=1e-9)
    for low, share, high in ((*c.interval_90[:1], c.posterior_share, c.interval_90[1]) for c in rows[:50]):
        assert low <= share <= high


def test_shares_of_gates_crossings_and_areas_agree_with_the_corridors(bundled: Analysis) -> None:
    ranking = bundled.ranking
    for gate in ranking.gates:
        through = corridors_of(ranking.corridors, gate=gate.id)
        assert gate.posterior_share == pytest.approx(sum(c.posterior_share for c in through))
    for crossing in ranking.crossings:
        through = [c for c in ranking.corridors if crossing.id in c.crossings]
        assert crossing.posterior_share == pytest.approx(sum(c.posterior_share for c in through))
    assert sum(a.posterior_share for a in ranking.processing_areas) == pytest.approx(
        1 - ranking.uncovered_share
    )


def test_every_record_has_a_use(inputs: Inputs, bundled: Analysis) -> None:
    uses = bundled.ranking.seizures
    assert [u.seizure_id for u in uses] == list(inputs.seizures["seizure_id"])
    nowhere = {u.seizure_id for u in uses if u.use == "no location"}
    assert nowhere == set(inputs.seizures["seizure_id"][inputs.seizures["lat"].isna()])
    assert {u.use for u in uses} == {"evidence", "by air", "no location", "outside the modelled countries"}


KHARAN_TO_YAKMACH = {(65.411, 28.581), (63.841, 28.743)}
"""The trunk roads have this one as a single line, and no list of highways its bends."""


def test_roads_run_from_gate_to_area_without_a_long_straight_piece(bundled: Analysis) -> None:
    nodes = bundled.crossing_graph.graph.nodes
    for corridor in bundled.ranking.corridors[:20]:
        points = [p for piece in corridor.pieces for p in piece.points]
        assert points[0] == pytest.approx((nodes[corridor.gate]["lon"], nodes[corridor.gate]["lat"]))
        area = nodes[corridor.processing_area]
        assert points[-1] == pytest.approx((area["lon"], area["lat"]))
        assert all(a.points[-1] == b.points[0] for a, b in pairwise(corridor.pieces))
        for piece in corridor.pieces:
            lon, lat = np.array(piece.points).T
            steps = great_circle_km(lon[:-1], lat[:-1], lon[1:], lat[1:])
            ends = {points[int(steps.argmax())] for points in (piece.points, piece.points[1:])}
            assert piece.synthetic or steps.max() <= 60 or ends <= KHARAN_TO_YAKMACH


# Legs in use over 2.5 times as long as the straight line, by a place where each goes round what lies between.
ROUND = {
    "Kabul": [
        *("teri-mangal > nangarhar", "kharlachi > nangarhar", "ghulam-khan > nangarhar"),
        *("teri-mangal > laghman", "kharlachi > laghman"),
    ],
    "Khinjan": [
        *("arandu > badakhshan", "nawa-pass > badakhshan", "ishkashim > nangarhar", "ishkashim > laghman")
    ],
    "Bamyan": [
        *("spin-boldak-chaman > daykundi", "badini > daykundi", "qamar-din-karez > daykundi"),
        "baramcha > daykundi",
    ],
    "Delaram": ["abu-nasr-farahi > nimroz"],
    "Mary": ["sarakhs > torghundi"],
    "Bokhtar": ["ayvaj-gulbahor > sher-khan-bandar"],
    "Kharan": ["gwadar > mirjaveh-taftan"],
    "Samarkand": [
        *("unlisted-kgz-uzb-40.29-71.21 > dusti-sariosiyo", "unlisted-kgz-uzb-40.15-71.73 > dusti-sariosiyo"),
        "unlisted-kgz-uzb-40.32-71.96 > dusti-sariosiyo",
    ],
    "Tash-Kumyr": [
        *("torugart > bor-dobo-kyzyl-art", "torugart > dostuk-dustlik", "torugart > karamyk"),
        *("torugart > kyzyl-bel-guliston", "torugart > kulundu"),
        *("torugart > unlisted-kgz-uzb-41.45-71.75", "torugart > unlisted-kgz-uzb-40.86-72.99"),
    ],
    "Ayni": [
        *("kyzyl-bel-guliston > ruzvay-nusay", "kyzyl-bel-guliston > khumrogi", "kyzyl-bel-guliston > tem"),
        *("kyzyl-bel-guliston > ishkashim", "patar-andarkhon > ruzvay-nusay", "patar-andarkhon > tem"),
        *("kulundu > ruzvay-nusay", "kulundu > khumrogi", "kulundu > tem", "karamyk > fotehobod-oybek"),
        *("karamyk > bekobod", "patar-andarkhon > khumrogi"),
    ],
    "Murghob": [
        *("bor-dobo-kyzyl-art > khumrogi", "bor-dobo-kyzyl-art > ruzvay-nusay"),
        "bor-dobo-kyzyl-art > shohon-khohon",
    ],
    "Tavildara": ["karamyk > khumrogi", "karamyk > tem"],
}


def test_legs_in_use_are_not_far_longer_than_the_straight_line(bundled: Analysis) -> None:
    """At most 2.5 times, but for legs round mountains or a desert, which are known one by one."""
    legs = legs_in_use(bundled)
    far = legs[legs["times"] > 2.5]
    names = far["leaves"] + " > " + far["leads_to"]
    by_way_of = {leg: place for place, some in ROUND.items() for leg in some}
    assert {*names} <= {*by_way_of}
    assert len(far) > 20
    for name, towns in zip(names, far["towns"], strict=True):
        assert by_way_of[name] in towns, name
    assert far["inflow"].sum() < 0.05


def test_as_of_a_day_with_the_pakistani_gates_shut_moves_inflow_away_from_them(inputs: Inputs) -> None:
    def through(question: Question, *crossings: str) -> float:
        found = analyse(inputs, question=question).ranking.crossings
        return sum(c.posterior_share for c in found if c.id in crossings)

    open_day, shut_day = date(2019, 6, 1), date(2026, 1, 15)
    gates = ("torkham", "spin-boldak-chaman", "ghulam-khan", "kharlachi", "angoor-adda")
    assert through(Question(as_of=shut_day), *gates) < 0.5 * through(Question(as_of=open_day), *gates)


def test_period_bounds_the_seizures(inputs: Inputs) -> None:
    ranking = analyse(inputs, question=Question(since=date(2016, 1, 1), until=date(2017, 12, 31))).ranking
    dates = dict(zip(inputs.seizures["seizure_id"], inputs.seizures["date"], strict=True))
    used = {dates[u.seizure_id][:4] for u in ranking.seizures if u.use == "evidence"}
    assert used == {"2016", "2017"}
    assert ranking.provenance["period"] == {
        "since": "2016-01-01",
        "until": "2017-12-31",
        "as_of": inputs.region.status_checked.isoformat(),
        "question": f"As of {day_words(inputs.region.status_checked)}, on seizures of 1 January 2016 to 31 "
        "December 2017.",
    }


def test_the_default_is_the_day_up_to_which_the_status_was_checked(inputs: Inputs) -> None:
    day = inputs.region.status_checked
    default = analyse(inputs).ranking
    asked = analyse(inputs, question=Question(as_of=day)).ranking
    assert default.corridors == asked.corridors
    assert default.provenance["period"] == asked.provenance["period"]
    past = analyse(inputs, question=Question(period=True)).ranking
    assert past.provenance["period"]["as_of"] is None
    assert past.provenance["period"]["question"].startswith("For the period of the seizures, ")
    assert past.changes == ()
    shares = {c.id: c.posterior_share for c in past.crossings}
    assert max(abs(shares.get(c.id, 0) - c.posterior_share) for c in default.crossings) > 0.02


def test_two_times_in_one_question_are_refused() -> None:
    with pytest.raises(RoutesError, match="--period and --as-of"):
        Question(as_of=date(2020, 1, 1), period=True)


def test_what_has_changed_since_the_evidence_is_told_with_day_and_source(inputs: Inputs) -> None:
    """By hand: both gates were open to goods in the years of most seizures and shut in October 2025."""
    changes = analyse(inputs, question=Question(as_of=date(2026, 1, 15))).ranking.changes
    of = {change.id: change for change in changes}
    for gate, day in {"torkham": 12, "spin-boldak-chaman": 15}.items():
        assert (of[gate].was, of[gate].now, of[gate].since) == ("open", "closed", date(2025, 10, day))
        assert of[gate].source
    gravity = ("closed", "restricted", "open")
    told = [(gravity.index(c.now), -c.since.toordinal()) for c in changes if c.since]
    assert told == sorted(told)
    # By hand, too: shut on one day, and Torkham carries the most.
    assert next(change.id for change in changes if change.since == date(2025, 10, 12)) == "torkham"
    before = analyse(inputs, question=Question(as_of=date(2025, 10, 11))).ranking.changes
    assert not {"torkham", "spin-boldak-chaman"} & {change.id for change in before}


def test_a_day_that_the_status_data_do_not_know_is_told(inputs: Inputs, caplog) -> None:
    analyse(inputs, question=Question(as_of=inputs.region.status_checked + timedelta(days=1)))
    assert "was checked up to" in caplog.text
    caplog.clear()
    analyse(inputs, question=Question(as_of=date(1950, 1, 1)))
    assert "the first change of status" in caplog.text
    caplog.clear()
    analyse(inputs)
    assert "status" not in caplog.text


def test_status_shares_of_every_place_sum_to_one(inputs: Inputs) -> None:
    for shares in status_shares(inputs.status, date(2008, 1, 1), date(2026, 6, 30)).values():
        assert sum(shares.values()) == pytest.approx(1)
