"""How time and memory grow with roads and with seizures, each command a process of its own."""

from __future__ import annotations

import os
import sys
from math import log
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from watch import Watched, watch

from routes.read import bundled
from routes.read.inputs import region_of
from routes.read.paths import Source
from routes.roads.road_file import load_roads

if TYPE_CHECKING:
    from pathlib import Path

ROUTES = [sys.executable, "-m", "routes"]
PRECISIONS = {"exact": 0.2, "crossing": 0.1, "city": 0.4, "district": 0.2, "province": 0.1}
_NOISE_S = 0.2
_PLACES = 3000  # districts, crossings and towns that real files name again and again
_OFTEN = 10  # places that are about as frequent as the first
_BENDS = 3  # nodes between two junctions, about as many as in the streets of a real city
KINDS = {"": 0.4, "road": 0.2, "city": 0.2, "crossing": 0.1, "port": 0.05, "laboratory": 0.05}


def made_up_seizures(count: int, path: Path, places: int | None = None) -> None:
    """Write so many records within some kilometres of a road.

    Each is at a place of its own, or at one of so many `places`, the first of which come most often; a place
    is of one kind and known to one precision, as in a gazetteer.
    """
    rng = np.random.default_rng(count)
    roads = load_roads(bundled("roads.npz"))
    modelled = [roads.countries.index(country) for country in region_of(Source()).countries]
    spots = places or count
    node = rng.choice(np.flatnonzero(np.isin(roads.country, modelled)), spots)
    lat, lon = ((of[node] + rng.normal(0, 0.05, spots)).round(5) for of in (roads.lat, roads.lon))
    precision = rng.choice(list(PRECISIONS), spots, p=list(PRECISIONS.values()))
    kind = rng.choice(list(KINDS), spots, p=list(KINDS.values()))
    often = 1 / (np.arange(spots) + _OFTEN)
    spot = rng.choice(spots, count, p=often / often.sum()) if places else np.arange(count)
    kg = rng.integers(1, 5000, count)
    day = pd.Timestamp("2008-01-01") + pd.to_timedelta(rng.integers(0, 6000, count), unit="D")
    pd.DataFrame(
        {
            "seizure_id": [f"made-up-{i:06d}" for i in range(count)],
            "date": day.strftime("%Y-%m-%d"),
            "date_precision": "day",
            "country": np.array(roads.countries)[roads.country[node[spot]]],
            "place": "made up",
            "lat": lat[spot],
            "lon": lon[spot],
            "location_precision": precision[spot],
            "place_kind": kind[spot],
            "substance": "acetic anhydride",
            "quantity_reported": kg,
            "unit_reported": "kg",
            "quantity_kg": kg,
            "direction_note": "",
            "operation": "",
            "source": "made up by benchmarks/growth.py",
            "source_grade": rng.choice(["A1", "B2", "C3"], count),
            "quality_flag": "",
            "quality_note": "",
        }
    ).to_csv(path, index=False)


def seizures_grow(counts: tuple[int, ...], folder: Path) -> None:
    """Print time and memory of the commands that read seizures."""
    commands = {
        "validate": lambda file: ["validate", file],
        "rank": lambda file: ["rank", "--seizures", file, "--format", "json", "--output", "ranking.json"],
        "chokepoints": lambda file: ["chokepoints", "--seizures", file],
        "map": lambda file: ["map", "--seizures", file, "--output", "map.html"],
    }
    found: dict[str, list[Watched]] = {name: [] for name in commands}
    for count in counts:
        file = folder / f"seizures_{count}.csv"
        made_up_seizures(count, file)
        for name, command in commands.items():
            found[name].append(watch([*ROUTES, *command(str(file)), "--quiet"], folder, _environment(folder)))
    _table("seizures", counts, {f"routes {name}": watched for name, watched in found.items()})


def many_seizures(count: int, folder: Path) -> None:
    """Print time and memory of a ranking of very many records, of places that differ and that repeat."""
    print(f"\n| routes rank, {count:,} seizures | s | CPU s | GB |\n| --- | ---: | ---: | ---: |")
    for name, places in (("each at a place of its own", None), (f"at {_PLACES:,} places", _PLACES)):
        made_up_seizures(count, folder / "many.csv", places)
        rank = ["rank", "--seizures", "many.csv", "--format", "json", "--output", "many.json", "--quiet"]
        found = watch([*ROUTES, *rank], folder, _environment(folder))
        print(f"| {name} | {found.seconds:.0f} | {found.cpu_s:.0f} | {found.peak_gb:.2f} |", flush=True)


def roads_grow(edges: tuple[int, ...], folder: Path) -> None:
    """Print time and memory from an OpenStreetMap file to the map.

    ``network info`` makes the network and its crossing graph, and prints some counts; the second finds both
    in the cache.
    """
    from grids import write_grid

    found: dict[str, list[Watched]] = {}
    for count in edges:
        pbf, roads = folder / f"grid_{count}.osm.pbf", folder / f"grid_{count}.npz"
        write_grid(count, pbf, _BENDS)
        commands = {
            "network build --osm": ["network", "build", "--osm", str(pbf), "--output", str(roads)],
            "network info": ["network", "info", "--roads", str(roads)],
            "network info, again": ["network", "info", "--roads", str(roads)],
            "rank, from the cache": ["rank", "--roads", str(roads), "--format", "json"],
            "map, from the cache": ["map", "--roads", str(roads), "--output", "map.html"],
        }
        for name, command in commands.items():
            watched = watch([*ROUTES, *command], folder, _environment(folder))
            found.setdefault(f"routes {name}", []).append(watched)
        pbf.unlink()
    _table("edges", edges, found)


def _environment(folder: Path) -> dict[str, str]:
    """Keep a cache of our own, so that what other runs left behind counts for nothing."""
    return os.environ | {"ROUTES_CACHE": str(folder / "cache"), "ROUTES_KEEP_ANSWERS": "no"}


def _table(what: str, sizes: tuple[int, ...], found: dict[str, list[Watched]]) -> None:
    heads = [f"{size:,} {what}" for size in sizes]
    print(f"\n| command | {' | '.join(heads)} | growth |\n| --- |{' ---: |' * (len(sizes) + 1)}")
    for name, row in found.items():
        cells = [f"{w.seconds:.1f} s, {w.peak_gb:.2f} GB" for w in row]
        print(f"| {name} | {' | '.join(cells)} | {_growth(sizes, row)} |")


def _growth(sizes: tuple[int, ...], row: list[Watched]) -> str:
    """Exponent of the last step, after what the smallest size takes; n log n comes to about 1.08."""
    before, last = (w.seconds - row[0].seconds for w in row[-2:])
    if min(before, last) < _NOISE_S:
        return "-"
    return f"n^{log(last / before) / log(sizes[-1] / sizes[-2]):.2f}"
