"""Run a command and watch its time and memory, its workers' too."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Watched:
    """Wall time, highest memory of a process and its children together (PSS: shared pages once), CPU time."""

    seconds: float
    peak_gb: float
    cpu_s: float


def watch(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> Watched:
    """Run a command; raise if it fails, with what it said."""
    start, before = time.perf_counter(), os.times()
    with (folder / "said").open("w+") as said:
        process = psutil.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=said, text=True
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory(process))
            time.sleep(_LOOK_EVERY_S)
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            message = f"{' '.join(command)} ended with {process.returncode}:\n{said.read()[-2000:]}"
            raise RuntimeError(message)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Watched(seconds, peak / 1e9, cpu)


def _memory(process: psutil.Process) -> int:
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_full_info().pss
    except psutil.Error:
        return total  # one of them ended while it was looked at
    return total
