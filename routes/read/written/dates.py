"""Dates as people write them.

Points mean day.month.year. Slashes and hyphens with the year last can mean day or month first: the column
decides, where one of its dates can be read one way only, and else nothing does. Two digits of a year are
2000-2068 and 1969-1999, as POSIX has it. A year from 1300 up to the present one of the solar calendar is of
that calendar, official in Iran and Afghanistan. Whole numbers of five digits count days as spreadsheets do. A
time of day is left out; the day is the one that was written, unless it was written in universal time so
late that it is the next day in the region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from routes.read.clock import this_day
from routes.read.columns import YEARS, WrongValueError, date_span
from routes.read.quoting import show
from routes.read.written.digits import folded, plain
from routes.read.written.months import MONTHS, SOLAR_MONTHS
from routes.support.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterable

_SOLAR_YEARS = (1300, 1499)
_LAST_OF_2000 = 68
_SERIALS = (20_000, 73_050)  # 1954 to 2099
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_SAME_DAY_UNTIL = 15  # o'clock in universal time: then it is midnight in Korea

_TIME = re.compile(
    r"(?:t|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm)?\s*(z|utc|gmt|[+-]\d{2}:?(?:\d{2})?)?$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:circa|ca\.|ca|c\.|about|around|approximately|approx\.?|early|late|mid|"
    r"около|ок\.|примерно|приблизительно|в начале|в конце|начало|конец|حدود|تقریبا|~|≈)[\s-]*",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_YEAR = re.compile(r"\d{4}")
_NAMED = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([^\W\d_]+)\.?\s+(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_DAYS_OF_ONE = re.compile(r"(\d{1,2})\s*[-–—]\s*(\d{1,2})([\s./-].+)")
_RANGE = re.compile(r"(.+?)(?:\s+[-–—]\s+|\s*[–—]\s*|\s+(?:to|по|تا)\s+|/(?=\d{4}-)|\s*\.\.\s*)(.+)")
_YEAR_WORDS = re.compile(r"\s*(?:года|год|гг?\.?|سال)$")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A date that was read.

    Attributes
    ----------
    text : str
        As YYYY, YYYY-MM or YYYY-MM-DD; of a range, as much of it as holds for all its days.
    span : tuple of two dates or None
        First and last day, of a range.
    unsure : str
        ``about`` or empty.
    solar : bool
        Whether it was in the solar calendar.
    """

    text: str
    span: tuple[date, date] | None = None
    unsure: str = ""
    solar: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    year: int
    month: int = 0
    day: int = 0
    solar: bool = False


def day_stands(texts: Iterable[str]) -> str:
    """Tell from the dates of a column that have slashes or hyphens what stands first.

    Returns
    -------
    str
        ``first`` or ``second`` where the day stands, ``both`` where dates contradict one another, empty where
        none of them tells.

    Examples
    --------
    >>> day_stands(["03/11/2014", "19/07/2016"]), day_stands(["03/04/2014"])
    ('first', '')
    """
    seen = set()
    for text in texts:
        found = _YEAR_LAST.fullmatch(_without_time(plain(text[:_LONGEST]))[0])
        if found and found[2] != ".":
            one, two = int(found[1]), int(found[3])
            seen |= {"first"} if one > 12 >= two else {"second"} if two > 12 >= one else set()  # noqa: PLR2004
    return "both" if len(seen) > 1 else next(iter(seen), "")


def read_date(text: str, stands: str = "", today: date | None = None, *, from_1904: bool = False) -> Written:
    """Read a date.

    Parameters
    ----------
    text : str
    stands : str
        Where the day stands in this column, as from `day_stands`.
    today : datetime.date, optional
        Years of the solar calendar end with this day; by default the current day.
    from_1904 : bool
        Whether numbers count days from 1904.

    Raises
    ------
    WrongValueError
        If it can mean several days, or none; with what to do.

    Examples
    --------
    >>> read_date("12.05.2021").text, read_date("1402/05/12").text, read_date("12-15 May 2021").text
    ('2021-05-12', '2023-08-03', '2021-05')
    """
    short = plain(text)
    if len(short) > _LONGEST:
        raise WrongValueError(f"wanted a date, got {show(text)}. Write it as YYYY, YYYY-MM or YYYY-MM-DD.")
    bare = _ABOUT.sub("", short, count=1) if _ABOUT.match(short) else short
    unsure = "about" if bare != short else ""
    bare = _YEAR_WORDS.sub("", bare)
    today = today or this_day()
    ends = _ends(bare)
    if ends:
        return _range(text, [_one(text, end, stands, today, from_1904) for end in ends], unsure)
    parts = _one(text, bare, stands, today, from_1904)
    return Written(_iso(text, parts), _span_of(text, parts), unsure, parts.solar)


