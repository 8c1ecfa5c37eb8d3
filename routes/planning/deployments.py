"""Deployments as one file: the section ``[posts]`` of a config, and the units that are published.

::

    [posts]
    budget = 3
    have = ["torkham", "karachi=0.1"]
    must = ["zaranj-milak"]
    never = ["islam-qala"]
    jurisdiction = ["AFG"]
    inspections_a_day = 12
    gates = true
    have_published = true

    [posts.detection]
    hairatan = 0.3

    [posts.cost]
    hairatan = 2
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError, RoutesError
from routes.network.status import in_force
from routes.parameters import unknown
from routes.support.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True, slots=True)
class PostsSection:
    """The section ``[posts]``; names are as they stand in the file."""

    budget: float | None = None
    have: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    inspections_a_day: float | None = None
    gates: bool = False
    have_published: bool = False
    detection: Mapping[str, float] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)


def read_posts_section(path: Path) -> PostsSection:
    """Read the section ``[posts]`` of a config file; what is not there is as by default.

    Raises
    ------
    InputError
        With every unknown name (the nearest known one beside it) and every value of the wrong kind.
    """
    values = section_of(path, "posts")
    return PostsSection(**checked_values(path, "posts", values, PostsSection()))


def section_of(path: Path, name: str) -> dict[str, Any]:
    """Read one section of a config file; empty if there is none.

    Raises
    ------
    InputError
        If the file is no TOML, or the section no table.
    """
    given = read_toml(path).get(name, {})
    if not isinstance(given, dict):
        raise InputError([Fault(str(path), f"[{name}] must be a table of values")])
    return given


def checked_values(path: Path, section: str, values: Mapping[str, Any], defaults: object) -> dict[str, Any]:
    """Check the values of a section against the fields of a dataclass, and give them their types.

    Raises
    ------
    InputError
        With every unknown name and every value of the wrong kind.
    """
    known = {f.name: getattr(defaults, f.name) for f in fields(defaults)}  # type: ignore[arg-type]
    faults, typed = [], {}
    for name, value in values.items():
        if name not in known:
            faults.append(Fault(str(path), unknown("name", name, known), column=section))
        elif (wanted := _wanted(value, known[name])) is not None:
            faults.append(Fault(str(path), f"wanted {wanted}, got {value!r}", column=f"{section}.{name}"))
        else:
            typed[name] = tuple(value) if isinstance(value, list) else value
    if faults:
        raise InputError(faults)
    return typed


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wanted(value: object, default: object) -> str | None:
    """Tell what was wanted, or None where the value is of that kind."""
    if isinstance(default, bool):
        return None if isinstance(value, bool) else "true or false"
    if isinstance(default, tuple):
        texts = isinstance(value, list) and all(isinstance(part, str) for part in value)
        return None if texts else 'a list of names, as ["NAME"]'
    if isinstance(default, dict):
        numbers = isinstance(value, dict) and all(map(_is_number, value.values()))
        return None if numbers else "a table of numbers by name"
    if isinstance(default, str):
        return None if isinstance(value, str) or hasattr(value, "isoformat") else "a text or a day"
    return None if _is_number(value) else "a number"


def standing_posts(names: Iterable[str]) -> dict[str, float | None]:
    """Read posts that stand: NAME, or NAME=P with what is caught there.

    Raises
    ------
    RoutesError
        If what follows the sign is no number, or a name comes twice.

    Examples
    --------
    >>> standing_posts(["torkham", "karachi=0.1"])
    {'torkham': None, 'karachi': 0.1}
    """
    found: dict[str, float | None] = {}
    for text in names:
        name, _, value = text.partition("=")
        try:
            caught = float(value) if value.strip() else None
        except ValueError:
            caught = None
            value = "="
        if not name.strip() or ("=" in text and caught is None):
            raise RoutesError(f"have: wanted NAME or NAME=P (P from 0 to 1), got {text!r}.")
        if name.strip() in found:
            raise RoutesError(f"have: {name.strip()} is given twice.")
        found[name.strip()] = caught
    return found


def published_posts(posts: pd.DataFrame, day: date) -> list[str]:
    """Gates and crossings at which a published unit stands on a day.

    Parameters
    ----------
    posts : DataFrame
        From `routes.read.read_posts`.
    day : date
    """
    places = posts["place_id"][in_force(posts, day, since="since")]
    return list(dict.fromkeys(place for place in places if place))
