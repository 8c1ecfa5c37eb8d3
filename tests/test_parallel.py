"""Who does the work makes no difference to the answer: this process, others, or a cluster that loses one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import joblib
import pytest
from browsers import skip_unless_ci
from commands import run_afresh, run_alone

from routes.errors import Fault, InputError, RoutesError
from routes.support import parallel
from routes.support.parallel import each, engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

WAIT_S = 60
RANK = ("rank", "--format", "json", "--quiet", "--no-cache")  # so that there is work to be shared out


def pid_and(task: int) -> tuple[int, int]:
    return os.getpid(), task


def refuse(task: int) -> int:
    raise InputError([Fault("roads.npz", f"wanted less than {task}", task, "lon")])


def end_the_process(_: int) -> None:
    os._exit(1)


def test_light_work_and_single_tasks_stay_in_this_process() -> None:
    with engine():
        assert each(pid_and, [1, 2], heavy=False) == [(os.getpid(), 1), (os.getpid(), 2)]
        assert each(pid_and, [3], heavy=True) == [(os.getpid(), 3)]
        assert each(pid_and, [], heavy=True) == []
    assert each(pid_and, [1, 2], heavy=True) == [(os.getpid(), 1), (os.getpid(), 2)]


def test_heavy_work_goes_to_other_processes_and_comes_back_in_order() -> None:
    seen = []

    @contextmanager
    def progress() -> Iterator[Callable[[int, int], None]]:
        yield lambda done, of: seen.append((done, of))

    with engine(2, progress=progress):
        done = each(pid_and, range(8), heavy=False)
    assert [task for _, task in done] == list(range(8))
    assert os.getpid() not in {pid for pid, _ in done}
    assert seen == [(i, 8) for i in range(9)]


def test_without_an_engine_the_surrounding_configuration_of_joblib_holds() -> None:
    with joblib.parallel_config(backend="loky", n_jobs=2):
        inside = {pid for pid, _ in each(pid_and, [1, 2, 3], heavy=True)}
    assert os.getpid() not in inside


def test_an_error_of_a_task_comes_back_whole() -> None:
    with engine(2), pytest.raises(InputError) as caught:
        each(refuse, [7, 7], heavy=True)
    assert str(caught.value) == "roads.npz line 7, lon: wanted less than 7"


def test_a_task_that_ends_its_worker_is_told() -> None:
    with engine(2), pytest.raises(RoutesError, match="too little memory"):
        each(end_the_process, [1, 2], heavy=True)
    with engine(2):
        assert [task for _, task in each(pid_and, [1, 2], heavy=True)] == [1, 2]


def test_processes_give_the_same_bytes() -> None:
    alone = run_afresh(*RANK)
    assert alone.returncode == 0
    shared = run_afresh(*RANK, "--jobs", "2")
    assert shared.returncode == 0, shared.stderr
    assert shared.stdout == alone.stdout


def test_the_bundled_data_need_neither_joblib_nor_the_disk(tmp_path: Path) -> None:
    code = (
        "import sys; from routes.cli import main; main(['rank', '--quiet', '--no-cache']);"
        "assert not {'joblib', 'distributed'} & set(sys.modules)"
    )
    environment = os.environ | {"ROUTES_CACHE": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)  # noqa: S603
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--scheduler", "127.0.0.1:8786"], "wanted tcp://host:port, got '127.0.0.1:8786'"),
        (["--scheduler", "tcp://127.0.0.1"], "wanted tcp://host:port"),
        (["--scheduler", "tcp://127.0.0.1:1", "--jobs", "2"], "give one of them"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_bad_use_is_told(options: list[str], said: str) -> None:
    done = run_afresh("rank", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_dask_its_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run_afresh("rank", "--scheduler", "tcp://127.0.0.1:8786")
    assert done.returncode == 2
    assert 'pip install ".[dask]"' in done.stderr


class Cluster:
    """A real scheduler on loopback, and workers that it is given."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        if find_spec("distributed") is None:
            skip_unless_ci('Dask is not installed: pip install ".[dask]"')
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.folder = folder
        self._stack = stack
        self.scheduler = self._start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", str(port))

    def worker(self, name: str, preload: str = "", threads: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker; `preload` is Python that it runs first."""
        options = ["--no-nanny", "--nthreads", str(threads), "--memory-limit", "0", "--name", name]
        options += ["--local-directory", str(self.folder / name)]
        if preload:
            (self.folder / f"{name}.py").write_text(preload, encoding="utf-8")
            options += ["--preload", str(self.folder / f"{name}.py")]
        return self._start(name, "worker", self.address, *options)

    def wait_for(self, workers: int) -> None:
        wait = f"Client({self.address!r}).wait_for_workers({workers}, timeout={WAIT_S})"
        command = [sys.executable, "-c", f"from distributed import Client; {wait}"]
        subprocess.run(command, check=True, capture_output=True, timeout=2 * WAIT_S)  # noqa: S603

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        started = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard"], stdout=log, stderr=log
        )
        self._stack.callback(started.wait)
        self._stack.callback(started.kill)
        return started


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


# The first pieces of legs that this worker gets it holds on to, until it is killed.
HOLD = """
import os, time
from pathlib import Path
from routes.network import build as built

def hold(core, source):
    Path({file!r}).write_text(str(os.getpid()))
    time.sleep(600)

built.legs_from = hold
"""


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(cluster: Cluster, tmp_path: Path) -> None:
    held = tmp_path / "held"
    cluster.worker("lasting")
    doomed = cluster.worker("doomed", HOLD.format(file=str(held)))
    cluster.wait_for(2)
    command = [sys.executable, "-m", "routes", *RANK, "--scheduler", cluster.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ranking:  # noqa: S603
        try:
            wait_until(held.exists)
            assert ranking.poll() is None
            doomed.send_signal(signal.SIGKILL)
            out, err = ranking.communicate(timeout=2 * WAIT_S)
        finally:
            ranking.kill()
    assert (ranking.returncode, err) == (0, b"")
    assert doomed.wait() == -signal.SIGKILL
    assert out.decode() == run_afresh(*RANK).stdout


@pytest.mark.parametrize(
    ("ended", "code", "said"),
    [("scheduler", 2, "the connection to the scheduler was lost"), ("command", 130, "Interrupted")],
)
def test_a_scheduler_that_goes_away_is_told_and_an_interrupt_heard(
    ended: str, code: int, said: str, cluster: Cluster, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    cluster.worker("holding", HOLD.format(file=str(held)), threads=2)
    cluster.wait_for(1)
    command = [sys.executable, "-m", "routes", *RANK, "--scheduler", cluster.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ranking:  # noqa: S603
        try:
            wait_until(held.exists)
            if ended == "scheduler":
                cluster.scheduler.kill()
            else:
                ranking.send_signal(signal.SIGINT)
            out, err = ranking.communicate(timeout=2 * WAIT_S)
        finally:
            ranking.kill()
    assert (ranking.returncode, out) == (code, b"")
    assert said in err.decode()
    assert b"Traceback" not in err


def test_a_scheduler_that_is_not_there_or_has_no_worker_is_told(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_ANSWER_WITHIN_S", 2)
    done = run_afresh("rank", "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "no Dask scheduler answers there" in done.stderr
    monkeypatch.undo()
    done = run_alone("rank", "--scheduler", cluster.address)
    assert done.returncode == 2
    assert f"Start some (dask worker {cluster.address})" in done.stderr
    assert "Traceback" not in done.stderr


# What a worker says of itself that has another version of the package, and one that has none.
OTHER = """
from distributed import versions

say = versions.version

def version(package):
    return {found} if package == "precursor-routes" else say(package)

versions.version = version
"""


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("'0.0.1'", "has precursor-routes 0.0.1, this process"),
        ("say('no such package')", "has precursor-routes not installed, this process"),
    ],
)
def test_a_worker_with_another_installation_is_told(cluster: Cluster, found: str, said: str) -> None:
    cluster.worker("other", OTHER.format(found=found))
    cluster.wait_for(1)
    done = run_alone("rank", "--scheduler", cluster.address)
    assert done.returncode == 2
    assert said in done.stderr
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_encrypted_cluster_without_certificates_is_told() -> None:
    done = run_alone("rank", "--scheduler", "tls://127.0.0.1:1")
    assert done.returncode == 2
    assert "no certificate is configured for TLS" in done.stderr
    assert "Traceback" not in done.stderr
