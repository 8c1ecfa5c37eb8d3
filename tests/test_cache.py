"""The cache gives back what was built, notices what is wrong with it, and bears several processes."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import pickle
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from grid_roads import grid_file

from routes.analysis import build_world
from routes.parameters import Parameters, RoadSpeeds
from routes.read.inputs import load_inputs
from routes.read.paths import Source
from routes.support import cache
from routes.support import entries as on_disk
from routes.support.cache import kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from routes.read.inputs import Inputs

WAIT_S = 120


@dataclass(frozen=True)
class Leaf:
    name: str
    numbers: np.ndarray


@dataclass(frozen=True)
class Tree:
    """All that an entry can hold; `one` and `two` may be the same leaf."""

    one: Leaf
    two: Leaf
    table: pd.DataFrame
    names: dict[int, str]
    parts: tuple[object, ...]


TYPES = (Leaf, Tree)
KEY = {"file": "0123"}


def tree() -> Tree:
    leaf = Leaf("käse", np.arange(5.0))
    table = pd.DataFrame(
        {"id": ["a", "b"], "mixed": pd.Series(["x", np.nan], dtype=object), "km": [1.5, np.nan], "n": [1, 2]}
    )
    return Tree(leaf, leaf, table, {3: "three"}, (None, True, 0.1 + 0.2, [np.zeros((0, 2), np.int8)]))


def never() -> Tree:
    raise AssertionError("it is in the cache")


def same(one: object, two: object) -> bool:
    """Whether two values hold the same, to the last bit."""
    if type(one) is not type(two):
        return False
    if isinstance(one, pd.DataFrame):
        return one.dtypes.equals(two.dtypes) and one.equals(two)
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (two.dtype, two.shape, two.tobytes())
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))
    if isinstance(one, dict):
        one, two = list(one.items()), list(two.items())
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    built = kept(tmp_path, KEY, tree, TYPES)
    found = kept(tmp_path, KEY, never, TYPES)
    assert same(built, found)
    assert same(found, tree())
    assert found.one is found.two
    assert not found.one.numbers.flags.writeable


def test_arrays_come_back_as_they_lay_in_memory(tmp_path: Path) -> None:
    """In another order of memory, sums of them would come out otherwise in the last bits."""
    across = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    strided = np.arange(10, dtype="<i2")[::3]
    days = np.array(["2020-01-02", "NaT"], "datetime64[D]")
    arrays = [across, strided, days, np.array(["é", ""]), np.zeros((0, 4)), np.array(3.5), np.array([True])]
    kept(tmp_path, KEY, lambda: arrays, ())
    (entry,) = entries(tmp_path)
    assert {file.name for file in entry.iterdir()} == {"index.json", "arrays.bin"}
    found = kept(tmp_path, KEY, never, ())
    assert all(map(same, found, arrays))
    assert found[0].flags.f_contiguous
    assert not any(array.flags.writeable for array in found)
    assert all(array.ctypes.data % 64 == 0 for array in found if array.size)


def test_an_array_of_objects_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot keep an array of object"):
        kept(tmp_path, KEY, lambda: np.array([{}], object), ())
    assert not entries(tmp_path)


def test_another_key_is_another_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, KEY, tree, TYPES)
    kept(tmp_path, {"file": "4567"}, tree, TYPES)
    monkeypatch.setattr(cache, "__version__", "another")
    kept(tmp_path, KEY, tree, TYPES)
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    kept(tmp_path, KEY, tree, TYPES)
    assert len(entries(tmp_path)) == 4


def cut_short(entry: Path) -> None:
    array = entry / "arrays.bin"
    array.write_bytes(array.read_bytes()[:-1])


def flip_a_bit(entry: Path) -> None:
    content = bytearray((entry / "arrays.bin").read_bytes())
    content[-1] ^= 1
    (entry / "arrays.bin").write_bytes(content)


def lose_a_file(entry: Path) -> None:
    (entry / "arrays.bin").unlink()


def lose_the_index(entry: Path) -> None:
    (entry / "index.json").unlink()


def cut_the_index(entry: Path) -> None:
    index = entry / "index.json"
    index.write_bytes(index.read_bytes()[:-10])


def change_the_index(entry: Path) -> None:
    index = entry / "index.json"
    index.write_bytes(index.read_bytes().replace(b"three", b"seven"))


def be_a_file(entry: Path) -> None:
    for file in entry.iterdir():
        file.unlink()
    entry.rmdir()
    entry.write_text("what is this?", encoding="utf-8")


def sealed(entry: Path, change: Callable[[dict], None]) -> None:
    """Change the index and make its checksums right again, as one who means harm would."""
    _, _, content = (entry / "index.json").read_bytes().partition(b"\n")
    index = json.loads(content)
    change(index)
    arrays = (entry / "arrays.bin").read_bytes()
    for known in index["arrays"]:
        start, kind, shape = known[:3]
        end = start + np.dtype(kind).itemsize * math.prod(shape)
        known[-1] = hashlib.sha256(arrays[start:end]).hexdigest()
    content = json.dumps(index).encode()
    (entry / "index.json").write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def be_of_other_files(entry: Path) -> None:
    sealed(entry, lambda index: index["key"].update(file="89ab"))


def hold_another_type(entry: Path) -> None:
    sealed(entry, lambda index: index["value"]["object"].__setitem__(0, "Popen"))


def hold_another_member(entry: Path) -> None:
    sealed(entry, lambda index: index["value"]["object"][1].append(["more", 1]))


def hold_nonsense(entry: Path) -> None:
    sealed(entry, lambda index: index.update(value={"eval": "1"}))


def hold_an_array_too_few(entry: Path) -> None:
    sealed(entry, lambda index: index["arrays"].pop())


def hold_objects(entry: Path) -> None:
    """An array of addresses in memory, which anything could lie at."""
    sealed(entry, lambda index: index["arrays"][0].__setitem__(1, "|O"))


def begin_before_the_file(entry: Path) -> None:
    sealed(entry, lambda index: index["arrays"][0].__setitem__(0, -1))


def be_larger_than_the_file(entry: Path) -> None:
    sealed(entry, lambda index: index["arrays"][0].__setitem__(2, [1 << 60]))


@pytest.mark.parametrize(
    "harm",
    [
        cut_short,
        flip_a_bit,
        lose_a_file,
        lose_the_index,
        cut_the_index,
        change_the_index,
        be_a_file,
        be_of_other_files,
        hold_another_type,
        hold_another_member,
        hold_nonsense,
        hold_an_array_too_few,
        hold_objects,
        begin_before_the_file,
        be_larger_than_the_file,
    ],
    ids=lambda harm: harm.__name__,
)
def test_a_damaged_or_foreign_entry_is_told_and_built_again(
    harm: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept(tmp_path, KEY, tree, TYPES)
    (entry,) = entries(tmp_path)
    harm(entry)
    assert same(kept(tmp_path, KEY, tree, TYPES), tree())
    (record,) = caplog.records
    assert str(entry) in record.getMessage()
    assert "is built again" in record.getMessage()
    caplog.clear()
    assert same(kept(tmp_path, KEY, never, TYPES), tree())
    assert not caplog.records
    assert entries(tmp_path) == [entry]


def of_another(folder: Path, entry: Path) -> None:
    os.chown(entry / "arrays.bin", 4242, 4242)
    del folder


def folder_of_another(folder: Path, entry: Path) -> None:
    os.chown(folder, 4242, 4242)
    del entry


def open_to_the_group(folder: Path, entry: Path) -> None:
    entry.chmod(0o770)
    del folder


def a_file_open_to_all(folder: Path, entry: Path) -> None:
    (entry / "index.json").chmod(0o666)
    del folder


def a_folder_open_to_the_group(folder: Path, entry: Path) -> None:
    folder.chmod(0o775)
    del entry


def a_link(folder: Path, entry: Path) -> None:
    entry.rename(folder.with_name("elsewhere"))
    entry.symlink_to(folder.with_name("elsewhere"))


def a_file_that_is_a_link(folder: Path, entry: Path) -> None:
    (entry / "arrays.bin").rename(folder.with_name("elsewhere"))
    (entry / "arrays.bin").symlink_to(folder.with_name("elsewhere"))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are other rights on this system")
@pytest.mark.parametrize(
    "change",
    [
        of_another,
        folder_of_another,
        open_to_the_group,
        a_file_open_to_all,
        a_folder_open_to_the_group,
        a_link,
        a_file_that_is_a_link,
    ],
    ids=lambda change: change.__name__,
)
def test_what_another_could_have_written_is_not_believed(
    change: Callable[[Path, Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It says what was kept, and might as well say anything; it is left where it is, and told."""
    if "another" in change.__name__ and os.geteuid() != 0:
        pytest.skip("only the superuser can give files away")
    folder = tmp_path / "cache"
    kept(folder, KEY, tree, TYPES)
    (entry,) = entries(folder)
    change(folder, entry)
    built = []
    assert same(kept(folder, KEY, lambda: built.append(1) or tree(), TYPES), tree())
    assert built
    assert "is not believed" in caplog.text
    assert os.path.lexists(entry)


