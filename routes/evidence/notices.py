"""What is said to a user about the evidence, beside the answer."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from routes.question import day_words

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

_LOG = logging.getLogger(__name__)
_SHOWN = 5
_UNNAMED = (
    "not named in [substances] of the config, so counted as %s with the chance of 'other', "
    "%g: %s (%d in all). Ask for one substance with --substance, or name these in the config."
)


@cache  # once, not for each of the many analyses that a sensitivity takes
def tell_unnamed(names: tuple[str, ...], goods: str, chance: float) -> None:
    """Tell which substances count as others."""
    if names:
        _LOG.warning(_UNNAMED, goods, chance, "; ".join(names[:_SHOWN]), len(names))


@cache
def tell_no_evidence(reasons: tuple[str, ...]) -> None:
    """Tell that no record counts; as an error, for the shares look like any others."""
    why = ", ".join(f"{reason}: {reasons.count(reason)}" for reason in dict.fromkeys(reasons)) or "none given"
    _LOG.error(
        "0 of %d records are evidence (%s): the shares are those of the model alone.", len(reasons), why
    )


def tell_unknown_day(status: pd.DataFrame, day: date | None, checked: date) -> None:
    """Warn of a day that the data on the status of crossings do not reach."""
    if day is None:
        return
    if day > checked:
        _LOG.warning(
            "the status of crossings was checked up to %s: what has opened or shut from then to %s is not in "
            "this answer.",
            day_words(checked),
            day_words(day),
        )
    days = [d for d in (status["from"].min(), status["until"].min()) if d == d]  # noqa: PLR0124 - NaT is not itself
    if days and day < min(days).date():
        _LOG.warning(
            "the first change of status in the data is of %s: on %s every crossing counts as it was then.",
            day_words(min(days).date()),
            day_words(day),
        )


@cache  # once, not for each year that is foretold
def tell_silent_logs(places: tuple[str, ...]) -> None:
    """Tell which places of a log no corridor passes."""
    if places:
        _LOG.warning(
            "no listed corridor passes %s: what was inspected there tells nothing.", ", ".join(places)
        )
