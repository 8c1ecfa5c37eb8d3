"""Rosters: which team stands where in which week, drawn from a rotation so that nothing can be foretold.

Each week's set of posts is drawn anew with the frequencies of the rotation, whatever was held before: who has
seen all weeks so far knows no more about the next than who knows the frequencies. Where teams can move only
so far, each keeps to a beat of posts within that distance of one another, so that this stays true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from routes.errors import RoutesError
from routes.planning.outcomes import PostSet, Rotation, Shift
from routes.planning.rotation import Mix, beats, rotate
from routes.ranking import place_facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.analysis import Analysis
    from routes.planning.games import ShareGame
    from routes.support.arrays import Floats, Ints


_FIXED_SECONDS = 1.0  # for the plan that a rotation is held against
_FIRST_GAP = 0.02  # of the rotation that beats are made from


@dataclass(frozen=True, slots=True)
class Rota:
    """What is asked of posts that rotate.

    ``weeks`` of a roster to be drawn with ``seed``, the first from ``begins`` on (0 for none); ``move_km``
    bounds the road between any two posts of a team.
    """

    weeks: int = 0
    seed: int = 1
    begins: date | None = None
    move_km: float | None = None


def rotated(
    analysis: Analysis, game: ShareGame, budget: float, reaction: float, rota: Rota
) -> tuple[Mix, Rotation]:
    """Plan the rotation, and draw its roster.

    Raises
    ------
    RoutesError
        If the distance or the number of weeks is not as described.
    """
    _check(rota)
    passages, left = game.passages, game.clock.left()
    fixed = game.search(budget, _FIXED_SECONDS if left is None else min(_FIXED_SECONDS, left / 2))
    beat, km = None, np.zeros((0, 0))
    if rota.move_km is not None or rota.weeks:
        km = road_km(analysis.untied.graph, passages.names)
    if rota.move_km is not None:
        free = rotate(passages, budget, reaction, fixed.plan, time_limit=game.clock.left(), gap=_FIRST_GAP)
        presence = free.frequency @ free.sets + passages.share @ (passages.log_q < 0) / 1000
        beat = beats(km, np.flatnonzero(fixed.plan).tolist(), presence, rota.move_km)
    mix = rotate(passages, budget, reaction, fixed.plan, beat=beat, time_limit=game.clock.left())
    order = np.argsort(-mix.frequency, kind="stable")
    mix = Mix(mix.sets[order], mix.frequency[order], mix.worth, mix.bound)
    sets = tuple(
        PostSet(posts=passages.named(some), frequency=float(often))
        for some, often in zip(mix.sets, mix.frequency, strict=True)
    )
    names = {name: facts.name for (_, name), facts in place_facts(analysis.network).items()}
    roster = draw_roster(mix, passages.names, names, km, rota, beat) if rota.weeks else ()
    held = passages.named(fixed.plan)
    rotation = Rotation(
        sets=sets, fixed_posts=held, fixed_passing=fixed.passing, move_km=rota.move_km, roster=roster
    )
    return mix, rotation


def _check(rota: Rota) -> None:
    if rota.move_km is not None and not rota.move_km >= 0:
        raise RoutesError(f"move: wanted kilometres of at least 0, got {rota.move_km:g}.")
    if rota.weeks and rota.begins is None:
        raise RoutesError("weeks: a roster needs the day on which it begins.")


def road_km(graph: nx.DiGraph[str], names: Sequence[str]) -> Floats:
    """Shortest road between posts in kilometres, over borders where need be; infinite without one."""
    roads: nx.Graph[str] = nx.Graph()
    roads.add_nodes_from(names)
    for a, b, leg in graph.edges(data=True):
        if leg["kind"] == "leg":
            ends = graph.nodes[a]["place"], graph.nodes[b]["place"]
            known = roads.get_edge_data(*ends, {"km": np.inf})["km"]
            roads.add_edge(*ends, km=min(known, leg["length_km"]))
    found = np.full((len(names), len(names)), np.inf)
    for i, name in enumerate(names):
        reached = nx.single_source_dijkstra_path_length(roads, name, weight="km")
        found[i] = [reached.get(other, np.inf) for other in names]
    return found


def draw_roster(
    mix: Mix,
    ids: Sequence[str],
    names: Mapping[str, str],
    km: Floats,
    rota: Rota,
    beat: Ints | None = None,
) -> tuple[Shift, ...]:
    """Draw the posts of each week, and hand them to teams so that little is driven.

    Parameters
    ----------
    mix : Mix
    ids : sequence of str
        Candidates.
    names : mapping of str to str
    km : ndarray of float, shape (candidates, candidates)
    rota : Rota
    beat : ndarray of int, shape (candidates,), optional
        The beat of each candidate; a team keeps to one.
    """
    assert rota.begins is not None  # noqa: S101 - checked before
    rng = np.random.default_rng(rota.seed)
    teams = int(mix.sets.sum(axis=1).max()) if beat is None else int(beat.max()) + 1
    drawn = rng.choice(len(mix.frequency), rota.weeks, p=mix.frequency)
    at: list[int | None] = [None] * teams
    shifts = []
    for week, which in enumerate(drawn.tolist(), 1):
        held = np.flatnonzero(mix.sets[which]).tolist()
        placed = _by_beat(held, beat, teams) if beat is not None else _nearest(at, held, km)
        begins = (rota.begins + timedelta(days=7 * (week - 1))).isoformat()
        for team, (before, now) in enumerate(zip(at, placed, strict=True), 1):
            road = 0.0 if before is None or now is None else float(km[before, now])
            post = "" if now is None else ids[now]
            shifts.append(
                Shift(week=week, begins=begins, team=team, post=post, name=names.get(post, ""), move_km=road)
            )
        # A team that rests stays where it was.
        at = [before if now is None else now for before, now in zip(at, placed, strict=True)]
    return tuple(shifts)


def _by_beat(held: Sequence[int], beat: Ints, teams: int) -> list[int | None]:
    placed: list[int | None] = [None] * teams
    for post in held:
        placed[int(beat[post])] = post
    return placed


def _nearest(at: Sequence[int | None], held: Sequence[int], km: Floats) -> list[int | None]:
    """Hand posts to teams so that the sum of the roads is least."""
    from scipy.optimize import linear_sum_assignment  # here: half a second, and for rosters alone

    road = [[0.0 if before is None else min(km[before, post], 1e6) for post in held] for before in at]
    placed: list[int | None] = [None] * len(at)
    if held:
        for team, post in zip(*linear_sum_assignment(np.array(road)), strict=True):
            placed[int(team)] = held[int(post)]
    return placed
