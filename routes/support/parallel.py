"""The one seam through which heavy work leaves this process: local processes, or a cluster.

`each` maps a function over tasks; `engine` says who does it. The answer is the same bytes whoever does:
results come in the order of the tasks, no task knows of another, and a worker computes on one thread.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
import warnings
from contextlib import ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from routes.errors import RoutesError
from routes.support.extras import DISTRIBUTION, missing
from routes.support.threads import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager

    from distributed import Client

    Show = Callable[[int, int], None]  # told how many tasks are done, and of how many
    Progress = Callable[[], AbstractContextManager[Show]]

T = TypeVar("T")
R = TypeVar("R")

_ANSWER_WITHIN_S = 10
_LOOK_EVERY_S = 0.5
_DIED = (
    "a worker died of its task again and again; most often it had too little memory. Give workers more "
    "memory, or take fewer of them (--jobs)"
)
_CUT_OFF = "the connection to the scheduler was lost. See whether it still runs, and run this again"
# What is said of the errors of joblib and Dask that are not those of a task.
_LOST = {
    "BrokenProcessPool": _DIED,
    "TerminatedWorkerError": _DIED,
    "KilledWorker": _DIED,
    "CommClosedError": _CUT_OFF,
    "FutureCancelledError": _CUT_OFF,
}
_SAME_EVERYWHERE = (DISTRIBUTION, "numpy", "scipy", "joblib")  # another version may give other last digits


@dataclass(frozen=True, slots=True)
class _Engine:
    """Settings of ``joblib.parallel_config``; whether light work goes there too; whom to tell."""

    settings: dict[str, Any]
    asked: bool
    progress: Progress


@contextmanager
def _unseen() -> Iterator[Show]:
    yield lambda done, of: None  # noqa: ARG005


_ENGINE: ContextVar[_Engine | None] = ContextVar("_ENGINE", default=None)


def each(function: Callable[[T], R], tasks: Sequence[T], *, heavy: bool) -> list[R]:
    """Apply a function to every task.

    Light work is done in this process, and so is all work of one task. The rest goes to the `engine`; where
    there is none, to what a program around this library has set with ``joblib.parallel_config``.

    Parameters
    ----------
    function : callable
        Of a module, not a closure: other processes import it by its name.
    tasks : sequence
    heavy : bool
        Whether the work is worth the second that it takes to start processes.

    Returns
    -------
    list
        Results in the order of the tasks.

    Raises
    ------
    RoutesError
        If workers died of a task, or the scheduler went away.

    Examples
    --------
    >>> each(abs, [-1, 2, -3], heavy=False)
    [1, 2, 3]
    """
    engine = _ENGINE.get()
    if len(tasks) <= 1 or not (heavy or (engine is not None and engine.asked)):
        return [function(task) for task in tasks]
    import joblib

    surrounding = joblib.parallel_config(**engine.settings) if engine else nullcontext()
    with surrounding, ExitStack() as stack:
        with _deaf_children():
            show = stack.enter_context((engine.progress if engine else _unseen)())
            # In a tuple, the argument travels with its task. Dask would scatter a bare array to one worker
            # ahead of the task, and what is scattered dies with its worker.
            calls = (joblib.delayed(_call)(function, (task,)) for task in tasks)
            found = joblib.Parallel(return_as="generator", batch_size=1)(calls)
            stack.enter_context(_called_off(found))
        results: list[R] = []
        show(0, len(tasks))
        for result in found:
            results.append(result)
            show(len(results), len(tasks))
    return results


def _call(function: Callable[[T], R], task: tuple[T]) -> R:
    with alone():
        return function(*task)


def _end_with_parent(parent: int) -> None:
    """Let this worker end when the process that started it has ended, however that was.

    A process that is killed cannot call its workers off. They notice when they next want to hand over a
    result, and not at all while they work or wait.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_S)
        os._exit(1)

    if hasattr(signal, "pthread_sigmask"):  # Windows tells a parent that is gone
        threading.Thread(target=watch, daemon=True, name="watch-parent").start()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C.

    A terminal sends it to every process. This one ends its workers itself; without this they would each
    print where they were. A process begins with the signals blocked that its parent had blocked.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # joblib starts it otherwise, and it unblocks the signal again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _called_off(found: Generator[R, None, None]) -> Iterator[None]:
    """Call off what is left of the work if anything goes wrong."""
    try:
        yield
    except BaseException as error:
        with warnings.catch_warnings(action="ignore"):  # joblib warns that it calls work off: that is meant
            found.close()
        lost = _LOST.get(type(error).__name__)
        if lost:
            first_line, _, _ = str(error).partition("\n")
            raise RoutesError(f"{lost}. ({first_line})") from error
        raise


