"""Lowest and highest value of every numeric parameter."""

from __future__ import annotations

FEWEST_DRAWS = 100
"""Beyond each bound of a 90 % interval lies a twentieth of the draws: five of these."""

# Lowest and highest value, by parameter or by section for all of it: what is far outside all that is known of
# roads and seizures is a slip of the pen, and the largest numbers would end as no number at all.
BOUNDS: dict[str, tuple[float, float]] = {
    "route_choice.scale_km": (0.1, 100_000),
    "route_choice.path_size_exponent": (0, 100),
    "route_choice.traffic_exponent": (0, 10),
    "route_choice.usual_lorries_a_day": (0.1, 100_000),
    "route_choice.coverage": (0.001, 1 - 1e-9),
    "route_choice.most_corridors": (1, 1_000_000),
    "crossing_penalties": (0, 100_000),
    "road_speeds": (0.1, 1_000),
    "road_factors": (0.001, 1_000),
    "road_seasons": (0, 100_000),
    "evidence.half_life_years": (0, 1_000),
    **{
        f"evidence.footprint_{name}_km": (0.1, 20_000)
        for name in ("exact", "crossing", "city", "district", "province")
    },
    "evidence.node_radius_km": (0.1, 20_000),
    **{f"evidence.sd_{name}": (0, 10) for name in ("gate", "crossing", "area", "cost", "penalty", "passage")},
    "evidence.sd_seizure_rate": (0, 10),
    "evidence.sd_reporting_rate": (0, 10),
    "evidence.inflow_loads_a_day": (0.001, 100_000),
    "evidence.sd_inflow": (0, 10),
    "evidence.sd_inspection": (0, 10),
    "evidence.watch_gain": (0, 1_000),
    **{f"evidence.passage_{name}_km": (0.1, 1_000_000) for name in ("gate", "crossing", "city", "area")},
    "evidence.draws": (FEWEST_DRAWS, 1_000_000),
    "interdiction.post_detection": (0.000_001, 0.999_999),
    "interdiction.hazard_per_1000_km": (0.000_001, 1_000),
    "interdiction.inspection_finds": (0.000_001, 0.999_999),
    **{f"forecast.{name}": (0, 0.99) for name in ("kernel_share", "stand_kernel_share")},
    "forecast.stand_smoothed": (0, 1),
    **{f"forecast.{name}": (0.1, 2_000) for name in ("kernel_km", "stand_along_km", "stand_kernel_km")},
    "detection": (0.001, 1_000),
    "reporting": (0.001, 1_000),
    "reliability": (0.000_001, 1),
    "credibility": (0.000_001, 1),
    "substances": (0.000_001, 1),
}


def bounds_of(section: str, name: str) -> tuple[float, float]:
    """Lowest and highest value of a parameter.

    Examples
    --------
    >>> bounds_of("road_speeds", "trunk"), bounds_of("detection", "PAK")
    ((0.1, 1000), (0.001, 1000))
    """
    return BOUNDS.get(f"{section}.{name}") or BOUNDS[section]
