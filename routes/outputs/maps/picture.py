"""A picture of a map page, taken by a browser without a window."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from routes.errors import RoutesError
from routes.support.files import FOR_ALL, write_bytes

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LARGEST_SIDE = 8000
_SMALLEST_SIDE = 200
_TIMEOUT_SECONDS = 120
_SCRIPT_MILLISECONDS = 20_000  # of the page's own clock, which runs ahead while nothing happens
_PNG = b"\x89PNG\r\n\x1a\n"


def size_of(asked: str) -> tuple[int, int]:
    """Read a size in pixels.

    Raises
    ------
    RoutesError
        If it is none, or too large for a browser to paint.

    Examples
    --------
    >>> size_of("1600x1000")
    (1600, 1000)
    """
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", asked.strip().lower())  # noqa: RUF001 - people type it
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(_SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides):
        message = (
            f"size: wanted a width and a height of {_SMALLEST_SIDE} to {LARGEST_SIDE} pixels, such as "
            f"1600x1000, got {asked!r}."
        )
        raise RoutesError(message)
    return sides


def find_browser() -> str:
    """Return the path of a browser that can take pictures.

    Raises
    ------
    RoutesError
        If there is none.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        message = (
            "no Chromium or Chrome on the PATH to take the picture with. Install one (Debian: apt install "
            "chromium), or open the page in any browser and print it to a file."
        )
        raise RoutesError(message)
    return found


def take_picture(page: str, path: Path, size: tuple[int, int] = (1600, 1000), rights: int = FOR_ALL) -> None:
    """Let a browser paint a page into a PNG file, which is written whole or not at all.

    Parameters
    ----------
    page : str
        The page.
    path : Path
        The file to write.
    size : tuple of int
        Width and height in pixels.
    rights : int
        Mode of a new file.

    Raises
    ------
    RoutesError
        If there is no browser, or if it fails; the message holds the last line it said.
    """
    browser = find_browser()
    # The browser's own folder: a running one of the same user would else take the job and not do it.
    with tempfile.TemporaryDirectory(prefix="routes-", ignore_cleanup_errors=True) as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(page, encoding="utf-8")
        said = _run([browser, *_arguments(Path(folder), shot, size), f"{source.as_uri()}#figure"])
        image = shot.read_bytes() if shot.is_file() else b""
    if not image.startswith(_PNG):
        last = (said.strip().splitlines() or ["it said nothing"])[-1]
        message = f"{path}: {browser} took no picture: {last}"
        raise RoutesError(message)
    write_bytes(path, image, rights=rights)


def _arguments(folder: Path, shot: Path, size: tuple[int, int]) -> list[str]:
    arguments = [
        "--headless",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--force-device-scale-factor=1",
        f"--user-data-dir={folder / 'profile'}",
        f"--virtual-time-budget={_SCRIPT_MILLISECONDS}",
        f"--window-size={size[0]},{size[1]}",
        f"--screenshot={shot}",
    ]
    # Chromium refuses to run for the superuser with its sandbox, as in containers; the page is our own.
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox", *arguments] if superuser else arguments


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a browser from the PATH, with arguments of our own
            command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"{command[0]} took no picture within {_TIMEOUT_SECONDS} seconds."
        raise RoutesError(message) from error
    except OSError as error:
        message = f"{command[0]} cannot be run: {error}"
        raise RoutesError(message) from error
    return done.stderr
