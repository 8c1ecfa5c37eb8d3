"""What-ifs by name: the sections ``[scenario.NAME]`` of a config.

::

    [scenario.south-shut]
    as_of = 2026-10-01
    close = ["spin-boldak-chaman"]
    impassable = ["torkham"]
    penalty = {zaranj-milak = 300}
    watch = {islam-qala = 0.4}
    have = ["karachi=0.1"]
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError, RoutesError
from routes.planning.deployments import checked_values, section_of
from routes.support.likeness import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scenario:
    """One what-if; names are as they stand in the file. ``have`` are posts that stand: NAME, or NAME=P."""

    as_of: date | str = ""
    close: tuple[str, ...] = ()
    impassable: tuple[str, ...] = ()
    penalty: Mapping[str, float] = field(default_factory=dict)
    watch: Mapping[str, float] = field(default_factory=dict)
    have: tuple[str, ...] = ()


def read_scenarios(path: Path) -> dict[str, Scenario]:
    """Read the scenarios of a config file by name.

    Raises
    ------
    InputError
        With every unknown name and every value of the wrong kind, scenario by scenario.
    """
    found: dict[str, Scenario] = {}
    faults: list[Fault] = []
    for name, values in section_of(path, "scenario").items():
        section = f"scenario.{name}"
        if not isinstance(values, dict):
            faults.append(Fault(str(path), f"[{section}] must be a table of values"))
            continue
        try:
            checked = checked_values(path, section, values, Scenario())
            found[name] = _with_day(path, section, Scenario(**checked))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def _with_day(path: Path, section: str, scenario: Scenario) -> Scenario:
    day = scenario.as_of
    if day == "" or (isinstance(day, date) and not isinstance(day, datetime)):
        return scenario
    wrong = f"wanted a day such as 2026-10-01, without quotes, got {day!r}"
    raise InputError([Fault(str(path), wrong, column=f"{section}.as_of")])


def scenario_named(scenarios: Mapping[str, Scenario], name: str) -> Scenario:
    """Find a scenario.

    Raises
    ------
    RoutesError
        With the nearest names, or how one is written.
    """
    if name in scenarios:
        return scenarios[name]
    if not scenarios:
        raise RoutesError(f"--scenario: no config has a section [scenario.{name}]. Give one with --config.")
    near = difflib.get_close_matches(name, scenarios, 3, 0.4) or sorted(scenarios)
    raise RoutesError(f"--scenario: no scenario {name!r}. {did_you_mean(near)}")
