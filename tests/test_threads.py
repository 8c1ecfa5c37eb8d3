"""Pieces of one sum on several threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from routes.analysis import analyse
from routes.support import threads
from routes.support.threads import at_once


def test_pieces_are_worked_out_side_by_side_and_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_processors", lambda: 3)
    meet = threading.Barrier(3, timeout=20)

    def piece(number: int) -> int:
        meet.wait()  # nobody passes alone
        return number**2

    assert at_once(piece, range(3)) == [0, 1, 4]


def test_what_goes_wrong_in_a_piece_is_told_and_the_rest_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_processors", lambda: 2)
    begun = []

    def piece(number: int) -> None:
        begun.append(number)
        raise ZeroDivisionError(str(number))

    with pytest.raises(ZeroDivisionError, match="0"):
        at_once(piece, range(10_000))
    assert len(begun) < 10_000


def test_the_ranking_is_the_same_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for count in (1, 3):
        monkeypatch.setattr(threads, "_processors", lambda count=count: count)
        one = analyse()
        found.append((one.shares.draws, one.posterior.draws, [c.grounds for c in one.ranking.corridors]))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
    assert found[0][2] == found[1][2]
