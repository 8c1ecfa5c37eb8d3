"""How figures read: one rule for terminal, briefing, map and labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routes.errors import RoutesError
from routes.outputs.text import (
    EN_DASH,
    MINUS,
    NO_BREAK,
    decimal,
    interval_text,
    learnt,
    percent,
    plain,
    points,
    points_between,
    probability,
    set_percent,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FRACTIONS = st.floats(0, 1)


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        (0.0, "0 %"),
        (1e-12, "0 %"),  # what is left of a sum of floats
        (1e-6, "< 0.1 %"),
        (0.0002, "< 0.1 %"),
        (0.00099, "< 0.1 %"),
        (0.001, "0.1 %"),
        (0.1234, "12.3 %"),
        (0.999, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (1 - 1e-12, "100 %"),
        (1.0, "100 %"),
        (2.5, "250.0 %"),
        (-0.25, "-25.0 %"),
    ],
)
def test_a_share_reads_as_it_is(fraction: float, written: str) -> None:
    assert plain(percent(fraction)) == written
    assert " " not in percent(fraction)


@given(FRACTIONS)
def test_nothing_and_all_are_never_said_of_anything_else(fraction: float) -> None:
    said = plain(percent(fraction))
    assert (said == "0 %") == (fraction < 1e-9)
    assert (said == "100 %") == (fraction > 1 - 1e-9)
    figure = float(re.sub(r"[^\d.]", "", said))
    assert abs(figure - 100 * fraction) <= 0.1


@given(FRACTIONS)
def test_a_probability_is_never_impossible_nor_certain(chance: float) -> None:
    said = plain(probability(chance))
    assert said not in ("0 %", "100 %")
    assert said.startswith("<") == (chance < 0.01)
    assert said.startswith(">") == (chance > 0.99)


@given(FRACTIONS, FRACTIONS)
def test_an_interval_has_the_ends_that_the_share_has(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ends = [percent(end).removesuffix(f"{NO_BREAK}%") for end in (low, high)]
    said = interval_text(low, high)
    between = ends[0] if ends[0] == ends[1] else f"{ends[0]}{EN_DASH}{ends[1]}"
    assert said == f"{between}{NO_BREAK}%"


def test_changes_have_true_minus_signs() -> None:
    assert points(-0.0312) == f"{MINUS}3.1"
    assert points(-0.00001) == "0.0"
    assert points_between(-0.01, 0.025) == f"{MINUS}1.0 to +2.5"


def test_what_is_set_keeps_its_digits() -> None:
    assert [plain(set_percent(x)) for x in (0.05, 0.125, 0.0005, 1.0)] == ["5 %", "12.5 %", "0.05 %", "100 %"]


@pytest.mark.parametrize(
    "write", [percent, probability, points, set_percent, decimal, learnt, lambda value: signed(value, 2)]
)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_an_error_in_whatever_form(write: Callable[[float], str], value: float) -> None:
    with pytest.raises(RoutesError, match="is not finite"):
        write(value)
