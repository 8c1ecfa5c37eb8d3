"""What is asked of the seizures and the crossings, and for what time the answer holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - whoever writes it as JSON reads it
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which seizures count, and for what time the ranking holds.

    It holds for the crossings as they stand on the day ``as_of``: by default the last up to which the data
    on their status were checked. With ``period`` it is one of the past instead: of the time of the seizures,
    the crossings as they stood in it on average. ``since`` and ``until`` bound the seizures, ``substance``
    limits them to one.

    Examples
    --------
    >>> from datetime import date
    >>> from routes.analysis import analyse
    >>> asked = Question(as_of=date(2012, 7, 1), until=date(2012, 6, 30))
    >>> analyse(question=asked).ranking.provenance["period"]["question"]
    'As of 1 July 2012, on seizures of 1 March 2008 to 30 June 2012.'
    """

    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    substance: str | None = None
    seed: int = 1
    period: bool = False

    def __post_init__(self) -> None:
        """Refuse two times in one question."""
        if self.period and self.as_of is not None:
            raise RoutesError(
                "--period and --as-of: a ranking holds for the period of the seizures or for one day. "
                "Leave one of them out."
            )


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_words(day: date) -> str:
    """Write a day in words.

    Examples
    --------
    >>> from datetime import date
    >>> day_words(date(2026, 1, 15))
    '15 January 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def question_words(seizures: tuple[date, date] | None, day: date | None) -> str:
    """Say in one sentence for what time an answer holds, and on which seizures it rests.

    Parameters
    ----------
    seizures : (date, date) or None
        First and last day of the seizures; None where there are none.
    day : date or None
        On which the crossings stand so; None for an answer on the period of the seizures.

    Examples
    --------
    >>> from datetime import date
    >>> question_words((date(2008, 3, 1), date(2020, 11, 30)), date(2026, 1, 15))
    'As of 15 January 2026, on seizures of 1 March 2008 to 30 November 2020.'
    >>> question_words((date(2008, 3, 1), date(2020, 11, 30)), None)
    'For the period of the seizures, 1 March 2008 to 30 November 2020.'
    >>> question_words(None, date(2026, 1, 15))
    'As of 15 January 2026, without seizures.'
    """
    span = seizures and " to ".join(map(day_words, seizures))
    if day is None:
        return f"For the period of the seizures, {span}."
    return f"As of {day_words(day)}, {f'on seizures of {span}' if span else 'without seizures'}."


def days_asked(period: tuple[date, date] | None, day: date | None) -> tuple[date, date]:
    """Days whose crossings the ranking holds for."""
    if day is not None:
        return day, day
    if period is None:
        raise RoutesError("there is no seizure to take the period from. Give both --since and --until.")
    return period


def period_of(seizures: pd.DataFrame, question: Question) -> tuple[date, date] | None:
    """First and last day of the seizures: as asked, else as they have it; None if nothing tells."""
    known = (
        None if seizures.empty else (seizures["date_from"].min().date(), seizures["date_until"].max().date())
    )
    first = question.since or (known and known[0])
    last = question.until or (known and known[1])
    if first is None or last is None:
        return None
    if first > last:
        span = f" The seizures in the file run from {known[0]} to {known[1]}." if known else ""
        raise RoutesError(
            f"no seizure in this period: it begins on {first} and ends on {last}.{span} Give both "
            "--since and --until, in this order, for a ranking of a time without seizures."
        )
    return first, last
