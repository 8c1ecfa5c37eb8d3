"""Where outputs go: through devices and pipes, along links, never over an input, with fitting rights."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from commands import run, run_alone

from routes.errors import RoutesError
from routes.read import bundled
from routes.support.files import FOR_OWNER, check_outputs, write_text, written_whole

pytestmark = pytest.mark.slow

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
CONFIG = ("config", "--output")
FEW = ("--top", "2")  # of a file whose rights or place are looked at, not its content


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def mask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(not ROOT, reason="only the superuser can make a device")
@pytest.mark.parametrize(("minor", "said"), [(3, ""), (7, "No space left on device")])
def test_a_device_is_written_to_and_stays_one(minor: int, said: str, tmp_path: Path) -> None:
    """As /dev/null and /dev/full are, made anew so that nothing can happen to those."""
    device = tmp_path / "device"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    except PermissionError:
        pytest.skip("this machine lets nobody make devices")
    done = run(*CONFIG, device)
    assert done.returncode == (2 if said else 0)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert stat.S_ISCHR(device.stat().st_mode)
    assert names(tmp_path) == ["device"]


@pytest.mark.skipif(not ROOT, reason="only the superuser can make a device")
def test_a_disk_is_refused(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    try:
        os.mknod(disk, stat.S_IFBLK | 0o600, os.makedev(259, 250))  # of a number that no disk has
    except PermissionError:
        pytest.skip("this machine lets nobody make devices")
    done = run(*CONFIG, disk)
    assert done.returncode == 2
    assert "it is a disk" in done.stderr


def test_a_pipe_gets_the_whole_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert run(*CONFIG, pipe).returncode == 0
    reader.join(10)
    assert got == [run("config").stdout]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed_and_stays_one(*, there: bool, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "target", tmp_path / "link"
    if there:
        target.write_text("before", encoding="utf-8")
    link.symlink_to("far/target")
    assert run(*CONFIG, link).returncode == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == run("config").stdout
    assert names(tmp_path) == ["far", "far/target", "link"]


def test_links_in_a_ring_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    done = run(*CONFIG, tmp_path / "a")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("stream", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_by_any_name_is_added_to(stream: str, tmp_path: Path) -> None:
    if not Path("/dev/stdout").exists():
        pytest.skip("no /dev/stdout here")
    file = tmp_path / "all"
    file.write_text("what stands there stays\n", encoding="utf-8")
    command = [sys.executable, "-m", "routes", *CONFIG, stream]
    with file.open("ab") as sink:
        done = subprocess.run(command, stdout=sink, stderr=subprocess.PIPE, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    expected = "what stands there stays\n" + run("config").stdout
    assert file.read_text(encoding="utf-8") == expected
    assert names(tmp_path) == ["all"]


@pytest.mark.slow
def test_an_export_to_standard_output_is_the_file(tmp_path: Path) -> None:
    export = ("export", "--format", "kmz", *FEW, "--output")
    command = [sys.executable, "-m", "routes", *export, "-"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)  # noqa: S603
    assert done.stderr == b""
    assert names(tmp_path) == []
    assert run(*export, "x.kmz", cwd=tmp_path).returncode == 0
    assert done.stdout == (tmp_path / "x.kmz").read_bytes()


@pytest.mark.parametrize("name", ["x" * 255, "x" * 256, "x" * 5000, "ж" * 200])
def test_names_as_long_as_the_disk_bears_and_longer(name: str, tmp_path: Path) -> None:
    done = run(*CONFIG, tmp_path / name)
    assert done.returncode == (0 if len(name) == 255 else 2)
    assert "Traceback" not in done.stderr
    assert ("File name too long" in done.stderr) == (len(name) != 255)
    assert len(names(tmp_path)) == (len(name) == 255)


def test_what_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    """The seizures are faulty, too: that would be told if they had been read."""
    (tmp_path / "s.csv").write_text("nothing\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for output in ("folder", "x" * 300, "postgresql://ann:x@db/cases"):
        for command in ("rank", "map", "brief", "export"):
            done = run(command, "--seizures", "s.csv", "--output", output, cwd=tmp_path)
            assert done.returncode == 2
            assert "s.csv" not in done.stderr
    assert names(tmp_path) == ["folder", "s.csv"]


def of_bundled(folder: Path) -> dict[str, Path]:
    files = {"seizures": "seizures.csv", "roads": "roads.npz", "places": "places.csv"}
    for name in files.values():
        shutil.copy(bundled(name), folder / name)
    (folder / "c.toml").write_text("", encoding="utf-8")
    return {option: folder / name for option, name in files.items()} | {"config": folder / "c.toml"}


OVER_INPUTS = [
    ("rank", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("rank", "--config", "{config}", "--output", "{config}"),
    ("rank", "--roads", "{roads}", "--output", "{roads}"),
    ("rank", "--data", "{folder}", "--output", "{places}"),
    ("rank", "--data", "{folder}", "--output", "{seizures}"),
    ("rank", "--seizures", "{seizures}", "--output", "{folder}/../{folder.name}/seizures.csv"),
    ("rank", "--seizures", "{seizures}", "--output", "{folder}/link"),
    ("rank", "--seizures", "{folder}/link", "--output", "{seizures}"),
    ("rank", "--seizures", "{seizures}", "--output", "{folder}/hard"),
    ("rank", "--sensitivity", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("map", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("map", "--seizures", "{seizures}", "--output", "{folder}/m.html", "--png", "{seizures}"),
    ("map", "--output", "{folder}/m.html", "--png", "{folder}/m.html"),
    ("brief", "--config", "{config}", "--output", "{config}"),
    ("export", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("chokepoints", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("whatif", "--close", "torkham", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("interdict", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("explain", "torkham", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("compare", "--before", "{seizures}", "--after", "2009-01-01:2012-01-01", "--output", "{seizures}"),
    ("backtest", "--train", "{seizures}", "--test", "{places}", "--output", "{places}"),
    ("calibrate", "--seizures", "{seizures}", "--output", "{seizures}"),
    ("validate", "{seizures}", "--output", "{seizures}"),
    ("validate", "{seizures}", "--config", "{config}", "--output", "{config}"),
    ("network", "graph", "--roads", "{roads}", "--output", "{roads}"),
    ("network", "build", "--osm", "{roads}", "--output", "{roads}"),
    ("network", "build", "--crossings", "{places}", "--output", "{places}"),
]


@pytest.mark.parametrize("command", OVER_INPUTS, ids=" ".join)
def test_an_input_is_never_an_output(command: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    files = of_bundled(folder)
    (folder / "link").symlink_to("seizures.csv")
    (folder / "hard").hardlink_to(folder / "seizures.csv")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = run(*[part.format(folder=folder, **files) for part in command], cwd=tmp_path)
    assert done.returncode == 2
    refused = ("is an input of this run", "is another output", "no file of this command ends so")
    assert any(said in done.stderr for said in refused)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert (folder / "link").is_symlink()


@pytest.mark.parametrize("command", ["export", "brief"])
def test_the_file_that_is_written_unless_told_is_no_input_either(command: str, tmp_path: Path) -> None:
    name = {"export": "routes.csv", "brief": "briefing.html"}[command]
    shutil.copy(bundled("seizures.csv"), tmp_path / name)
    before = (tmp_path / name).read_bytes()
    own = ("--seizures", name, "--format", "csv") if command == "export" else ("--config", name)
    done = run(command, *own, cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / name).read_bytes() == before


def test_the_bundled_files_are_inputs_too(tmp_path: Path) -> None:
    with pytest.raises(RoutesError, match="is an input of this run"):
        check_outputs({"--output": bundled("seizures.csv")}, [bundled("seizures.csv")])
    before = bundled("crossings.csv").read_bytes()
    assert run("rank", "--output", bundled("crossings.csv"), cwd=tmp_path).returncode == 2
    assert bundled("crossings.csv").read_bytes() == before


@pytest.mark.usefixtures("mask")
@pytest.mark.parametrize(
    ("command", "mark", "new", "kept"),
    [
        (("export", "--format", "csv", *FEW), "clear", 0o644, 0o640),
        (("export", "--format", "kml", *FEW), "red", 0o600, 0o600),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                (("export", "--format", "gpkg", *FEW), "green", 0o644, 0o640),
                (("export", "--format", "gpkg", *FEW), "amber", 0o600, 0o600),
                (("export", "--format", "geoparquet", *FEW), "amber+strict", 0o600, 0o600),
                (("brief", "--format", "md", "--teams", "0", *FEW), "red", 0o600, 0o600),
                (("map", *FEW), "amber", 0o600, 0o600),
            )
        ),
    ],
)
def test_rights_follow_the_mark(
    command: tuple[str, ...], mark: str, new: int, kept: int, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    arguments = (*command, "--tlp", mark, "--output", output)
    assert run(*arguments).returncode == 0
    assert mode(output) == new
    output.chmod(0o640)
    assert run(*arguments).returncode == 0
    assert mode(output) == kept


@pytest.mark.usefixtures("mask")
@pytest.mark.parametrize("before", [0o600, 0o640, 0o400 | 0o200, 0o660, 0o604, 0o755])
def test_no_mode_is_widened(before: int, tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("", encoding="utf-8")
    file.chmod(before)
    write_text(file, "x")
    assert mode(file) == before
    write_text(file, "x", rights=FOR_OWNER)
    assert mode(file) == before & 0o600


@pytest.mark.skipif(not ROOT, reason="only the superuser can give files away")
def test_a_file_of_another_stays_theirs(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("", encoding="utf-8")
    os.chown(file, 4242, 4343)
    write_text(file, "x")
    assert (file.stat().st_uid, file.stat().st_gid) == (4242, 4343)


def test_nobody_else_can_open_what_is_being_written(tmp_path: Path) -> None:
    with written_whole(tmp_path / "f") as temporary:
        temporary.unlink()
        temporary.write_text("x", encoding="utf-8")  # as a library does, with rights of its own
        assert mode(temporary.parent) == 0o700
    assert names(tmp_path) == ["f"]


def test_what_is_protected_from_writing_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "f"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write to everything
    with pytest.raises(RoutesError, match="protected from writing"):
        write_text(file, "x")
    assert file.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    "command", [("rank",), ("config",), ("schema",), ("network", "info"), ("--help",)], ids=" ".join
)
@pytest.mark.parametrize("stream", ["closed", "full", "gone"])
def test_standard_output_that_takes_nothing(command: tuple[str, ...], stream: str, tmp_path: Path) -> None:
    ends = {"closed": ">&-", "full": ">/dev/full", "gone": "| true"}[stream]
    if stream == "full" and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    line = f"set -o pipefail; '{sys.executable}' -m routes {' '.join(command)} {ends}"
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/bash", "-c", line], capture_output=True, check=False, cwd=tmp_path, text=True
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    if stream == "gone":
        assert done.returncode in (0, 1)
        assert done.stderr == ""
    elif command != ("--help",) or stream == "full":
        assert done.returncode == 2
        assert done.stderr.startswith("standard output")
    assert names(tmp_path) == []


@pytest.mark.slow
def test_standard_error_that_is_closed(tmp_path: Path) -> None:
    output, again = tmp_path / "x.gpkg", tmp_path / "again" / "x.gpkg"
    again.parent.mkdir()
    line = f"'{sys.executable}' -m routes export {' '.join(FEW)} --output '{output}' 2>&- 1>&-"
    assert subprocess.run(["/bin/bash", "-c", line], check=False).returncode == 0  # noqa: S603
    assert run_alone("export", *FEW, "--output", again).returncode == 0
    assert output.read_bytes() == again.read_bytes()
