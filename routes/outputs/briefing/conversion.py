"""How much product a quantity of precursor would make, by published ratios, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.read import Ratio


def product_kg(ratios: Sequence[Ratio], precursor_kg: float) -> tuple[float, float]:
    """Least and most product that a quantity of precursor would make.

    Parameters
    ----------
    ratios : sequence of Ratio
        Of the region, the lowest first.
    precursor_kg : float

    Examples
    --------
    >>> from routes.read import Ratio
    >>> product_kg([Ratio(2.0, "one report"), Ratio(3.0, "another")], 450_000.0)
    (150000.0, 225000.0)
    """
    return precursor_kg / ratios[-1].kg_per_kg, precursor_kg / ratios[0].kg_per_kg


def precursor_kg(ratios: Sequence[Ratio], product: float) -> tuple[float, float]:
    """Least and most precursor that a quantity of product needs, in kg.

    Examples
    --------
    >>> from routes.read import Ratio
    >>> precursor_kg([Ratio(2.0, "one report"), Ratio(3.0, "another")], 156.0)
    (312.0, 468.0)
    """
    return product * ratios[0].kg_per_kg, product * ratios[-1].kg_per_kg
