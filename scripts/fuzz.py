"""Mutate real inputs and read them: nothing but a message may come of it.

    python scripts/fuzz.py --cases 20000 --seed 1        before a release

Each case is one input of a kind that the tool reads (seizures in every format, a config, borders, a road
file), with some of its bytes changed, cut, doubled or exchanged. A few hundred at a time are read in a
process of their own, with 1 GiB of memory to spare and 10 seconds a case. What is neither read nor refused
with a message is kept in a folder and named; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import io
import json
import multiprocessing
import random
import resource
import signal
import sys
import tempfile
import traceback
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

AT_ONCE = 250
SECONDS = 10
SPARE_BYTES = 2**30
_TEXTS = (
    *(b"nan", b"-1", b"1e999", b"\xff\xfe", b"\x00", b'"', b"'", b"[", b"{", b"]", b"}", b"<", b";", b"\t"),
    b"9" * 30,
)


def samples(folder: Path) -> dict[str, bytes]:
    """Write one small input of every kind, by its file name."""
    import geopandas as gpd
    import pandas as pd

    from routes.parameters import Parameters, config_text
    from routes.read import bundled

    text = "".join(bundled("seizures.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:12])
    found = {"in.csv": text.encode(), "in.csv.gz": gzip.compress(text.encode(), mtime=0)}
    found["semicolons.csv"] = text.replace(",", ";").encode("cp1251", "replace")
    table = pd.read_csv(io.StringIO(text), dtype=str).fillna("")
    lon, lat = (pd.to_numeric(table.pop(name), errors="coerce") for name in ("lon", "lat"))
    frame = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat, crs=4326))
    frame.loc[lat.isna(), "geometry"] = None
    writers: dict[str, Callable[[Path], None]] = {
        "in.xlsx": lambda path: table.assign(lat=lat, lon=lon).to_excel(path, index=False),
        "in.geojson": lambda path: frame.to_file(path, driver="GeoJSON"),
        "in.gpkg": lambda path: frame.to_file(path, layer="seizures"),
        "in.kml": lambda path: frame.to_file(path, driver="KML"),
        "in.parquet": frame.to_parquet,
        "in.shp": frame.to_file,
    }
    for name, put in writers.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that a shapefile cuts
            put(folder / name)
        found[name] = (folder / name).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", found["in.kml"])
    found["in.kmz"] = packed.getvalue()
    found["config.toml"] = config_text(Parameters()).encode() + _MAPPING
    borders = json.loads(bundled("borders.geojson").read_text(encoding="utf-8"))
    found["borders.geojson"] = json.dumps(borders | {"features": borders["features"][8:14]}).encode()
    found["roads.npz"] = bundled("roads.npz").read_bytes()
    return found


_MAPPING = b"""
[reading]
separator = ","
header_row = 1

[columns]
date = { column = "date", format = "%Y-%m-%d" }
unit_reported = { column = "unit_reported", values = { Kilogram = "kg" } }
"""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change some of the bytes: single ones, runs, lengths, words that parsers trip over."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at, length = chance.randrange(len(changed) or 1), chance.choice((1, 2, 4, 16, 200))
        what = chance.randrange(7)
        if what == 0 and changed:
            changed[at] = chance.randrange(256)
        elif what == 1 and changed:
            changed[at] ^= 1 << chance.randrange(8)
        elif what == 2:  # noqa: PLR2004 - one of seven ways
            del changed[at : at + length]
        elif what == 3:  # noqa: PLR2004
            changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 50))
        elif what == 4:  # noqa: PLR2004
            changed[at : at + length] = chance.choice(_TEXTS)
        elif what == 5:  # noqa: PLR2004
            changed[at : at + length] = chance.randbytes(length)
        else:
            del changed[at:]
    return bytes(changed)


def read(path: Path) -> None:
    """Read an input as the commands do."""
    from routes.parameters import read_parameters
    from routes.read import read_country_shapes, read_mapping, read_records
    from routes.roads.road_file import load_roads

    if path.name == "config.toml":
        read_parameters(path, frozenset({"AFG", "IRN"}))
        read_mapping(path)
    elif path.name == "borders.geojson":
        read_country_shapes(path)
    elif path.name == "roads.npz":
        load_roads(path)
    else:
        read_records(path).all_valid()


def outcome(folder: Path, name: str, data: bytes) -> str:
    """Give what came of reading a case beside a message of ours; empty if nothing else."""
    from routes.errors import RoutesError

    path = folder / name
    path.write_bytes(data)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of work, however busy the machine is
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read(path)
    except RoutesError:
        return ""
    except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {SECONDS} seconds")


def _batch(given: dict[str, bytes], numbers: range, seed: int, found: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    import logging

    logging.getLogger("routes").setLevel(logging.CRITICAL)
    for library in ("openpyxl", "pyogrio", "pyarrow.parquet", "geopandas", "jdatetime"):
        importlib.import_module(library)
    signal.signal(signal.SIGPROF, _too_long)
    now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + SPARE_BYTES, now + SPARE_BYTES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for other, data in given.items():
            (folder / other).write_bytes(data)
        for number in numbers:
            chance = random.Random(f"{seed}-{number}")  # noqa: S311 - repeatable on purpose
            names = sorted(key for key in given if key not in _BESIDE)
            kind = names[number % len(names)]
            case = mutated(given[kind], chance)
            found.put((number, kind, case, "begun"))
            told = outcome(folder, kind, case)
            (folder / kind).write_bytes(given[kind])
            found.put((number, kind, b"", told and f"told {told}"))


_BESIDE = ("in.dbf", "in.shx", "in.prj", "in.cpg")


def fuzz(cases: int, seed: int, keep: Path | None = None) -> list[str]:
    """Read so many cases; give what is wrong with each that is neither read nor refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = samples(folder)
        given |= {part: (folder / part).read_bytes() for part in _BESIDE if (folder / part).is_file()}
    wrong: list[str] = []
    for first in range(0, cases, AT_ONCE):
        wrong += _run_batch(given, range(first, min(first + AT_ONCE, cases)), seed, keep)
    return wrong


def _run_batch(given: dict[str, bytes], numbers: range, seed: int, keep: Path | None) -> list[str]:
    context = multiprocessing.get_context("spawn")
    found = context.Manager().Queue()
    worker = context.Process(target=_batch, args=(given, numbers, seed, found))
    worker.start()
    worker.join()
    open_cases: dict[int, tuple[str, bytes]] = {}
    wrong = []
    while not found.empty():
        number, kind, case, told = found.get()
        if told == "begun":
            open_cases[number] = kind, case
            continue
        kind, case = open_cases.pop(number)
        if told:
            wrong.append(_kept(number, kind, case, told.removeprefix("told "), keep))
    for number, (kind, case) in open_cases.items():
        wrong.append(_kept(number, kind, case, f"the process ended with {worker.exitcode}", keep))
    if open_cases and max(open_cases) + 1 < numbers.stop:  # a crash ends a batch: the rest is read in another
        wrong += _run_batch(given, range(max(open_cases) + 1, numbers.stop), seed, keep)
    return wrong


def _kept(number: int, kind: str, case: bytes, told: str, keep: Path | None) -> str:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{number}-{kind}").write_bytes(case)
    return f"case {number}, {kind}: {told}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-cases"))
    asked = parser.parse_args()
    wrong = fuzz(asked.cases, asked.seed, asked.keep)
    for each in wrong:
        print(each)
    print(f"{asked.cases:,} cases of seed {asked.seed}: {len(wrong)} neither read nor refused.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
