"""What one run of the tests works out once: the project's data as read, and what commands find from them.

Hundreds of tests look at what a command makes of the same answer. What is kept is frozen, and whether the
files are as they were is looked at each time: a command gets what it would have worked out itself. What a
test has exchanged in the package stays exchanged, and nothing is kept meanwhile. Nor is an answer kept that
told the user something on its way: that is told again. A test of the work itself asks afresh
(`commands.run_afresh`).
"""

from __future__ import annotations

import logging
from collections.abc import Hashable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from routes import analysis
from routes.read import inputs as reading
from routes.read.paths import Source
from routes.trust import backtest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from routes.analysis import Analysis, World
    from routes.evidence.events import Events
    from routes.parameters import Parameters
    from routes.question import Question
    from routes.read import SeizureRecords
    from routes.read.inputs import Inputs
    from routes.trust.backtest import Backtest

ROOT = Path(__file__).parents[1]
_Shelf = dict[Hashable, tuple[object, Any]]
_MANY = 8  # an answer takes some 30 MB
_LOAD, _BUILD, _ANALYSE = reading.load_inputs, analysis.build_world, analysis.analyse
_ROLLING, _LEFT_OUT = backtest.rolling_backtest, backtest.left_out_backtest
_readings: _Shelf = {}
_worlds: _Shelf = {}
_answers: _Shelf = {}
_backtests: _Shelf = {}


class _Counting(logging.Handler):
    """Counts what the package says."""

    count = 0

    def emit(self, _: logging.LogRecord) -> None:
        self.count += 1


def _kept(shelf: _Shelf, what: Hashable, work: Callable[[], Any], of: object = None) -> Any:
    """Take from a shelf, or work out and lay there; `of` is held too, so that no other thing gets its id."""
    log, heard = logging.getLogger("routes"), _Counting()
    loud = log.isEnabledFor(logging.WARNING)
    for key in ((what, True), (what, loud)):  # what had nothing to say aloud has nothing to hush up
        if key in shelf:
            shelf[key] = shelf.pop(key)  # the last to go
            return shelf[key][1]
    log.addHandler(heard)
    try:
        found = work()
    finally:
        log.removeHandler(heard)
    if not heard.count:
        shelf[what, loud] = (of, found)
        while len(shelf) > _MANY:
            del shelf[next(iter(shelf))]
    return found


def _is_kept(inputs: Inputs) -> bool:
    return any(inputs is each for _, each in _readings.values())


def _load(
    seizures: str | Path | Sequence[str] | None = None,
    records: SeizureRecords | None = None,
    source: Source | None = None,
) -> Inputs:
    source = source or Source()
    named = [seizures] if isinstance(seizures, str | Path) else seizures or ()
    files = [*source.files().values(), *(Path.cwd() / name for name in named)]
    if records is not None or not all(map(_is_ours, files)):
        return _LOAD(seizures, records, source)
    seen = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    key = (repr(source), repr(seizures), *seen)
    found: Inputs = _kept(_readings, key, lambda: _LOAD(seizures, None, source))
    return found


def _is_ours(path: Path) -> bool:
    """Whether a file is one of the project's; what a test has written comes once."""
    return path.is_file() and path.resolve().is_relative_to(ROOT)


def _build(inputs: Inputs, parameters: Parameters, months: tuple[int, ...] = analysis.ALL_MONTHS) -> World:
    if not _is_kept(inputs):
        return _BUILD(inputs, parameters, months)
    key = (id(inputs), repr(parameters), months)
    found: World = _kept(_worlds, key, lambda: _BUILD(inputs, parameters, months), inputs)
    return found


def _analyse(
    inputs: Inputs | None = None,
    parameters: Parameters | None = None,
    question: Question | None = None,
    *,
    roads_for: int = 0,
    world: World | None = None,
) -> Analysis:
    if inputs is None or world is not None or not _is_kept(inputs):
        return _ANALYSE(inputs, parameters, question, roads_for=roads_for, world=world)
    key = (id(inputs), repr(parameters), question, roads_for)
    work = lambda: _ANALYSE(inputs, parameters, question, roads_for=roads_for)  # noqa: E731
    found: Analysis = _kept(_answers, key, work, inputs)
    return found


def _rolling(world: World, events: Events, parameters: Parameters, **more: Any) -> Backtest:
    return _backtest(_ROLLING, world, events, parameters, more)


def _left_out(world: World, events: Events, parameters: Parameters, **more: Any) -> Backtest:
    return _backtest(_LEFT_OUT, world, events, parameters, more)


def _backtest(
    work: Callable[..., Backtest], world: World, events: Events, parameters: Parameters, more: dict[str, Any]
) -> Backtest:
    if len(more["effort"]) or not any(world is each for _, each in _worlds.values()):
        return work(world, events, parameters, **more)
    key = (work.__name__, id(world), events.ids, repr(parameters), more["seed"])
    found: Backtest = _kept(_backtests, key, lambda: work(world, events, parameters, **more), world)
    return found


_INSTEAD = (
    (reading, "load_inputs", _LOAD, _load),
    (analysis, "build_world", _BUILD, _build),
    (analysis, "analyse", _ANALYSE, _analyse),
    (backtest, "rolling_backtest", _ROLLING, _rolling),
    (backtest, "left_out_backtest", _LEFT_OUT, _left_out),
)


@contextmanager
def answers_kept() -> Iterator[None]:
    """Let commands take what others have found, unless a test has exchanged what finds it."""
    if any(getattr(module, name) is not usual for module, name, usual, _ in _INSTEAD):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for module, name, _, instead in _INSTEAD:
            patch.setattr(module, name, instead)
        yield
