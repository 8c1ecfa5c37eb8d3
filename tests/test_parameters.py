r"""Every numeric parameter moves something, on a network that has what it acts on.

Two countries side by side. From the port in IRN a road of its own leads to each crossing at 62 E, a degree of
latitude apart, and from each a road leads on to the hub in PAK; the laboratories lie beyond the hub::

    port --class i-- crossing i (kind i) --class i+5-- hub -- north, south

Between them the roads have every class that there is, the crossings every kind, one is unofficial, one was
restricted and one closed for half of the time; two roads meet no listed crossing. Every third road is shut in
January, every third has a ford. A second port lies off all
roads. The seizures have every grade, every precision, every kind of place and every substance.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields, replace
from datetime import date
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from routes.analysis import Analysis, analyse
from routes.errors import InputError, RoutesError
from routes.kinds import CROSSING_KINDS, UNLISTED
from routes.limits import bounds_of
from routes.outputs.documents.ranking_document import ranking_json
from routes.parameters import Parameters, read_parameters
from routes.planning.plan import plan
from routes.planning.posts import Deployment
from routes.read import Ratio, Region
from routes.read.inputs import Inputs
from routes.roads.road_file import ROAD_CLASSES, Roads
from routes.trust.fields import RANKING, STAND, all_fields

if TYPE_CHECKING:
    from pathlib import Path

LISTED = [kind for kind, facts in CROSSING_KINDS.items() if facts.by_road and kind != UNLISTED]
CROSSINGS = [*LISTED, "road", "road", "road", UNLISTED, UNLISTED]
UNOFFICIAL, RESTRICTED, CLOSED = len(LISTED), len(LISTED) + 1, len(LISTED) + 2
PORT, HUB, NORTH, SOUTH = range(4)
FIRST = 4
REGION = Region(
    name="two countries",
    title="Corridors into PAK",
    goods="goods",
    precursor="acid",
    product="salt",
    destination="PAK",
    countries=("IRN", "PAK"),
    background_area_km2=1e6,
    status_checked=date(2020, 1, 1),
    conversion=(Ratio(2.0, "nobody"),),
    substances={"acid": 0.9, "base": 0.6, "other": 0.5},
)


def roads() -> Roads:
    count = len(CROSSINGS)
    border = FIRST + np.arange(count)
    far = abs(np.arange(count) - count / 2) * 20
    kinds = np.arange(count)
    return Roads(
        lon=np.array([60, 64, 65, 65, *[62.0] * count]),
        lat=np.array([30, 30, 31, 29, *(24.0 + np.arange(count))]),
        country=np.array([0, 1, 1, 1, *[-1] * count]),
        countries=("IRN", "PAK"),
        u=np.concatenate([[HUB, HUB], np.full(count, PORT), border]),
        v=np.concatenate([[NORTH, SOUTH], border, np.full(count, HUB)]),
        length_km=np.concatenate([[150.0, 150.0], 200 + far, 210 + far]),
        road_class=np.concatenate([[0, 0], kinds % len(ROAD_CLASSES), (kinds + 5) % len(ROAD_CLASSES)]),
        oneway=np.zeros(2 + 2 * count, bool),
        border_node=border,
        border_pair=np.tile([0, 1], (count, 1)),
        stops={},
        about={},
        conditions=np.concatenate([[0, 0], (kinds % 3 == 0) | (kinds % 3 == 1) << 12, np.zeros(count, int)]),
    )


def crossings() -> pd.DataFrame:
    listed = len(CROSSINGS) - CROSSINGS.count(UNLISTED)
    return pd.DataFrame(
        {
            "crossing_id": [f"x{i}" for i in range(listed)],
            "name": [f"X{i}" for i in range(listed)],
            "country_a": "IRN",
            "country_b": "PAK",
            "kind": CROSSINGS[:listed],
            "official": [i != UNOFFICIAL for i in range(listed)],
            "lat": 24.0 + np.arange(listed),
            "lon": 62.0,
            "position_confidence": "high",
            "note": "",
            "source": "drawn by hand",
            "lorries_a_day": 100.0 + 40.0 * np.arange(listed),
        }
    )


def places() -> pd.DataFrame:
    rows = [
        ("port", "seaport", "IRN", 30.0, 60.0, 0.6),
        ("second-port", "seaport", "IRN", 30.3, 60.0, 0.4),
        ("north", "processing_area", "PAK", 31.0, 65.0, 0.7),
        ("south", "processing_area", "PAK", 29.0, 65.0, 0.3),
        ("town", "city", "PAK", 30.0, 64.0, np.nan),
    ]
    table = pd.DataFrame(rows, columns=["place_id", "kind", "country", "lat", "lon", "weight"])
    return table.assign(name=table["place_id"], part_of="", crossing_id="", note="", source="drawn by hand")


def seizures() -> pd.DataFrame:
    """Two records of every grade, on the spot or a little off it; all else goes round."""
    spots = cycle(
        [
            ("port", 30.0, 60.0),
            ("crossing", 25.0, 62.0),
            ("city", 30.0, 64.0),
            ("road", 30.0, 61.9),
            ("laboratory", 31.0, 65.0),
            ("crossing", 30.0, 62.0),
            ("", 29.5, 61.0),
        ]
    )
    precisions = cycle(["exact", "crossing", "city", "district", "province"])
    substances = cycle(["acid", "base", "never heard of"])
    rows = []
    for number, grade in enumerate([a + b for a in "ABCDEF" for b in "123456"] * 2):
        kind, lat, lon = next(spots)
        day = pd.Timestamp("2010-01-01") + pd.Timedelta(days=60 * number)
        rows.append(
            {
                "seizure_id": f"s{number}",
                "event_id": f"s{number}",
                "date_from": day,
                "date_until": day,
                "country": "IRN" if lon < 62 else "PAK",
                "lat": lat + 0.02 * (number % 3),
                "lon": lon + 0.02 * (number % 4),
                "location_precision": next(precisions),
                "place_kind": kind,
                "substance": next(substances),
                "date": f"{day:%Y-%m-%d}",
                "date_precision": "day",
                "place": "",
                "quantity_reported": 10.0 * (number + 1),
                "unit_reported": "kg",
                "quantity_kg": 10.0 * (number + 1),
                "direction_note": "",
                "operation": "",
                "source": "made up",
                "source_grade": grade,
                "quality_flag": "",
                "quality_note": "",
            }
        )
    return pd.DataFrame(rows)


def log() -> pd.DataFrame:
    """Inspections at two crossings, at one of them with finds."""
    return pd.DataFrame(
        {
            "place": ["x0", "x1"],
            "from": np.datetime64("2012-01-01", "s"),
            "until": np.datetime64("2012-12-31", "s"),
            "inspected": [300.0, 500.0],
            "passed": np.nan,
            "found": [2.0, 0.0],
            "vehicles_a_day": 100.0,
        }
    )


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    half = (pd.Timestamp("2010-01-01"), pd.Timestamp("2015-01-01"))
    status = pd.DataFrame(
        {
            "crossing_id": [f"x{RESTRICTED}", f"x{CLOSED}"],
            "from": half[0],
            "until": half[1],
            "status": ["restricted", "closed"],
            "note": "",
            "source": "drawn by hand",
        }
    )
    return Inputs(
        region=REGION,
        roads=roads(),
        countries=pd.DataFrame({"iso3": ["IRN", "PAK"], "name": ["Iran", "Pakistan"], "modelled": True}),
        crossings=crossings(),
        places=places(),
        status=status,
        seizures=seizures(),
        effort=log(),
        hashes=dict.fromkeys(("roads.npz", "crossings.csv", "places.csv"), ""),
    )


def figures(analysis: Analysis, parameters: Parameters) -> dict[str, Any]:
    """All that a reader is told, by name: shares, intervals, costs, lengths, and what a plan lets through."""
    found: dict[str, Any] = {"uncovered": analysis.ranking.uncovered_share}
    for row in analysis.ranking.corridors:
        found[row.id] = (row.prior_share, row.posterior_share, *row.interval_90, row.generalised_cost)
    known, blind = (plan(analysis, parameters, 1, response=response) for response in ("best", "none"))
    inspected = plan(analysis, parameters, 1, response="none", posts=Deployment(inspections=50))
    _, foretold = all_fields(
        analysis.choices.world,
        analysis.choices,
        analysis.posterior,
        analysis.events,
        date(2020, 1, 1),
        parameters,
    )
    for name in (RANKING, STAND):
        found[name] = float((foretold[name].density ** 2).sum())
    return found | {"known": known.passing, "blind": blind.passing, "inspected": inspected.passing}


def changed(value: float, name: str) -> float:
    """Another value that is allowed and noticeable."""
    if name == "coverage":
        return 0.5
    if isinstance(value, int):
        return max(1, value // 500) if name == "most_corridors" else value // 2
    return 0.7 * value if value else 3.0


def every_parameter() -> dict[str, tuple[str, str]]:
    """Section and name of every numeric parameter, those of tables by every name that the network has."""
    default = REGION.parameters()
    tables = {
        "detection": dict.fromkeys(REGION.countries, 1.0),
        "reporting": dict.fromkeys(REGION.countries, 1.0),
    }
    found = {}
    for section in fields(Parameters):
        value = getattr(default, section.name)
        values = tables.get(section.name) or (value if isinstance(value, dict) else asdict(value))
        for name, number in values.items():
            if not isinstance(number, str):
                found[f"{section.name}.{name}"] = (section.name, name)
    return found


def with_changed(section: str, name: str) -> Parameters:
    default = REGION.parameters()
    value = getattr(default, section)
    if isinstance(value, dict):
        return replace(default, **{section: value | {name: changed(value.get(name, 1.0), name)}})
    new = changed(getattr(value, name), name)
    return replace(default, **{section: replace(value, **{name: new})})


@pytest.mark.slow
def test_every_numeric_parameter_moves_something(inputs: Inputs) -> None:
    default = REGION.parameters()
    base = figures(analyse(inputs, default), default)
    idle = []
    for title, (section, name) in every_parameter().items():
        parameters = with_changed(section, name)
        if figures(analyse(inputs, parameters), parameters) == base:
            idle.append(title)
    assert idle == []


def test_the_network_has_what_the_parameters_act_on(inputs: Inputs) -> None:
    """Else a parameter could move something for another reason than its own."""
    analysis = analyse(inputs)
    assert set(analysis.network.crossings["kind"]) == {
        kind for kind, k in CROSSING_KINDS.items() if k.by_road
    }
    used = {ROAD_CLASSES[i] for i in inputs.roads.road_class}
    assert {*used, "connector"} == {f.name for f in fields(Parameters().road_speeds)}
    assert analysis.network.figures["connectors"] == 1
    assert len(analysis.events.ids) == 72


def test_the_same_parameters_move_nothing(inputs: Inputs) -> None:
    default = REGION.parameters()
    assert figures(analyse(inputs, default), default) == figures(analyse(inputs, default), default)


def test_an_unofficial_crossing_costs_what_the_parameter_says(inputs: Inputs) -> None:
    analysis = analyse(inputs)
    graph = analysis.crossing_graph
    official, unofficial = (graph.graph.nodes[f"x{i}:IRN>PAK"]["penalty"] for i in (0, UNOFFICIAL))
    assert (official, unofficial) == (100, 250)
    assert graph.penalty_parts[f"x{UNOFFICIAL}"] == {"kind": 100, "unofficial": 150}


NUMBERS = [
    (section, name, value)
    for section, values in REGION.parameters().as_dict().items()
    for name, value in values.items()
    if not isinstance(value, str)
]


@pytest.mark.parametrize(("section", "name", "value"), NUMBERS)
def test_every_number_has_bounds_that_hold_its_default_and_are_told(
    section: str, name: str, value: float, tmp_path: Path
) -> None:
    low, high = bounds_of(section, name)
    assert low <= value <= high
    file = tmp_path / "c.toml"
    for wrong in ("1e308", "-1", "nan", "inf", "-inf"):
        given = "1" + "0" * 300 if isinstance(value, int) and wrong == "1e308" else wrong
        file.write_text(f'[{section}]\n"{name}" = {given}\n', encoding="utf-8")
        with pytest.raises(InputError, match=re.escape(f"{section}.{name}: wanted")):
            read_parameters(file, frozenset(REGION.countries))
    kind = int if isinstance(value, int) else float
    for right in (low, high):
        file.write_text(f'[{section}]\n"{name}" = {kind(right)!r}\n', encoding="utf-8")
        assert read_parameters(file, frozenset(REGION.countries)).as_dict()[section][name] == right


def test_the_bound_is_told(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[route_choice]\nscale_km = 1e308\n[detection]\nPAK = 1e9\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_parameters(file, frozenset(["PAK"]))
    assert "route_choice.scale_km: wanted a number from 0.1 to 100,000, got 1e+308" in str(caught.value)
    assert "detection.PAK: wanted a number from 0.001 to 1,000, got 1000000000.0" in str(caught.value)


def at(section: str, name: str, value: float) -> Parameters:
    held = getattr(REGION.parameters(), section)
    new = held | {name: value} if isinstance(held, dict) else replace(held, **{name: value})
    return replace(REGION.parameters(), **{section: new})


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize(
    ("section", "name"), [(s, n) for s, n, _ in NUMBERS if n not in ("draws", "most_corridors")]
)
def test_at_its_bounds_a_parameter_gives_finite_figures_or_one_message(
    section: str, name: str, end: int, inputs: Inputs
) -> None:
    try:
        found = analyse(inputs, at(section, name, bounds_of(section, name)[end]))
    except RoutesError:  # told in one message, which is what is wanted
        return
    document = json.loads(ranking_json(found.ranking, found.ranking.corridors))
    assert sum(row["posterior_share"] for row in document["corridors"]) + document[
        "uncovered_share"
    ] == pytest.approx(1, abs=1e-6)