def test_the_cache_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cache"
    kept(folder, KEY, tree, TYPES)
    (entry,) = entries(folder)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, entry)} == {0o700}


def test_a_folder_for_all_may_hold_own_entries(tmp_path: Path) -> None:
    """As /tmp is: everybody writes, nobody takes away."""
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o1777)
    kept(folder, KEY, tree, TYPES)
    kept(folder, KEY, never, TYPES)


class Harmful:
    """Unpickled, it makes a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.file),)


def an_array_of_objects(harmful: Harmful) -> bytes:
    written = io.BytesIO()
    np.save(written, np.array([harmful], object), allow_pickle=True)
    return written.getvalue()


def an_archive(harmful: Harmful) -> bytes:
    written = io.BytesIO()
    np.savez(written, np.array([harmful], object))
    return written.getvalue()


@pytest.mark.parametrize("harmful", [pickle.dumps, an_array_of_objects, an_archive])
def test_a_pickle_in_an_entry_is_not_run(
    harmful: Callable[[Harmful], bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(Harmful(mark)))  # noqa: S301 - to show that it would
    assert mark.is_dir()
    mark.rmdir()
    folder = tmp_path / "cache"
    kept(folder, KEY, tree, TYPES)
    (entry,) = entries(folder)
    content = (entry / "arrays.bin").read_bytes()
    (entry / "arrays.bin").write_bytes(harmful(Harmful(mark)) + content)
    sealed(entry, lambda _: None)
    kept(folder, KEY, never, TYPES)  # numbers, if not those that were kept
    assert not mark.exists()
    sealed(entry, lambda index: index["arrays"][0].__setitem__(1, "|O"))
    assert same(kept(folder, KEY, tree, TYPES), tree())
    assert not mark.exists()
    assert "is built again" in caplog.text


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert same(kept(tmp_path / "file" / "cache", KEY, tree, TYPES), tree())
    (record,) = caplog.records
    assert "--no-cache" in record.getMessage()


def test_the_least_recently_used_go_first_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x" * 1000, encoding="utf-8")
    keys = [{"file": str(i)} for i in range(3)]
    for i, key in enumerate(keys):
        before = set(entries(tmp_path))
        kept(tmp_path, key, tree, TYPES)
        (new,) = set(entries(tmp_path)) - before
        os.utime(new, (1000 + i, 1000 + i))
    kept(tmp_path, keys[0], never, TYPES)  # used now
    size = sum(file.stat().st_size for file in new.iterdir())
    monkeypatch.setattr(on_disk, "LIMIT_BYTES", 2 * size + size // 2)
    kept(tmp_path, {"file": "new"}, tree, TYPES)
    kept(tmp_path, keys[0], never, TYPES)
    with pytest.raises(AssertionError, match="it is in the cache"):
        kept(tmp_path, keys[1], never, TYPES)
    with pytest.raises(AssertionError, match="it is in the cache"):
        kept(tmp_path, keys[2], never, TYPES)
    assert (tmp_path / "mine" / "thesis.txt").exists()
    monkeypatch.setattr(on_disk, "LIMIT_BYTES", 1)
    kept(tmp_path, {"file": "newer"}, tree, TYPES)
    kept(tmp_path, {"file": "newer"}, never, TYPES)  # too large, and kept all the same
    assert len(entries(tmp_path)) == 2


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    old, young = (tmp_path / f".{letter * 32}.{letter * 16}" for letter in "ab")
    for folder, age in ((old, 2 * 86_400), (young, 60)):
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    kept(tmp_path, KEY, tree, TYPES)
    assert not old.exists()
    assert young.exists()


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROUTES_CACHE", str(tmp_path))
    assert on_disk.cache_folder() == tmp_path
    monkeypatch.delenv("ROUTES_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert on_disk.cache_folder().name == "routes"


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grid_file(tmp_path_factory.mktemp("grid") / "grid.npz", 60_000)


@pytest.fixture(scope="module")
def large(grid: Path) -> Inputs:
    return load_inputs(source=Source(roads=grid))


def test_a_large_network_and_its_legs_come_back_to_the_last_bit(large: Inputs, tmp_path: Path) -> None:
    inputs = replace(large, cache=tmp_path)
    built = build_world(large, Parameters())
    assert not entries(tmp_path)
    build_world(inputs, Parameters())
    assert len(entries(tmp_path)) == 1
    found = build_world(inputs, Parameters())
    assert same(found.network, built.network)
    assert same(found.legs, built.legs)
    for country, part in found.legs.items():
        assert part.block is found.network.blocks[country]


def test_what_the_network_hangs_on_is_in_its_key(large: Inputs, tmp_path: Path) -> None:
    inputs = replace(large, cache=tmp_path)
    build_world(inputs, Parameters())
    build_world(replace(inputs, seizures=inputs.seizures.head(3)), Parameters())
    build_world(replace(inputs, hashes=inputs.hashes | {"seizures": "0"}), Parameters())
    assert len(entries(tmp_path)) == 1
    slow = Parameters(road_speeds=RoadSpeeds(gravel=20))
    assert not same(build_world(inputs, slow).legs, build_world(inputs, Parameters()).legs)
    assert len(entries(tmp_path)) == 2
    for i, name in enumerate(("roads.npz", "crossings.csv", "places.csv"), 3):
        build_world(replace(inputs, hashes=inputs.hashes | {name: "0"}), Parameters())
        assert len(entries(tmp_path)) == i


def test_small_networks_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routes.network.build.CACHE_PAYS_EDGES", 1_000_000)
    build_world(load_inputs(source=Source(cache=tmp_path)), Parameters())
    assert not entries(tmp_path)


# Two processes stand where each is about to give its entry the same name, and go on together.
MEET = """
import sys, time
from pathlib import Path

