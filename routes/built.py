"""Roads -> network and legs: built in pieces that may go to other processes, or read from the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from routes.cache import kept
from routes.crossing_graph import BlockLegs, Core, LegsFrom, core_of, join_legs, legs_from
from routes.network import Block, Network, build_network
from routes.parallel import each

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from routes.roads import Roads

CACHE_PAYS_EDGES = 50_000  # below, building takes no longer than a look into the cache
HEAVY = 100_000_000  # edges x terminals, summed over the blocks: some 10 s of one core


def network_and_legs(
    roads: Roads,
    crossings: pd.DataFrame,
    places: pd.DataFrame,
    cost_per_km: Mapping[str, float],
    modelled: tuple[str, ...],
    *,
    cache: Path | None = None,
    hashes: Mapping[str, str] | None = None,
) -> tuple[Network, dict[str, BlockLegs]]:
    """Build the network and the legs of its blocks, or read both from the cache.

    Parameters
    ----------
    roads, crossings, places, cost_per_km, modelled
        As for `routes.network.build_network`.
    cache : Path, optional
        Folder in which large networks are kept. Default: none are.
    hashes : mapping of str to str, optional
        Of the files that roads, crossings and places were read from.

    Returns
    -------
    Network, dict of str to BlockLegs
        The legs by country.
    """

    def build() -> tuple[Network, dict[str, BlockLegs]]:
        network = build_network(roads, crossings, places, cost_per_km, modelled)
        return network, all_legs(network.blocks)

    if cache is None or not hashes or len(roads.u) < CACHE_PAYS_EDGES:
        return build()
    sources: dict[str, Any] = {
        "files": dict(hashes),
        "cost_per_km": dict(cost_per_km),
        "modelled": list(modelled),
        "scipy": scipy.__version__,  # of two ways that cost the same, another one may find the other
    }
    return kept(cache, sources, build, (Network, Block, BlockLegs, Core))


def all_legs(blocks: Mapping[str, Block]) -> dict[str, BlockLegs]:
    """Find the legs of every block, a country a task of `routes.parallel.each`."""
    work = {country: len(block.u) * len(block.terminals) for country, block in blocks.items()}
    order = sorted(blocks, key=lambda country: -work[country])  # the longest begins first
    found = each(_legs_of, [blocks[country] for country in order], heavy=sum(work.values()) > HEAVY)
    by_country = dict(zip(order, found, strict=True))
    return {country: join_legs(block, *by_country[country]) for country, block in blocks.items()}


def _legs_of(block: Block) -> tuple[Core, list[LegsFrom]]:
    """Find the legs of a block; what comes back leaves out the block, which is here already."""
    core = core_of(block)
    return core, [legs_from(core, np.arange(len(block.terminals)))]
