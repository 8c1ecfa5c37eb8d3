"""One palette, one set of symbols: told apart by shape, by colour, by the colour-blind and in grey."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import routes
from routes.outputs import palette, symbols
from routes.outputs.maps import assets
from routes.outputs.text import percent

OUTPUTS = Path(routes.__file__).parent / "outputs"
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB
SIMULATED = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ @ np.ones(3)


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def lightness(colour: str) -> float:
    return float(lab(linear(colour))[0])


def contrast(one: str, other: str) -> float:
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, eyes: str) -> np.ndarray:
    return lab(np.array(SIMULATED[eyes]) @ linear(colour)) if eyes in SIMULATED else lab(linear(colour))


def test_lightness_is_measured_rightly() -> None:
    assert lightness("#ffffff") == pytest.approx(100, abs=0.1)
    assert lightness("#777777") == pytest.approx(50.0, abs=0.5)


def test_no_two_symbols_have_one_shape() -> None:
    assert len({symbol.shape for symbol in symbols.SYMBOLS}) == len(symbols.SYMBOLS)
    assert len({symbol.name for symbol in symbols.SYMBOLS}) == len(symbols.SYMBOLS)


@pytest.mark.parametrize("eyes", ["all colours", *SIMULATED])
def test_places_and_seizures_have_colours_that_all_can_tell_apart(eyes: str) -> None:
    drawn = [*symbols.PLACES.values(), *symbols.SEIZURES.values()]
    for one, other in combinations(drawn, 2):
        apart = np.linalg.norm(seen(one.colour, eyes) - seen(other.colour, eyes))
        assert apart > 11, (one.name, other.name)


def test_places_differ_in_grey_as_well() -> None:
    shades = sorted(lightness(symbol.colour) for symbol in symbols.PLACES.values())
    assert all(after - before > 8 for before, after in pairwise(shades))
    used, unused = (lightness(symbols.SEIZURES[used].colour) for used in (True, False))
    assert abs(used - unused) > 7


@pytest.mark.parametrize("eyes", ["all colours", *SIMULATED])
def test_classes_of_shares_grow_darker_and_on_dark_ground_lighter(eyes: str) -> None:
    colours = [look.colour for look in palette.share_classes(0.3)]
    shades = [seen(colour, eyes)[0] for colour in colours]
    assert all(before - after > 8 for before, after in pairwise(shades))
    twins = palette.dark_twins()
    shades = [seen(twins[colour], eyes)[0] for colour in colours]
    assert all(after - before > 8 for before, after in pairwise(shades))


LINES = ("border", "other-border", "disputed", "highway", "rest")


@pytest.mark.parametrize("theme", [palette.PAGE, palette.PAGE | palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["land", "other-land"])
def test_every_class_of_line_stands_out_from_the_land(theme: dict[str, str], ground: str) -> None:
    dark = theme["land"] == palette.DARK["land"]
    twins = palette.dark_twins()
    classes = [look.colour for look in palette.share_classes(0.3)]
    drawn = [theme[name] for name in LINES] + [twins[each] if dark else each for each in classes]
    for colour in drawn:
        assert contrast(colour, theme[ground]) >= 3, colour


@pytest.mark.parametrize("theme", [palette.PAGE, palette.PAGE | palette.DARK], ids=["light", "dark"])
def test_what_is_written_can_be_read_in_both_themes(theme: dict[str, str]) -> None:
    for name in ("ink", "soft"):
        for ground in ("paper", "white", "faint", "lit", "told", "warned"):
            assert contrast(theme[name], theme[ground]) >= 4.5, (name, ground)
    for name in ("ink", "country-name", "city-name", "country-name-around"):
        for ground in ("land", "other-land", "sea"):
            assert contrast(theme[name], theme[ground]) >= 4.4, (name, ground)
    assert contrast(theme["white"], theme["cluster"]) >= 4.5
    assert contrast(theme["focus"], theme["paper"]) >= 3


def test_every_colour_has_one_twin() -> None:
    """A style sheet knows a colour by its value alone: no value may stand for two that differ in the dark."""
    values: dict[str, set[str]] = {}
    for name, light in palette.PAGE.items():
        values.setdefault(light, set()).add(palette.DARK.get(name, light))
    shared = {light: twins for light, twins in values.items() if len(twins) > 1}
    assert {light: twins for light, twins in shared.items() if light != palette.PAGE["white"]} == {}
    assert {*palette.DARK} <= {*palette.PAGE}


def test_what_is_drawn_stands_out_from_the_land() -> None:
    for symbol in (*symbols.SEIZURES.values(), *symbols.POSTS.values()):
        assert contrast(symbol.colour, palette.PAGE["land"]) >= 3
    for name in ("ink", "soft", "country-name", "city-name"):
        assert contrast(palette.PAGE[name], palette.PAGE["land"]) >= 4.5


@pytest.mark.parametrize("shape", ["square", "diamond", "pentagon", "triangle"])
def test_shapes_of_one_size_have_one_area(shape: symbols.Shape) -> None:
    x, y = np.array(symbols.corners(shape)).T
    area = abs(np.sum(x * np.roll(y, 1) - y * np.roll(x, 1))) / 2
    assert area == pytest.approx(np.pi, rel=2e-3)


def test_no_colour_is_written_elsewhere() -> None:
    found = [
        f"{path.relative_to(OUTPUTS)}: {line.strip()}"
        for path in sorted(OUTPUTS.rglob("*"))
        if path.suffix in (".py", ".js", ".css", ".html") and path.name != "palette.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if HEX.search(line) and not line.lstrip().startswith(">>>")
    ]
    assert found == []


def test_style_sheets_name_colours_that_there_are() -> None:
    for path in OUTPUTS.rglob("*.css"):
        for name in re.findall(r"var\(--([\w-]+)\)", path.read_text(encoding="utf-8")):
            assert name in palette.PAGE, f"{path.name}: {name}"
    scripts = "".join(path.read_text(encoding="utf-8") for path in OUTPUTS.rglob("*.js"))
    for dotted, quoted in re.findall(r"COLOURS(?:\.(\w+)|\[\"([\w-]+)\"\])", scripts):
        assert (dotted or quoted) in palette.PAGE


NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="no node")
def test_the_script_of_the_map_writes_percentages_as_python_does() -> None:
    values = [
        0,
        1e-12,
        1e-6,
        0.0002,
        0.00099,
        0.001,
        0.0025,
        0.1225,
        0.1275,
        0.12345,
        0.5,
        0.999,
        0.9995,
        1,
        1.5,
        -0.25,
    ]
    values += [number / 4000 for number in range(4001)] + [number / 999 for number in range(1000)]
    spoken = 'const data = { words: { own: "en", others: {}, messages: {} } };'
    sources = "\n".join([spoken, assets.own("language.js"), assets.own("figures.js")])
    script = f"{sources}\nconsole.log(JSON.stringify({json.dumps(values)}.map(percent)));"
    done = subprocess.run([str(NODE), "-e", script], capture_output=True, encoding="utf-8", check=True)  # noqa: S603
    assert json.loads(done.stdout) == [percent(value) for value in values]


@given(st.sampled_from(["square", "diamond", "pentagon", "triangle", "circle", "cross"]), st.floats(2, 40))
def test_a_path_stays_around_its_point(shape: symbols.Shape, radius: float) -> None:
    drawn = symbols.path(shape, 100, 100, radius)
    assert drawn.startswith("M")
    assert "nan" not in drawn
