"""How much heroin a quantity of acetic anhydride would make: published ratios, each with its source."""

from __future__ import annotations

from dataclasses import dataclass

PRECURSOR = "acetic anhydride"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Kilograms of acetic anhydride for a kilogram of heroin, and who says so."""

    kg_per_kg: float
    source: str


RATIOS = (
    Ratio(2.0, "UNODC: 16 t for over 8 t (Islam Qala, 2017); 19.5 t for over 9 t (Operation TARCET, 2008)"),
    Ratio(2.5, "Collective Security Treaty Organization, 2007; interior ministry of Bulgaria, 2010"),
    Ratio(3.0, "Iran, 2016: 21 t for some 7 t"),
)
LOWEST, HIGHEST = RATIOS[0].kg_per_kg, RATIOS[-1].kg_per_kg


def heroin_kg(precursor_kg: float) -> tuple[float, float]:
    """Least and most heroin that a quantity of acetic anhydride would make, by the published ratios.

    Examples
    --------
    >>> heroin_kg(450_000.0)
    (150000.0, 225000.0)
    """
    return precursor_kg / HIGHEST, precursor_kg / LOWEST


def precursor_kg(heroin: float) -> tuple[float, float]:
    """Least and most acetic anhydride that a quantity of heroin needs.

    Examples
    --------
    >>> precursor_kg(156.0)
    (312.0, 468.0)
    """
    return heroin * LOWEST, heroin * HIGHEST
