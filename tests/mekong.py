"""A second region, begun with ``routes new`` and filled in: real roads and borders, all else made up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TRUNK = Path(__file__).parent / "data" / "trunk"
COUNTRIES = "THA,Laos,KHM"
GATES = {"mengla-ban-boten": 0.5, "myawaddy-mae-sot": 0.3, "bavet-ben-cau": 0.2}
PLACES = """\
bangkok-port,Bangkok Port,seaport,THA,13.7056,100.5766,0.6,,,made up,made up for a test,
north,Luang Namtha,processing_area,LAO,20.95,101.4,0.7,,,made up,made up for a test,
south,Savannakhet,processing_area,LAO,16.57,104.75,0.3,,,made up,made up for a test,
"""
REGION = {
    'name = "': 'name = "Three countries of the Mekong"',
    'title = "': 'title = "Likely corridors of safrole into Laos"',
    'goods = "': 'goods = "safrole oils"',
    'precursor = "': 'precursor = "safrole"',
    'product = "': 'product = "tablets"',
    '# "a substance"': '"safrole" = 1.1',
    '# "the precursor"': '"safrole" = 0.9',
    "weights_from": 'weights_from = "All weights are made up for a test."',
}
SPOTS = (
    ("THA", 16.70, 98.57, "crossing"),
    ("THA", 13.75, 100.52, "city"),
    ("LAO", 20.96, 101.40, "district"),
    ("LAO", 19.89, 102.13, "city"),
    ("KHM", 11.06, 106.15, "crossing"),
    ("THA", 17.87, 102.72, "crossing"),
    ("LAO", 16.56, 104.76, "city"),
    ("THA", 20.44, 99.88, "exact"),
)


def trunk_environment() -> dict[str, str]:
    """Environment in which the package of trunk roads is the small one of the tests."""
    paths = [str(TRUNK), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def new(folder: Path, *arguments: str, countries: str = COUNTRIES) -> subprocess.CompletedProcess[str]:
    """Run ``routes new`` on the roads of the tests."""
    command = [sys.executable, "-m", "routes", "new", str(folder), "--countries", countries, *arguments]
    return subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, encoding="utf-8", check=False, env=trunk_environment()
    )


def filled(folder: Path) -> Path:
    """Give a new region what an analysis needs: nothing in it is known but roads and borders."""
    path = folder / "region.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for begin, line in REGION.items():
        (at,) = (number for number, old in enumerate(lines) if old.startswith(begin))
        lines[at] = line
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = folder / "places.csv"
    text = path.read_text(encoding="utf-8")
    for crossing, weight in GATES.items():
        (row,) = (line for line in text.splitlines() if line.startswith(f"# {crossing}-gate,"))
        cells = row.removeprefix("# ").replace(f",,,{crossing},", f",{weight},,{crossing},")
        text = text.replace(row, cells)
    path.write_text(text + PLACES, encoding="utf-8")
    with (folder / "crossing_status.csv").open("a", encoding="utf-8") as file:
        file.write("mengla-ban-boten,2021-01-01,2021-12-31,closed,made up,made up for a test,A1\n")
    seizures = folder / "seizures.csv"
    head = seizures.read_text(encoding="utf-8").splitlines()[-1].split(",")
    with seizures.open("a", encoding="utf-8") as file:
        for number, (country, lat, lon, precision) in enumerate(SPOTS * 3):
            row = {
                "seizure_id": f"made-up-{number:02d}",
                "date": f"{2018 + number % 6}-0{1 + number % 9}",
                "date_precision": "month",
                "country": country,
                "place": "made up",
                "lat": str(round(lat + 0.01 * (number // len(SPOTS)), 3)),
                "lon": str(lon),
                "location_precision": precision,
                "substance": "safrole",
                "quantity_reported": str(100 + number),
                "unit_reported": "l",
                "source": "made up for a test",
                "source_grade": "B2",
            }
            file.write(",".join(row.get(name, "") for name in head) + "\n")
    return folder
