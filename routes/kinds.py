"""Kinds of crossings and gates: what each costs, who can use it, and what it is called, a row a kind.

A kind of crossing that is added here can be read, costs what its row says unless ``[crossing_penalties]`` of
a config says otherwise, and has its words on the map.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingKind:
    """A kind of crossing.

    Parameters
    ----------
    words : str
        What a reader is told.
    parameter : str
        Its name in ``[crossing_penalties]``; empty for one that no road traffic can use.
    penalty_km : float
        What passing it costs by default, in km-equivalents.
    listed : bool
        Whether ``crossings.csv`` may name it.
    """

    words: str
    parameter: str = ""
    penalty_km: float = 0.0
    listed: bool = True

    @property
    def by_road(self) -> bool:
        """Whether road traffic can use it."""
        return bool(self.parameter)


UNLISTED = "unlisted"
"""A road over the border that is no listed crossing."""

CROSSING_KINDS = {
    "road": CrossingKind(words="road crossing", parameter="road", penalty_km=100.0),
    "road_rail": CrossingKind(words="road and rail crossing", parameter="road_rail", penalty_km=100.0),
    "bridge": CrossingKind(words="bridge", parameter="bridge", penalty_km=100.0),
    "ferry": CrossingKind(words="ferry", parameter="ferry", penalty_km=250.0),
    "pass": CrossingKind(words="high pass", parameter="high_pass", penalty_km=200.0),
    "rail": CrossingKind(words="rail crossing"),
    "track": CrossingKind(words="track", parameter="track", penalty_km=150.0),
    UNLISTED: CrossingKind(
        words="road over the border that is no listed crossing",
        parameter="unlisted",
        penalty_km=500.0,
        listed=False,
    ),
}

GATE_KINDS = {
    "seaport": "seaport (gate)",
    "land_gate": "land crossing on the outer rim (gate)",
}
"""Kinds of gates with their words; they cost nothing of themselves."""

PROCESSING_AREA = "processing_area"


def words_of(kind: str) -> str:
    """Say what a place is; a kind that is not known keeps its name.

    Examples
    --------
    >>> words_of("pass"), words_of("seaport"), words_of("processing_area"), words_of("tunnel")
    ('high pass', 'seaport (gate)', 'processing area', 'tunnel')
    """
    if kind in CROSSING_KINDS:
        return CROSSING_KINDS[kind].words
    return GATE_KINDS.get(kind, "processing area" if kind == PROCESSING_AREA else kind)
