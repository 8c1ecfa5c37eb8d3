"""Pictures, handling marks and basemaps of the map page."""

from __future__ import annotations

import base64
import re
import stat
import struct
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from region import data_of, page_of

from routes.cli import main
from routes.errors import RoutesError
from routes.outputs.handling import Mark
from routes.outputs.maps.land import road_layer, tiles
from routes.outputs.maps.picture import find_browser, size_of, take_picture
from routes.read import bundled
from routes.roads.road_file import load_roads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browsers import OpenPage

pytestmark = pytest.mark.slow

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _policy(html: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert found
    return found[1].replace("&#39;", "'")


# --- handling marks --------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", list(Mark))
def test_the_mark_stands_in_header_and_footer_in_its_colour(open_page: OpenPage, mark: Mark) -> None:
    visit = open_page(page_of(mark=mark))
    banners = visit.page.locator(".tlp strong")
    assert banners.all_inner_texts() == [mark.label, mark.label]
    colour = banners.first.evaluate("node => getComputedStyle(node).color")
    assert colour == f"rgb({', '.join(str(int(mark.colour[i : i + 2], 16)) for i in (1, 3, 5))})"
    assert banners.first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 16  # 12 points
    assert visit.page.locator(".tlp").last.evaluate(
        "node => node.getBoundingClientRect().bottom <= window.innerHeight"
    )
    assert visit.troubles() == []


# --- basemaps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "Offline",
        "tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "ftp://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example; script-src */{z}/{x}/{y}.png",
        "https://user@tiles.example/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "javascript://alert(1)/{z}/{x}/{y}",
    ],
)
def test_a_basemap_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(RoutesError, match="wanted offline, osm"):
        tiles(asked)


def test_the_policy_allows_images_of_just_the_host_asked_for() -> None:
    html = page_of(basemap="https://tiles.example:8443/{z}/{x}/{y}.png?key=1")
    assert "img-src data: https://tiles.example:8443;" in _policy(html)
    assert "http" not in _policy(page_of())
    assert "img-src data: https://tile.openstreetmap.org;" in _policy(page_of(basemap="osm"))


class _TileServer(BaseHTTPRequestHandler):
    def __init__(self, asked: list[str], *rest: Any) -> None:
        self.asked = asked
        super().__init__(*rest)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(PIXEL)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def tile_server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_TileServer, asked))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_tiles_come_from_the_host_asked_for(open_page: OpenPage, tile_server: tuple[str, list[str]]) -> None:
    address, asked = tile_server
    html = page_of(basemap=f"{address}/{{z}}/{{x}}/{{y}}.png", attribution="<b>Maps & Sons</b>")
    visit = open_page(html, offline=False)
    visit.page.locator("img.leaflet-tile-loaded").first.wait_for(state="attached")
    assert asked
    assert {request.split("/")[2] for request in visit.requests[1:]} == {address.split("/")[2]}
    assert [*visit.failed, *visit.console, *visit.errors] == []
    assert address in visit.page.locator("#network").inner_text()
    assert "asks the network" in visit.page.locator("#network").inner_text()
    assert "<b>Maps & Sons</b>" in visit.page.locator(".leaflet-control-attribution").inner_text()
    assert "Maps & Sons" in visit.page.locator(".panel footer").inner_text()


def test_offline_says_nothing_of_a_network(open_page: OpenPage) -> None:
    assert open_page(page_of()).page.locator("#network").count() == 0


def test_highways_are_compact_and_drawn(open_page: OpenPage) -> None:
    roads = load_roads(bundled("roads.npz"))
    html = page_of(roads=roads)
    written = data_of(html)["roads"]
    assert len(str(written).replace(" ", "")) < 400_000
    assert min(map(len, written)) >= 4
    assert all(isinstance(step, int) for step in written[0])
    assert road_layer(None) == []
    page = open_page(html).page
    assert page.locator("path.highway").count() == 1
    assert "other highway" in page.locator("#legend").inner_text()
    page.locator(".leaflet-control-layers").hover()
    page.get_by_label("Highways").uncheck()
    assert page.locator("path.highway").count() == 0


# --- pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["", "1600", "1600x", "10x10", "99999x1000", "-1x5", "1600x1000x3"])
def test_a_size_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(RoutesError, match="such as 1600x1000"):
        size_of(asked)


@pytest.mark.usefixtures("browser")
def test_a_picture_has_the_size_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "new" / "map.png"
    take_picture(page_of(), file, (700, 500))
    image = file.read_bytes()
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (700, 500)
    assert [each.name for each in file.parent.iterdir()] == ["map.png"]


def test_without_a_browser_the_command_says_so_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        main(["map", "--output", str(tmp_path / "a.html"), "--png", str(tmp_path / "a.png")])
    assert left.value.code == 2
    assert "no Chromium or Chrome on the PATH" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "chromium"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho first >&2\necho it broke >&2\nexit 1\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(fake.parent))
    assert find_browser() == str(fake)
    with pytest.raises(RoutesError, match=r"took no picture: it broke"):
        take_picture("<p>", tmp_path / "out" / "a.png")
    assert not (tmp_path / "out").exists()
