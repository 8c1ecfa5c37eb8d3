"""The documentation: what it shows is so, it builds without a warning, and it opens without a network."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import subprocess
import sys
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docs_math
import docs_pages
import pictures
import pytest
import shown_outputs
from browsers import serious_faults
from commands import run
from ladder import RUNGS
from shown_outputs import as_a_process, cells_of, commands_of, differences, pages, run_cell, run_command
from typer.main import get_command

import routes
from routes.cli.app import app
from routes.outputs.schemas import schema_names, schema_text
from routes.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsers import OpenFile

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGES = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in pages()}
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
SCROLLING = ("method.html", "tutorial.html", "data.html", "schemas.html")  # wide things on a telephone
SIZES = [(1280, 800), (390, 844)]


def commands_to_run() -> list[str]:
    blocks = [block for name, text in PAGES.items() if name != "README.md" for block in sh_blocks(text)]
    lines = {line.split("#")[0].split(" > ")[0].strip() for block in blocks for line in block.splitlines()}
    return sorted(line for line in lines if line.startswith("routes "))


def sh_blocks(text: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("command", commands_to_run())
def test_a_command_of_the_documentation_runs(command: str, tmp_path: Path) -> None:
    (tmp_path / "my_seizures.csv").write_bytes((ROOT / "data" / "seizures.csv").read_bytes())
    (config,) = re.findall(r"```toml\n(\[detection\].*?)```", PAGES["docs/howto/parameters.md"], re.DOTALL)
    (tmp_path / "my.toml").write_text(config)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "data").symlink_to(ROOT / "data")
    _what_is_at_hand(tmp_path)
    done = run(*shlex.split(command)[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def _what_is_at_hand(folder: Path) -> None:
    """Files of the reader: a log, a forecast and what came after it, data as they were and as they are."""
    (folder / "log.csv").write_bytes((ROOT / "docs" / "examples" / "effort.csv").read_bytes())
    (folder / "mine.json").write_bytes((ROOT / "forecasts" / "2026-10-04.json").read_bytes())
    header, *rows = (ROOT / "data" / "seizures.csv").read_text(encoding="utf-8").splitlines()
    (after,) = (row for row in rows if row.startswith("2017-09-14-islam-qala-aa,"))
    (folder / "what_came_after.csv").write_text(f"{header}\n{after.replace('2017-09-14', '2026-10-20')}\n")
    for name in ("old", "new"):
        (folder / name).mkdir()
        (folder / name / "seizures.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


SHOWN = [(name, *shown) for name, text in PAGES.items() if name != "README.md" for shown in commands_of(text)]


@pytest.mark.parametrize(("page", "command", "shown"), SHOWN)
def test_a_page_shows_what_the_command_prints(page: str, command: str, shown: str) -> None:
    assert differences(run_command(command, printed), shown) == [], page


def printed(words: list[str]) -> str:
    """What a command prints; those of the README are run as processes of their own (`test_readme`)."""
    if words[0] != "routes":
        return as_a_process(words)
    done = run(*words[1:], cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if cells_of(text)])
def test_the_cells_of_a_page_print_what_it_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for cell in cells_of(PAGES[page]):
        assert differences(run_cell(cell.source, names), cell.shown) == [], cell.source


def test_the_tutorial_goes_all_the_way() -> None:
    cells = " ".join(cell.source for cell in cells_of(PAGES["docs/tutorial.md"]))
    steps = (
        "analyse( as_of= load_inputs(Path place_chokepoints whatif plan( corridor_map( briefing( export_file("
    )
    for step in steps.split():
        assert step in cells


def test_the_tutorial_by_command_line_goes_all_the_way() -> None:
    page = PAGES["docs/tutorial-commands.md"]
    steps = "validate rank chokepoints explain whatif interdict map brief export changes"
    typed = [line.split()[1] for block in sh_blocks(page) for line in block.splitlines()]
    assert list(dict.fromkeys(typed)) == steps.split()
    assert {command.split()[1] for command, _ in commands_of(page)} >= {*steps.split()} - {
        *("map", "brief", "export"),
    }
    for command, _ in commands_of(page):
        assert command.partition(" | ")[0] in page.replace("<!-- output of: " + command, "")
    for name, shown in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", page, re.DOTALL):
        assert (ROOT / name).read_text(encoding="utf-8").startswith(shown)


def test_a_list_that_is_made_up_says_so_in_every_row() -> None:
    header, *rows = (ROOT / "docs" / "examples" / "own-seizures.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("Case No.;")
    assert all(row.startswith("MADE-UP-") and row.endswith(";made up") for row in rows)


PICTURES = re.compile(r"!\[([^\]]*)\]\(([^)]+\.png)\)")


def test_pictures_are_small_told_in_words_and_shown() -> None:
    shown = set()
    for name, text in PAGES.items():
        for alternative, target in PICTURES.findall(text):
            path = (ROOT / name).parent / target
            shown.add(path.resolve())
            assert path.stat().st_size <= pictures.LARGEST_BYTES or name == "README.md", target
            assert len(alternative.split()) > 5, (name, target)
    stored = {ROOT / "docs" / "pictures" / f"{name}.png" for name in pictures.TAKEN}
    assert {*(ROOT / "docs" / "pictures").iterdir()} == stored
    assert shown >= stored - {ROOT / "docs" / "pictures" / "briefing-ru.png"}


def test_a_picture_is_made_small_and_keeps_the_colour_of_its_smallest_sign(tmp_path: Path) -> None:
    from PIL import Image

    raw = Image.effect_noise((400, 300), 20).convert("RGB")
    raw.paste((250, 250, 245), (0, 0, 400, 250))
    raw.paste((0, 158, 115), (10, 10, 14, 14))
    raw.save(tmp_path / "raw.png")
    pictures.small(tmp_path / "raw.png", tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as made:
        assert made.mode == "P"
        assert made.convert("RGB").getpixel((200, 100)) == (250, 250, 245)
        sign = made.convert("RGB").getpixel((12, 12))
    assert all(abs(a - b) < 20 for a, b in zip(sign, (0, 158, 115), strict=True))


@pytest.mark.parametrize("module", [docs_math, docs_pages, shown_outputs])
def test_the_examples_of_the_scripts_run(module: Any) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


def test_a_wrong_word_or_figure_is_seen() -> None:
    assert differences("a 10.0 %", "a 10.0 %") == []
    assert differences("a 20.0 %", "a 10.0 %") != []
    assert differences("b 10.0 %", "a 10.0 %") != []
    assert differences("a 10.0", "a 10.0 %") != []
    assert differences("0.160", "0.150") != []


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, warnings being errors."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def html_of(site: Path, page: str) -> str:
    return (site / page).read_text(encoding="utf-8")


def opened_pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if path.name != "404.html")


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "telephone"])
def test_every_page_opens_without_a_network(
    site: Path, open_file: OpenFile, axe: str, size: tuple[int, int]
) -> None:
    assert len(opened_pages(site)) > 15
    for path in opened_pages(site):
        seen = open_file(path, size)
        assert [*seen.failed, *seen.console, *seen.errors, *seen.dialogs] == [], path
        assert [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:"))] == [], path
        wide, room = seen.page.evaluate(WIDTHS)
        assert wide <= room, path
        # modules.html is made as python.html is, and long: it would take a minute.
        if path.name != "modules.html" and (size == SIZES[0] or path.name in SCROLLING):
            assert serious_faults(seen.page, axe) == [], path
        seen.page.context.close()


@pytest.mark.parametrize("name", ["tutorial.html", "method.html", "reference/python.html"])
def test_the_dark_colours_can_be_read(site: Path, open_file: OpenFile, axe: str, name: str) -> None:
    page = open_file(site / name).page
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    assert serious_faults(page, axe) == []


def test_search_finds_a_word_without_a_network(site: Path, open_file: OpenFile) -> None:
    page = open_file(site / "index.html").page
    page.locator("input.md-search__input").click()
    page.keyboard.type("criticality", delay=20)
    links = page.locator("a.md-search-result__link")
    links.first.wait_for()
    found = links.evaluate_all("all => all.map((each) => new URL(each.href).pathname)")
    assert "method.html" in {Path(link).name for link in found}


def test_links_on_the_pages_lead_somewhere(site: Path) -> None:
    for path in opened_pages(site):
        for link in re.findall(r'href="([^"]+)"', path.read_text(encoding="utf-8")):
            target, _, anchor = unescape(link).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            lands = (path.parent / target) if target else path
            assert lands.exists(), f"{path}: {link}"
            if anchor and lands.suffix == ".html":
                assert f'id="{anchor}"' in lands.read_text(encoding="utf-8"), f"{path}: {link}"


def test_every_formula_is_drawn(site: Path, open_file: OpenFile) -> None:
    method = PAGES["docs/method.md"]
    blocks = len(re.findall(r"^\$\$$", method, re.MULTILINE)) // 2
    page = open_file(site / "method.html").page
    assert page.locator("div.arithmatex > math").count() == blocks > 5
    heights = page.locator("div.arithmatex > math").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert min(heights) > 15
    # A fraction is drawn as one: its numerator stands above its denominator.
    fraction = page.locator("mfrac").first
    above, below = fraction.locator("xpath=*").evaluate_all(
        "both => both.map((each) => each.getBoundingClientRect().top)"
    )
    assert above < below


@pytest.mark.parametrize("page", ["method.html", "reference/modules.html", "reference/python.html"])
def test_no_formula_is_left_as_it_was_typed(site: Path, open_file: OpenFile, page: str) -> None:
    shown = open_file(site / page).page
    article = shown.locator("article")
    article.locator("code, pre").evaluate_all("all => all.forEach((each) => each.remove())")
    text = article.inner_text()
    assert not re.search(r"\$|\\\(|\\\[|:math:|\.\. math", text)
    left = "all => all.filter((each) => !each.querySelector('math')).length"
    assert shown.locator(".arithmatex").evaluate_all(left) == 0
    assert shown.locator("merror").count() == 0


def commands_below(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    for word, below in getattr(command, "commands", {}).items():
        yield f"{name} {word}", below
        yield from commands_below(below, f"{name} {word}")


def test_every_command_and_option_is_in_the_reference(site: Path) -> None:
    text = html_of(site, "reference/commands.html")
    every = list(commands_below(get_command(app), "routes"))
    assert len(every) > 15
    for name, command in every:
        start = text.index(f"<code>{name}</code>")
        end = re.compile(r"<h[23] id").search(text, start + 1)
        described = text[start : end.start() if end else None]
        for parameter in command.params:
            for option in parameter.opts:
                assert f"{option}" in described, name


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = html_of(site, "reference/python.html")
    for name in routes.__all__:
        assert f'id="routes.{name}"' in text


def test_every_module_is_in_the_reference(site: Path) -> None:
    text = html_of(site, "reference/modules.html")
    for rung in RUNGS:
        assert (f'id="routes.{rung}"' in text) == (rung not in docs_pages.NOT_FOR_PYTHON), rung


def test_every_parameter_is_in_the_reference(site: Path) -> None:
    text = re.sub(r"<[^>]+>", "", html_of(site, "reference/parameters.html"))
    for section, values in Parameters().as_dict().items():
        assert section in text
        for name in values:
            assert unescape(text).find(name) >= 0, name


def test_every_schema_is_described_and_lies_beside(site: Path) -> None:
    text = unescape(html_of(site, "reference/schemas.html"))
    for name in schema_names():
        assert (site / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name)
        assert f'id="{name}"' in text
        schema = json.loads(schema_text(name))
        for field in schema["properties"]:
            assert f"<code>{field}</code>" in text, (name, field)


def fields_without_words(schema: dict[str, Any], path: str) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        if not {"description", "const", "$ref"} & set(field):
            yield f"{path}.{name}"
        yield from fields_without_words(field, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from fields_without_words(schema[key], path)
    for name, definition in schema.get("$defs", {}).items():
        yield from fields_without_words(definition, f"{path}#{name}")


@pytest.mark.parametrize("name", schema_names())
def test_every_field_of_a_schema_is_told_in_words(name: str) -> None:
    assert list(fields_without_words(json.loads(schema_text(name)), name)) == []


def test_whom_to_thank_stands_on_every_page(site: Path) -> None:
    for path in opened_pages(site):
        text = path.read_text(encoding="utf-8")
        assert all(name in text for name in ("OpenStreetMap", "ODbL", "Natural Earth", "GeoNames")), path


def test_what_the_package_offers_is_what_its_modules_hold() -> None:
    for name in routes.__all__:
        thing = getattr(routes, name)
        assert getattr(import_module(thing.__module__), name) is thing
        assert name in dir(routes)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = routes.nonsense


def test_importing_the_package_reads_nothing_else() -> None:
    heavy = "{'numpy', 'pandas', 'networkx', 'scipy', 'typer', 'folium'}"
    code = f"import sys, routes; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
