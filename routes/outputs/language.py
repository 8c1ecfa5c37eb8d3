"""Languages: sentences from message catalogues, numbers and names in the form of the language that is spoken.

Whoever writes an answer for a reader does so `speaking` a language; everything below it then says ``tr("…")``
and is told the sentence in that language. Data for programs (JSON, CSV, exports) are written in none.

The catalogues are gettext's, one ``.po`` a language beside this module, with its ``.mo`` made by
``scripts/catalogues.py``; a message is its own English. Numbers, dates and plural forms of other languages
are Babel's, which English needs not and does not import.
"""

from __future__ import annotations

import gettext
import re
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from routes.support.messages import message as message  # noqa: PLC0414 - said on to all that write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

CATALOGUES = Path(__file__).parent / "catalogues"


class Language(StrEnum):
    """Languages that answers are written in, by their ISO 639-1 code."""

    en = "en"
    ru = "ru"

    @property
    def own_name(self) -> str:
        """What its speakers call it.

        Examples
        --------
        >>> Language.ru.own_name
        'Русский'
        """
        return _OWN_NAMES[self]


_OWN_NAMES = {Language.en: "English", Language.ru: "Русский"}
_SPOKEN: ContextVar[Language] = ContextVar("_SPOKEN", default=Language.en)


@contextmanager
def speaking(language: Language | str) -> Iterator[None]:
    """Write in a language for a while.

    A context variable, not an argument: a share is written as a percentage in some hundred places, ten calls
    below the one that knows who reads. It is set here alone, for one block, and in this thread or task only.

    Raises
    ------
    ValueError
        If there is no catalogue of the language.

    Examples
    --------
    >>> with speaking("ru"):
    ...     tr("Share")
    'Доля'
    >>> tr("Share")
    'Share'
    """
    token = _SPOKEN.set(Language(language))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """Language that is spoken here.

    Examples
    --------
    >>> spoken().own_name
    'English'
    """
    return _SPOKEN.get()


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is Language.en:
        return gettext.NullTranslations()
    with (CATALOGUES / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def tr(message: str, /, **values: object) -> str:
    """Say a sentence in the language that is spoken.

    Parameters
    ----------
    message : str
        The whole sentence in English, with the names of what changes in braces.
    **values
        What stands in the braces: finished text; numbers through `routes.outputs.text`.

    Examples
    --------
    >>> tr("They carry {share} of the inflow.", share="12.3 %")
    'They carry 12.3 % of the inflow.'
    """
    return _filled(_catalogue(spoken()).gettext(message), values)


def trn(one: str, many: str, amount: int, /, **values: object) -> str:
    """Say a sentence that counts; ``{n}`` is the amount, in figures.

    Examples
    --------
    >>> trn("{n} finding.", "{n} findings.", 1), trn("{n} finding.", "{n} findings.", 1200)
    ('1 finding.', '1,200 findings.')
    >>> with speaking("ru"):
    ...     [trn("{n} finding.", "{n} findings.", amount) for amount in (1, 2, 5, 21)]
    ['1 замечание.', '2 замечания.', '5 замечаний.', '21 замечание.']
    """
    return _filled(_catalogue(spoken()).ngettext(one, many, amount), {"n": figures(f"{amount:,}"), **values})


def trp(context: str, message: str, /, **values: object) -> str:
    """Say a message that has several meanings; the context tells which.

    Examples
    --------
    >>> trp("crossing", "open")
    'open'
    """
    return _filled(_catalogue(spoken()).pgettext(context, message), values)


def plural_forms(one: str, many: str) -> dict[str, str]:
    """Every form of a message that counts, by the plural category of CLDR, with its braces.

    Examples
    --------
    >>> plural_forms("{n} finding.", "{n} findings.")
    {'one': '{n} finding.', 'other': '{n} findings.'}
    >>> with speaking("ru"):
    ...     plural_forms("{n} finding.", "{n} findings.")
    {'many': '{n} замечаний.', 'one': '{n} замечание.', 'few': '{n} замечания.', 'other': '{n} замечаний.'}
    """
    if spoken() is Language.en:
        return {"one": one, "other": many}
    say = _catalogue(spoken()).ngettext
    forms = {category: say(one, many, amount) for category, amount in _samples(spoken()).items()}
    return {**forms, "other": forms.get("other", say(one, many, 0))}


@cache
def _samples(language: Language) -> dict[str, int]:
    """Give an amount of every plural category."""
    from babel import Locale

    category, found = Locale(language).plural_form, dict[str, int]()
    for amount in range(_MOST_SAMPLED):
        found.setdefault(category(amount), amount)
    return found


def message_n(one: str, many: str) -> tuple[str, str]:
    """Mark a text that counts; like `message`."""
    return one, many


def message_p(context: str, text: str) -> str:  # noqa: ARG001 - the catalogue reads it
    """Mark a text of several meanings; like `message`, for `trp`."""
    return text


def _filled(text: str, values: dict[str, object]) -> str:
    if not values:
        return text
    return text.format_map({name: _apart(value) for name, value in values.items()})


def _apart(value: object) -> object:
    return isolated(value) if isinstance(value, str) else value


_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_APART, _ISOLATE, _END = "\N{LEFT-TO-RIGHT MARK}", "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
ISOLATES = str.maketrans("", "", _APART + _ISOLATE + _END)
"""Takes out what `isolated` puts in, for what shows no direction of its own."""


def isolated(name: str) -> str:
    """Keep a name that runs from right to left from turning what stands beside it; others stay as they are.

    The mark before it tells that a text which begins with it runs from left to right all the same.

    Examples
    --------
    >>> isolated("Torkham"), len(isolated("\N{ARABIC LETTER TEH}")) - 1
    ('Torkham', 3)
    """
    done = name.startswith(_APART) or not _FROM_THE_RIGHT.search(name)
    return name if done else f"{_APART}{_ISOLATE}{name}{_END}"


@cache
def _signs(language: Language) -> dict[int, str]:
    """Map the signs of an English number to those of a language."""
    from babel import Locale

    symbols = Locale(language).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


def figures(number: str) -> str:
    """Write a number, that stands there in English, with the signs of the language that is spoken.

    Rounding is done before, so that a number is the same in all languages.

    Examples
    --------
    >>> figures("12,346.5")
    '12,346.5'
    >>> with speaking("ru"):
    ...     figures("12,346.5") == "12\N{NO-BREAK SPACE}346,5"
    True
    """
    return number if spoken() is Language.en else number.translate(_signs(spoken()))


def number_as_set(value: float) -> str:
    """Write a number that somebody set, with the digits that it has.

    Examples
    --------
    >>> number_as_set(1500.0), number_as_set(0.125)
    ('1,500', '0.125')
    """
    return figures(f"{value:,.6g}")


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SHORT = 3
_MOST_SAMPLED = 200


def long_day(day: date) -> str:
    """Write a day with its month in words.

    Examples
    --------
    >>> from datetime import date
    >>> long_day(date(2025, 10, 12))
    '12 October 2025'
    >>> with speaking("ru"):
    ...     long_day(date(2025, 10, 12)).replace("\N{NARROW NO-BREAK SPACE}", " ")
    '12 октября 2025 г.'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if spoken() is Language.en else _day(day, "long")


def short_day(day: date) -> str:
    """Write a day with the month cut short.

    Examples
    --------
    >>> from datetime import date
    >>> short_day(date(2025, 10, 12))
    '12 Oct 2025'
    >>> with speaking("ru"):
    ...     short_day(date(2025, 10, 12))
    '12.10.2025'
    """
    if spoken() is Language.en:
        return f"{day.day} {_MONTHS[day.month - 1][:_SHORT]} {day.year}"
    return _day(day, "dd.MM.y")


def table_day(day: date) -> str:
    """Write a day where there is little room: in English as the data have it.

    Examples
    --------
    >>> from datetime import date
    >>> table_day(date(2025, 10, 12))
    '2025-10-12'
    >>> with speaking("ru"):
    ...     table_day(date(2025, 10, 12))
    '12.10.2025'
    """
    return day.isoformat() if spoken() is Language.en else short_day(day)


def month_of(day: date) -> str:
    """Write a month with its year.

    Examples
    --------
    >>> from datetime import date
    >>> month_of(date(2010, 3, 1))
    '2010-03'
    >>> with speaking("ru"):
    ...     month_of(date(2010, 3, 1))
    'март 2010'
    """
    return day.strftime("%Y-%m") if spoken() is Language.en else _day(day, "LLLL y")


def _day(day: date, form: str) -> str:
    from babel.dates import format_date

    return format_date(day, form, locale=spoken())


def joined(words: list[str]) -> str:
    """Join words as a sentence of the language does.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    >>> with speaking("ru"):
    ...     joined(["a", "b", "c"])
    'a, b и c'
    """
    words = [isolated(word) for word in words]
    if spoken() is Language.en:
        return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    from babel.lists import format_list

    return format_list(words, locale=spoken())