def _ends(bare: str) -> list[str]:
    """Give both ends of a range, or nothing."""
    days = _DAYS_OF_ONE.fullmatch(bare)
    if days and not _YEAR_LAST.fullmatch(bare) and not _YEAR_FIRST.fullmatch(bare):
        return [days[1] + days[3], days[2] + days[3]]
    found = _RANGE.fullmatch(bare)
    if not found:
        return []
    first, last = found[1].strip(), found[2].strip()
    year = re.search(r"\d{4}$", last)
    if year and not re.search(r"\d{4}", first):  # May - June 2021, 12.05 - 15.05.2021
        first += ("" if first.endswith(".") else "." if re.fullmatch(r"[\d.]+", first) else " ") + year[0]
    return [first, last]


def _range(text: str, ends: list[_Parts], unsure: str) -> Written:
    first, last = _first_and_last(text, ends[0])[0], _first_and_last(text, ends[1])[1]
    if first > last:
        raise WrongValueError(f"wanted a range of dates that rises, got {show(text)}. Correct it.")
    if first.year != last.year:
        raise WrongValueError(
            f"{show(text)} spans more than one year. Split the record, or give the year alone."
        )
    common = f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y}"
    solar = any(end.solar for end in ends)
    return Written(first.isoformat() if first == last else common, (first, last), unsure, solar)


def _one(text: str, bare: str, stands: str, today: date, from_1904: bool) -> _Parts:  # noqa: FBT001, PLR0911
    bare, late = _without_time(bare)
    if late:
        message = f"{show(text)} is in universal time, and may be the next day where it was made."
        raise WrongValueError(f"{message} Give the day there.")
    if found := _YEAR_FIRST.fullmatch(bare):
        return _calendar(text, int(found[1]), int(found[3]), int(found[4]), today)
    if found := _YEAR_LAST.fullmatch(bare):
        return _year_last(text, found, stands, today)
    if found := _COMPACT.fullmatch(bare):
        return _calendar(text, int(found[1]), int(found[2]), int(found[3]), today)
    if found := _SERIAL.fullmatch(bare):
        return _serial(text, int(found[1]), from_1904)
    if found := _YEAR_MONTH.fullmatch(bare):
        return _calendar(text, int(found[1]), int(found[2]), 0, today)
    if found := _MONTH_YEAR.fullmatch(bare):
        return _calendar(text, int(found[2]), int(found[1]), 0, today)
    if _YEAR.fullmatch(bare):
        return _calendar(text, int(bare), 0, 0, today)
    return _named(text, re.sub(r"[-/.,](?=[^\W\d_])|(?<=[^\W\d_])[-/,]", " ", bare), today)


def _without_time(bare: str) -> tuple[str, bool]:
    """Take a time of day off; and whether it is universal time so late that the day is not sure."""
    found = _TIME.search(bare)
    if not found:
        return bare, False
    universal = (found[5] or "").casefold() in ("z", "utc", "gmt", "+00:00", "+0000", "+00")
    return bare[: found.start()].strip(), universal and int(found[1]) >= _SAME_DAY_UNTIL


def _year_last(text: str, found: re.Match[str], stands: str, today: date) -> _Parts:
    one, two, year = int(found[1]), int(found[3]), _whole_year(found[4])
    if found[2] == "." or (one > 12 >= two):  # noqa: PLR2004 - months
        return _calendar(text, year, two, one, today)
    if two > 12 >= one:  # noqa: PLR2004
        return _calendar(text, year, one, two, today)
    if one == two or stands == "first":
        return _calendar(text, year, two, one, today)
    if stands == "second":
        return _calendar(text, year, one, two, today)
    mixed = "this column has both orders" if stands == "both" else "no date of this column tells which"
    sign = found[2]
    raise WrongValueError(
        f"{show(text)} can have the day or the month first; {mixed}. Say which in [columns] of a config "
        f'file, as in date = {{ column = "...", format = "%d{sign}%m{sign}%Y" }}, or write YYYY-MM-DD.'
    )


