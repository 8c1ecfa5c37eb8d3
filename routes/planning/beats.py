"""Where to stand: cells of 25 km and stretches of road in which the next seizure is likeliest.

The field is that of `routes.trust.fields.stand_density`: what the corridors give, half of it spread along the
roads, with a kernel of past seizures. It is not the forecast that is scored in log density: a patrol covers
its neighbourhood, and where something was found is worth watching though no corridor leads there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routes.planning.segments import place_name, stretch_facts
from routes.ranking import place_facts
from routes.results import PatrolCell, PatrolStretch
from routes.support.geo import great_circle_km
from routes.trust.fields import land_of, stand_density
from routes.trust.road_cells import cell_at, cell_id, cells_of, corners
from routes.trust.scoring import forecast_density

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.evidence.events import Events
    from routes.network.blocks import Block, Network
    from routes.parameters import Parameters
    from routes.support.arrays import Floats, Ints
    from routes.trust.road_cells import Cells
    from routes.trust.scoring import RoadMeasure


STRETCH_KM = 25.0
"""A stretch is no longer than this, unless the map knows no junction on it: what one patrol can cover."""
_LEAST_PART = 0.5  # of the density where a stretch begins: it ends where there is less
_NAMES = 3  # places that a cell is named by


@dataclass(frozen=True, slots=True)
class Beat:
    """The roads and the chance that the next seizure is made on each.

    Parameters
    ----------
    measure : RoadMeasure
    density : ndarray of float, shape (edges,)
        Per km of road.
    events : Events
        Past seizures.
    """

    measure: RoadMeasure
    density: Floats
    events: Events


def beat_of(analysis: Analysis, parameters: Parameters) -> Beat:
    """Lay the field of where to stand over the roads."""
    land = land_of(analysis.choices.world, analysis.events)
    model, _ = forecast_density(analysis.choices, analysis.posterior, land.ground)
    every = np.arange(len(analysis.events.ids))
    return Beat(land.ground.measure, stand_density(land, model, every, parameters), analysis.events)


def patrol_cells(beat: Beat, country: str | None = None, top: int | None = None) -> tuple[PatrolCell, ...]:
    """Cells of 25 km by the chance that the next seizure is made in them.

    Parameters
    ----------
    beat : Beat
        From `beat_of`.
    country : str, optional
        Only cells most of whose roads run in it.
    top : int, optional
        How many; default all.
    """
    measure, cells = beat.measure, cells_of(beat.measure)
    chance, km = cells.mass(beat.density, measure), cells.of_edge @ measure.length_km
    row, column = cell_at(beat.events.lon, beat.events.lat)
    past = [cell_id(r, c) for r, c in zip(row.tolist(), column.tolist(), strict=True)]
    here = [i for i in range(len(cells.ids)) if country in (None, cells.country[i])]
    order = sorted(here, key=lambda i: (-chance[i], cells.ids[i]))[:top]
    named = _names_of_cells(measure, cells, order)
    return tuple(
        PatrolCell(
            id=cells.ids[i],
            places=named[i],
            country=cells.country[i],
            lon=float(cells.lon[i]),
            lat=float(cells.lat[i]),
            chance=float(chance[i]),
            times_mean=float(chance[i] / km[i] * measure.total_km),
            road_km=float(km[i]),
            past_events=past.count(cells.ids[i]),
            corners=corners(cells.ids[i]),
        )
        for i in order
    )


def _names_of_cells(measure: RoadMeasure, cells: Cells, wanted: list[int]) -> dict[int, tuple[str, ...]]:
    """Name gates, crossings and stops of highways in each cell; else how far the nearest stop is."""
    network = measure.network
    found: dict[str, list[str]] = {}
    for name, lon, lat in _named_places(network):
        row, column = cell_at(np.array([lon]), np.array([lat]))
        found.setdefault(cell_id(int(row[0]), int(column[0])), []).append(name)
    names = {}
    for i in wanted:
        inside = tuple(dict.fromkeys(found.get(cells.ids[i], ())))[:_NAMES]
        block = network.blocks[cells.country[i]]
        nearest = great_circle_km(cells.lon[i], cells.lat[i], block.lon, block.lat).argmin()
        names[i] = inside or (place_name(block, int(nearest)),)
    return names


def _named_places(network: Network) -> list[tuple[str, float, float]]:
    """Name, lon and lat of gates and crossings, then of the stops of highways."""
    facts = place_facts(network)
    places = [(x.name, x.lon, x.lat) for (kind, _), x in facts.items() if kind != "processing_area"]
    for block in network.blocks.values():
        places += [(name, block.lon[node], block.lat[node]) for node, name in sorted(block.names.items())]
    return places


def patrol_stretches(
    beat: Beat, country: str | None = None, top: int | None = None
) -> tuple[PatrolStretch, ...]:
    """Stretches of road of at most `STRETCH_KM` by the chance that the next seizure is made on them.

    A stretch begins at the densest edge that is left and runs on to both sides, at each junction along the
    denser road, while there is at least half of that density. Parameters are those of `patrol_cells`.
    """
    measure = beat.measure
    found: list[tuple[float, str, Ints]] = []
    for name, own in measure.edges.items():
        if country in (None, name):
            block, first = measure.network.blocks[name], measure.first[name]
            density = beat.density[first : first + len(own)]
            found += [
                (float(density[local] @ measure.length_km[first + local]), name, own[local])
                for local in _stretches(block, own, density, top)
            ]
    found.sort(key=lambda row: (-row[0], row[1], int(row[2][0])))
    return tuple(_stretch(measure, *row) for row in found[:top])


def _stretches(block: Block, own: Ints, density: Floats, most: int | None) -> list[Ints]:
    """Stretches of the roads of a country, as positions in `own`, from the densest edge down."""
    u, v, length = block.u[own], block.v[own], block.length_km[own]
    at_node: dict[int, list[int]] = {}
    for edge, ends in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
        for node in ends:
            at_node.setdefault(node, []).append(edge)
    free = np.ones(len(own), bool)
    stretches: list[Ints] = []
    order = np.argsort(-density * np.minimum(length, STRETCH_KM), kind="stable").tolist()
    for seed in order:
        if most is not None and len(stretches) == 4 * most:
            break
        if not free[seed]:
            continue
        free[seed] = False
        behind: list[int] = []
        ahead: list[int] = []
        tips = [(ahead, int(v[seed])), (behind, int(u[seed]))]
        km, least = float(length[seed]), _LEAST_PART * density[seed]
        while tips:
            side, node = tips.pop(0)
            onward = [e for e in at_node[node] if free[e] and density[e] >= least]
            if not onward:
                continue
            edge = max(onward, key=lambda e: (density[e], -e))
            if km + length[edge] > STRETCH_KM:
                continue
            free[edge] = False
            side.append(edge)
            km += float(length[edge])
            tips.append((side, int(v[edge] if u[edge] == node else u[edge])))
        stretches.append(np.array([*behind[::-1], seed, *ahead]))
    return stretches


def _stretch(measure: RoadMeasure, chance: float, country: str, edges: Ints) -> PatrolStretch:
    facts = stretch_facts(measure.network.blocks[country], edges)
    times_mean = chance / max(facts["length_km"], 1e-3) * measure.total_km
    return PatrolStretch(**facts, chance=chance, times_mean=times_mean)
