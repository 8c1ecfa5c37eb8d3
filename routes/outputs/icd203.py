"""Words for probabilities and for confidence, kept apart as analysts keep them.

*Likelihood* says how probable a statement is, in the seven classes of Intelligence Community Directive
203, Analytic Standards (Office of the Director of National Intelligence, 2015). *Confidence* says how good
the ground is on which the statement stands; a likely thing may be said with low confidence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

Level = Literal["low", "moderate", "high"]

_LIKELIHOODS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
)
_HIGHEST = "almost certain"
_GROUNDS: tuple[tuple[Level, float, int], ...] = (("high", 1.0, 10), ("moderate", 2.5, 3))

LIKELIHOOD_NOTE = (
    "Words of likelihood follow ICD 203: almost no chance under 5 %, very unlikely under 20 %, unlikely "
    "under 45 %, roughly even chance under 55 %, likely under 80 %, very likely under 95 %, almost certain "
    "from 95 %."
)
CONFIDENCE_NOTE = (
    "Confidence is apart from likelihood and is computed: high where the 90 % interval is no wider than the "
    "share itself and 10 events or more speak for it, moderate where it is no wider than 2.5 times the share "
    "and 3 events or more speak for it, otherwise low."
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far a share is to be trusted, and why."""

    level: Annotated[Level, "Low, moderate or high."]
    reason: Annotated[str, "Why."]

    def __str__(self) -> str:
        """Level first, then why."""
        return f"{self.level} confidence: {self.reason}"


def likelihood(probability: float) -> str:
    """Put a probability into words (ICD 203).

    A bound belongs to the class above it.

    Raises
    ------
    ValueError
        If `probability` is not between 0 and 1.

    Examples
    --------
    >>> likelihood(0.02), likelihood(0.5), likelihood(0.79), likelihood(0.95)
    ('almost no chance', 'roughly even chance', 'likely', 'almost certain')
    """
    if not 0 <= probability <= 1:
        message = f"probability: wanted 0 to 1, got {probability}."
        raise ValueError(message)
    return next((words for bound, words in _LIKELIHOODS if probability < bound), _HIGHEST)


def confidence(share: float, interval_90: tuple[float, float], events: int) -> Confidence:
    """Say how well grounded an estimated share is.

    Parameters
    ----------
    share : float
        The estimate, a fraction of one.
    interval_90 : tuple of float
        Its 90 % interval.
    events : int
        Independent seizure events that speak for it.

    Examples
    --------
    >>> print(confidence(0.108, (0.041, 0.207), 11))
    moderate confidence: the 90 % interval spans 1.5 times the share; 11 events speak for it
    >>> confidence(0.3, (0.2, 0.4), 20).level, confidence(0.01, (0.0, 0.05), 20).level
    ('high', 'low')
    """
    low, high = interval_90
    width = (high - low) / share if share > 0 else math.inf
    reached = (name for name, widest, least in _GROUNDS if width <= widest and events >= least)
    level: Level = next(reached, "low")
    spans = f"spans {width:.1f} times the share" if math.isfinite(width) else "has no share to be measured by"
    speak = f"{events} events speak" if events != 1 else "1 event speaks"
    return Confidence(level, f"the 90 % interval {spans}; {speak} for it")