give_name = Path.rename

def meet(self, target):
    Path(sys.argv[1], sys.argv[2]).touch()
    while not Path(sys.argv[1], "go").exists():
        time.sleep(0.002)
    return give_name(self, target)

Path.rename = meet
from routes.cli import main
main(sys.argv[3:])
"""


@pytest.mark.slow
def test_two_processes_at_once_do_no_harm(grid: Path, tmp_path: Path) -> None:
    folder, where = tmp_path / "cache", tmp_path / "meet"
    where.mkdir()
    rank = ["rank", "--roads", str(grid), "--format", "json"]
    environment = os.environ | {"ROUTES_CACHE": str(folder)}
    both = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", MEET, str(where), name, *rank],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for name in ("one", "two")
    ]
    try:
        deadline = time.monotonic() + WAIT_S
        while len(entries(where)) < 2:
            assert time.monotonic() < deadline, "they did not meet"
            time.sleep(0.02)
        assert [path.name[0] for path in entries(folder)] == [".", "."]
        (where / "go").touch()
        ended = [(*process.communicate(timeout=WAIT_S), process.returncode) for process in both]
    finally:
        for process in both:
            process.kill()
    assert ended[0] == ended[1]
    assert ended[0][1:] == (b"", 0)
    (entry,) = entries(folder)
    assert not entry.name.startswith(".")
    third = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "routes", *rank], env=environment, capture_output=True, check=True
    )
    assert (third.stdout, third.stderr) == ended[0][:2]
    assert entries(folder) == [entry]


@pytest.mark.slow
def test_damage_is_told_on_standard_error_and_no_cache_leaves_the_disk_alone(
    grid: Path, tmp_path: Path
) -> None:
    environment = os.environ | {"ROUTES_CACHE": str(tmp_path / "cache")}

    def rank(*options: str) -> tuple[bytes, bytes]:
        command = [sys.executable, "-m", "routes", "rank", "--roads", str(grid), *options]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603
        return done.stdout, done.stderr

    plain = rank("--no-cache")
    assert plain[1] == b""
    assert not list(tmp_path.iterdir())
    assert rank() == plain
    (entry,) = entries(tmp_path / "cache")
    flip_a_bit(entry)
    table, told = rank()
    assert table == plain[0]
    assert (
        told.decode()
        == f"{entry}: this entry of the cache cannot be used and is built again: arrays.bin is damaged\n"
    )
    flip_a_bit(entry)
    assert rank("--quiet") == plain