def _whole_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:  # noqa: PLR2004 - nothing is missing
        return year
    return year + (2000 if year <= _LAST_OF_2000 else 1900)


def _serial(text: str, number: int, from_1904: bool) -> _Parts:  # noqa: FBT001
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        raise WrongValueError(f"wanted a date, got {show(text)}. Write it as YYYY, YYYY-MM or YYYY-MM-DD.")
    day = _EPOCHS[from_1904] + timedelta(days=number)
    return _Parts(day.year, day.month, day.day)


def _named(text: str, bare: str, today: date) -> _Parts:
    found = _NAMED.fullmatch(bare)
    first = None if found else _MONTH_FIRST.fullmatch(bare)
    if not found and not first:
        message = (
            f"wanted a date as YYYY, YYYY-MM or YYYY-MM-DD, got {show(text)}. Write it so, or name its format"
        )
        raise WrongValueError(f"{message} in [columns] of a config file.")
    day, name, year = (found[1], found[2], found[3]) if found else (first[2], first[1], first[3])  # type: ignore[index]
    month, solar_month = MONTHS.get(folded(name)), SOLAR_MONTHS.get(folded(name))
    if month is None and solar_month is None:
        raise WrongValueError(f"wanted a date, got {show(text)}; {show(name)} is no month. Write YYYY-MM-DD.")
    if len(year) == 2 and not day:  # noqa: PLR2004 - "May 21" may be a day
        raise WrongValueError(f"{show(text)} can be a day or a year. Write it as YYYY-MM or YYYY-MM-DD.")
    if month is None:
        return _solar(text, int(year), solar_month or 0, int(day or 0), today)
    return _calendar(text, _whole_year(year), month, int(day or 0), today)


def _calendar(text: str, year: int, month: int, day: int, today: date) -> _Parts:
    if _SOLAR_YEARS[0] <= year <= _SOLAR_YEARS[1]:
        return _solar(text, year, month, day, today)
    return _Parts(year, month, day)


def _solar(text: str, year: int, month: int, day: int, today: date) -> _Parts:
    with needs("jdatetime", "field"):
        import jdatetime

    if not _SOLAR_YEARS[0] <= year <= jdatetime.date.fromgregorian(date=today).year:
        message = f"the year of {show(text)} is neither of this calendar nor, up to now, of the solar one."
        raise WrongValueError(f"{message} Write it as YYYY-MM-DD; dates of the lunar calendar are not read.")
    try:
        jdatetime.date(year, month or 1, day or 1)
    except ValueError:
        raise WrongValueError(f"wanted a date of the calendar, got {show(text)}. Correct it.") from None
    return _Parts(year, month, day, solar=True)


def _first_and_last(text: str, parts: _Parts) -> tuple[date, date]:
    if not parts.solar:
        try:
            return date_span(_digits(parts))
        except WrongValueError as error:
            raise WrongValueError(
                f"{str(error).partition(', got')[0]}, got {show(text)}. Correct it."
            ) from None
    import jdatetime

    first = jdatetime.date(parts.year, parts.month or 1, parts.day or 1)
    if parts.day:
        return first.togregorian(), first.togregorian()
    year, month = (parts.year, parts.month + 1) if parts.month else (parts.year + 1, 1)
    if month > 12:  # noqa: PLR2004 - months
        year, month = year + 1, 1
    last = jdatetime.date(year, month, 1).togregorian() - timedelta(days=1)
    return first.togregorian(), last


def _digits(parts: _Parts) -> str:
    text = f"{parts.year:04d}"
    if parts.month:
        text += f"-{parts.month:02d}"
    return text + f"-{parts.day:02d}" if parts.day else text


def _iso(text: str, parts: _Parts) -> str:
    first, last = _first_and_last(text, parts)
    if not parts.solar:
        return _digits(parts)
    if first == last:
        return first.isoformat()
    if first.year != last.year:
        return f"{first.year}" if parts.month else f"{parts.year + 621}"
    return f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y}"


def _span_of(text: str, parts: _Parts) -> tuple[date, date] | None:
    """Give first and last day, where the text alone would mean others: months of another calendar."""
    return _first_and_last(text, parts) if parts.solar and not parts.day else None


def in_years(span: tuple[date, date]) -> bool:
    """Whether a span lies in the years that records may have."""
    return YEARS[0] <= span[0].year and span[1].year <= YEARS[1]
