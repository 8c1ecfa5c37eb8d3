"""Files -> the tables of one run."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from routes.errors import RoutesError
from routes.read import (
    as_borders,
    bundled,
    read_area_weights,
    read_country_shapes,
    read_crossing_status,
    read_crossings,
    read_densities,
    read_places,
    read_records,
    read_region,
)
from routes.read.csvfile import read_bytes
from routes.read.effort import no_effort, read_effort
from routes.read.frames import COLUMNS, check_tables
from routes.read.paths import Source
from routes.read.together import require_together
from routes.roads.road_file import Roads, load_roads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from routes.read import Region, SeizureRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The tables of one run, and the SHA-256 of every file that they came from.

    ``countries`` is as from `routes.read.read_country_shapes`; ``cache`` is the folder in which a large
    network is kept once it is built; ``seizures_from`` tells how the seizures were read, for the provenance.
    ``effort`` is a log of inspections (`routes.read.effort.read_effort`), from the source ``effort_from``.
    ``as_read`` holds the tables that a reader of `routes.read` has checked; every other is checked here.

    Raises
    ------
    InputError
        With every fault of the tables that were not read from files.
    """

    region: Region
    roads: Roads
    countries: pd.DataFrame
    crossings: pd.DataFrame
    places: pd.DataFrame
    status: pd.DataFrame
    seizures: pd.DataFrame
    area_weights: pd.DataFrame = field(default_factory=lambda: read_area_weights(None, ()))
    hashes: dict[str, str]
    cache: Path | None = None
    seizures_from: dict[str, Any] = field(default_factory=dict)
    effort: pd.DataFrame = field(default_factory=no_effort)
    effort_from: str = ""
    as_read: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Check every table that is none of those read (`routes.read.frames.check_tables`)."""
        tables = {name: getattr(self, name) for name in COLUMNS}
        check_tables({name: table for name, table in tables.items() if table is not self.as_read.get(name)})

    @property
    def borders(self) -> gpd.GeoDataFrame:
        """The shapes of the countries, to be drawn."""
        return as_borders(self.countries)


def load_inputs(
    seizures: str | Path | Sequence[str] | None = None,
    records: SeizureRecords | None = None,
    source: Source | None = None,
) -> Inputs:
    """Read the bundled files, or those that stand in for them.

    Parameters
    ----------
    seizures : str or Path, or several, optional
        Files or addresses of database tables (`routes.read.read_records`). Default: the ``seizures.csv`` of
        the source.
    records : SeizureRecords, optional
        The seizures, if they have been read already; those without a fault are taken.
    source : Source, optional
        Default: the bundled files.

    Raises
    ------
    InputError
        With every fault of a file.
    RoutesError
        If a file changes while it is read.
    """
    source = source or Source()
    paths = source.files()
    paths.pop("seizures.csv", None)
    with hashes_of(paths) as hashes:
        return _read(source, paths, seizures, records, hashes)


def _read(
    source: Source,
    paths: dict[str, Path],
    seizures: str | Path | Sequence[str] | None,
    records: SeizureRecords | None,
    hashes: dict[str, str],
) -> Inputs:
    roads, countries = load_roads(paths["roads.npz"]), read_country_shapes(paths["borders.geojson"])
    if records is None:
        records = read_seizures_of(source, seizures or source.file("seizures.csv"), countries)
        records.all_valid()
    places = read_places(paths["places.csv"])
    areas = tuple(places["place_id"][places["kind"] == "processing_area"])
    tables = {
        "countries": countries,
        "crossings": read_crossings(paths["crossings.csv"]),
        "places": places,
        "status": read_crossing_status(paths.get("crossing_status.csv")),
        "seizures": records.valid,
    }
    region = read_region(paths["region.toml"], countries)
    weights = read_area_weights(paths.get("area_weights.csv"), areas)
    require_together(region, roads, tables["crossings"], places, weights)
    return Inputs(
        region=region,
        roads=roads,
        **tables,
        area_weights=weights,
        hashes=hashes | {"seizures": records.sha256},
        cache=source.cache,
        seizures_from=records.about,
        effort_from="",
        as_read=tables,
    )


def with_effort(inputs: Inputs, source: str | Path) -> Inputs:
    r"""Add a log of inspections.

    Parameters
    ----------
    inputs : Inputs
    source : str or Path
        As for `routes.read.effort.read_effort`.

    Raises
    ------
    InputError
        With every fault of the file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     log = Path(folder, "log.csv")
    ...     rows = "torkham,2024-01-01,2024-12-31,5000,255000,0"
    ...     _ = log.write_text("place,from,until,inspected,passed,found\n" + rows)
    ...     found = with_effort(load_inputs(), log)
    >>> found.effort["inspected"].tolist()
    [5000.0]
    """
    log = read_effort(source, inputs.crossings, inputs.places)
    hashes = inputs.hashes | {"effort": log.sha256}
    as_read = inputs.as_read | {"effort": log.rows}
    return replace(inputs, effort=log.rows, effort_from=log.source, hashes=hashes, as_read=as_read)


def region_of(source: Source) -> Region:
    """Read what the data of a source speak of.

    Raises
    ------
    InputError
        With every fault of its region or its borders.

    Examples
    --------
    >>> region_of(Source()).destination
    'AFG'
    """
    borders = read_country_shapes(source.file("borders.geojson"))
    return read_region(source.file("region.toml"), borders)


_NAMING = ("crossings.csv", "places.csv", "highways.csv")
"""Tables that name places."""


def read_seizures_of(
    source: Source, seizures: str | Path | Sequence[str], countries: pd.DataFrame
) -> SeizureRecords:
    """Read seizures as a source says: columns are mapped in all but the bundled file, places looked up."""
    found = {name: source.optional(name) for name in _NAMING} if source.resolve_places else {}
    return read_records(
        seizures,
        borders=countries,
        mapping=source.mapping,
        as_it_is=bundled("seizures.csv"),
        resolve=source.resolve_places,
        tables={name: path for name, path in found.items() if path is not None},
        densities=read_densities(source.file("region.toml")),
    )


@contextmanager
def hashes_of(paths: Mapping[str, Path]) -> Iterator[dict[str, str]]:
    """Hash files that are read inside, and hold that what was hashed is what was read.

    Yields
    ------
    dict of str to str
        SHA-256 of every file, by its name.

    Raises
    ------
    RoutesError
        At the end, if a file has changed meanwhile.

    Examples
    --------
    >>> from routes.read import bundled
    >>> with hashes_of({"region.toml": bundled("region.toml")}) as hashes:
    ...     len(hashes["region.toml"])
    64
    """
    before = {name: sha256_of(path) for name, path in paths.items()}
    yield before
    for name, path in paths.items():
        if sha256_of(path) != before[name]:
            raise RoutesError(f"{path} changed while it was read. Run the command again.")


def sha256_of(path: Path) -> str:
    """Hash a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    return hashlib.sha256(read_bytes(str(path))).hexdigest()
