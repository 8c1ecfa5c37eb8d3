"""Sentences that remember their figures, so that each can be checked against the analysis it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from routes.outputs.icd203 import likely_that
from routes.outputs.language import figures, long_day, tr
from routes.outputs.text import capital, probability, shortened, whole_interval, whole_percent

if TYPE_CHECKING:
    from datetime import date

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or a name in a sentence: what it is, of what, its value, and how it is written there."""

    what: str
    of: str
    value: float | int | str | date | tuple[float, float]
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, and the facts that it states."""

    text: str
    facts: tuple[Fact, ...] = ()


def state(template: str, **facts: Fact) -> Statement:
    """Put facts into a sentence, in the language that is spoken.

    Examples
    --------
    >>> from routes.outputs.text import plain
    >>> said = state("{place} carries {part}.", place=named("x", "Torkham"), part=share("x", 0.25))
    >>> plain(said.text), [fact.value for fact in said.facts]
    ('Torkham carries 25 %.', ['x', 0.25])
    """
    text = tr(template, **{name: fact.text for name, fact in facts.items()})
    return Statement(capital(text), tuple(facts.values()))


def share(of: str, value: float, what: str = "share") -> Fact:
    """State a share of the inflow, in whole per cent."""
    return Fact(what, of, value, whole_percent(value))


def about(of: str, value: float, what: str = "share") -> Fact:
    """State a share as one that is about right, or beyond an end of the scale.

    Examples
    --------
    >>> about("x", 0.721).text.split(), about("x", 0.9999).text.split()
    (['about', '72', '%'], ['>', '99', '%'])
    """
    bare = share(of, value, what)
    return bare if bare.text[0] in "<>" else replace(bare, text=tr("about {share}", share=bare.text))


def interval(of: str, bounds: tuple[float, float], what: str = "interval") -> Fact:
    """State the 90 % interval of a share, in whole per cent."""
    return Fact(what, of, bounds, whole_interval(*bounds))


def likely(of: str, chance: float, what: str = "chance of being first") -> Fact:
    """State a chance in words that open a sentence."""
    return Fact(what, of, chance, likely_that(chance))


def chance(of: str, value: float, what: str = "chance of being first") -> Fact:
    """State a chance in whole per cent."""
    return Fact(what, of, value, probability(value))


def named(of: str, name: str) -> Fact:
    """Name a place or a country."""
    return Fact("name", of, of, shortened(name, _LONGEST_NAME) or of)


def whole(what: str, value: int, of: str = "") -> Fact:
    """State a whole number."""
    return Fact(what, of, value, figures(f"{value:,}"))


def day(of: str, value: date, what: str = "day") -> Fact:
    """State a day."""
    return Fact(what, of, value, long_day(value))


def word(what: str, of: str, text: str) -> Fact:
    """State a word, such as a level of confidence."""
    return Fact(what, of, text, text)
