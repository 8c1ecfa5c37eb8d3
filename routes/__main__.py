"""Run the command line as a process of its own: ``routes``, or ``python -m routes``."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
_ONE_PRESS_S = 1.0
_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run() -> None:
    """Run the command line; an interrupt is told in one line, wherever it falls."""
    try:
        signal.signal(signal.SIGINT, _Interrupt().hear)
        for asked_to_end in _ENDS:
            if signal.getsignal(asked_to_end) != signal.SIG_IGN:  # as nohup has it
                signal.signal(asked_to_end, _end)
        from routes.support.extras import told_of_the_other_routes

        if told := told_of_the_other_routes():
            sys.stderr.write(f"{told}\n")
        from routes.cli import run as run_commands

        run_commands()
    except KeyboardInterrupt:
        pass
    except SystemExit as ended:
        if ended.code != INTERRUPTED:
            raise
    else:
        return
    finally:
        # The work is done or undone: what Python itself still tidies up is not to be disturbed.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stderr.write("Interrupted: nothing was left half done.\n")
    sys.exit(INTERRUPTED)


def _end(number: int, _frame: FrameType | None) -> None:
    """End as after an interrupt: what was begun is undone, and workers are called off."""
    for asked_to_end in _ENDS:
        signal.signal(asked_to_end, signal.SIG_IGN)  # once is enough
    raise SystemExit(128 + number)


class _Interrupt:
    """Interrupts that follow one another closely are one.

    Whoever presses Ctrl-C again at once, or has started the program by another that passes it on, must not
    interrupt the tidying up.
    """

    def __init__(self) -> None:
        self._heard_s = float("-inf")

    def hear(self, _signal: int, _frame: FrameType | None) -> None:
        now, before = time.monotonic(), self._heard_s
        self._heard_s = now
        if now - before > _ONE_PRESS_S:
            raise KeyboardInterrupt


if __name__ == "__main__":
    run()