@contextmanager
def engine(
    jobs: int | None = None, scheduler: str | None = None, progress: Progress = _unseen
) -> Iterator[None]:
    """Say who does the work that `each` is given meanwhile.

    Parameters
    ----------
    jobs : int, optional
        Number of local processes. Default: one for each core, and for heavy work only.
    scheduler : str, optional
        Address of a Dask scheduler, ``tcp://host:port``: its workers do the work.
    progress : callable, optional
        Gives a context for each round of tasks, and in it a function that is told how many are done, and of
        how many.

    Raises
    ------
    RoutesError
        If no scheduler answers, it has no worker, or other packages than this process.

    Examples
    --------
    >>> with engine(jobs=1):
    ...     each(abs, [-1, 2], heavy=True)
    [1, 2]
    """
    if scheduler is None:
        settings: dict[str, Any] = {
            "backend": "loky",
            "n_jobs": jobs or -1,
            "inner_max_num_threads": 1,
            "initializer": _end_with_parent,
            "initargs": (os.getpid(),),
        }
        with _set(_Engine(settings, jobs is not None, progress)):
            yield
        return
    with (
        _cluster(scheduler) as client,
        _set(_Engine({"backend": "dask", "client": client}, asked=True, progress=progress)),
    ):
        yield


@contextmanager
def _set(wanted: _Engine) -> Iterator[None]:
    token = _ENGINE.set(wanted)
    try:
        yield
    finally:
        _ENGINE.reset(token)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Client]:
    """Connect to a scheduler whose workers are as this process is."""
    try:
        import dask
        import distributed
    except ImportError as error:
        raise RoutesError(missing("--scheduler", "distributed", "dask")) from error
    if not re.fullmatch(r"(tcp|tls|ws|wss)://[^/\s]+:\d+", scheduler):
        raise RoutesError(f"--scheduler: wanted tcp://host:port, got {scheduler!r}.")
    # Tasks carry their roads with them, which is meant.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 PiB"}):
        try:
            client = distributed.Client(  # type: ignore[no-untyped-call]
                scheduler, timeout=_ANSWER_WITHIN_S, set_as_default=False
            )
        except TypeError as error:  # of a TLS address for which no certificate is configured
            raise RoutesError(
                f"--scheduler {scheduler}: no certificate is configured for TLS: see docs/scale.md. ({error})"
            ) from error
        except OSError as error:
            raise RoutesError(
                f"--scheduler {scheduler}: no Dask scheduler answers there. Start one (dask scheduler) and "
                f"give the address that it prints, tcp://host:port. ({error})"
            ) from error
        log = logging.getLogger("distributed.client")
        level = log.level
        log.setLevel(logging.CRITICAL)  # what goes wrong is told once, by us
        try:
            with client:
                _require_workers(client, scheduler)
                yield client
        finally:
            log.setLevel(level)


def _require_workers(client: Client, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_ANSWER_WITHIN_S)
    except TimeoutError as error:
        raise RoutesError(
            f"--scheduler {scheduler}: it has no worker. Start some (dask worker {scheduler})."
        ) from error
    versions: Any = client.get_versions(check=False, packages=list(_SAME_EVERYWHERE))
    here = versions["client"]["packages"]
    faults = [
        f"{where} has {name} {there['packages'][name] or 'not installed'}, this process {here[name]}"
        for where, there in {"the scheduler": versions["scheduler"], **versions["workers"]}.items()
        for name in _SAME_EVERYWHERE
        if there["packages"][name] != here[name]
    ]
    if faults:
        raise RoutesError(
            f"--scheduler {scheduler}: install the same packages everywhere, from one checkout or wheel, "
            'pip install -c constraints.txt ".[dask]":\n' + "\n".join(faults)
        )
