"""Languages: catalogues that are whole, numbers and names in their forms, no sentence left over."""

from __future__ import annotations

import ast
import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import catalogues
import pandas as pd
import pytest
from babel.messages.extract import extract_from_file
from babel.numbers import format_decimal
from babel.plural import to_python
from browsers import show_tab
from commands import run
from hypothesis import given
from hypothesis import strategies as st
from region import RANKING, data_of, page_of, seizure_row

import routes
from routes.analysis import analyse
from routes.cli.speech import language_of
from routes.errors import InputError
from routes.outputs.briefing import as_html, as_markdown, briefing, material_for, operation_rows
from routes.outputs.icd203 import likelihood
from routes.outputs.language import Language, figures, isolated, speaking, tr, trn
from routes.outputs.maps import bilingual, corridor_map
from routes.outputs.placenames import country_name, forms, place_name, with_names
from routes.outputs.text import date, decimal, mass, percent, plain, quantity, shortened
from routes.outputs.vocabulary import unused_words
from routes.parameters import Parameters
from routes.planning.plan import plan
from routes.read import bundled, read_crossings, read_operations, read_places
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsers import OpenPage, Visit

    from routes.analysis import Analysis
    from routes.read.inputs import Inputs

PACKAGE = Path(routes.__file__).parent
ROOT = PACKAGE.parent
TEMPLATES = PACKAGE / "outputs" / "maps" / "templates"
OTHERS = [language for language in Language if language is not Language.en]
IDS = [*read_crossings(bundled("crossings.csv"))["crossing_id"]]
SAYING = {"tr", "trn", "trp", "message", "message_n", "message_p"}

# --- the catalogues ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template() -> Any:
    return catalogues.sources()


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_message_of_the_sources_and_no_other(language: Language, template: Any) -> None:
    stored = catalogues.read(catalogues.CATALOGUES / f"{language}.po")
    said, known = ({(m.context, m.id) for m in each if m.id} for each in (template, stored))
    assert not said - known, "new: run scripts/catalogues.py and translate"
    assert not known - said, "said no more: run scripts/catalogues.py"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_its_plural_forms_and_braces(language: Language) -> None:
    stored = catalogues.read(catalogues.CATALOGUES / f"{language}.po")
    assert [*catalogues.faults(stored)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_run_reads_is_made_of_the_catalogue(language: Language) -> None:
    path = catalogues.CATALOGUES / f"{language}.po"
    assert path.with_suffix(".mo").read_bytes() == catalogues.as_mo(catalogues.read(path))


def test_a_message_without_translation_form_or_brace_is_a_fault() -> None:
    from babel.messages.catalog import Catalog

    catalogue = Catalog(locale="ru")
    catalogue.add("a {place}", "b {place}")
    catalogue.add("c {place}", "d {plaice}")
    catalogue.add(("{n} e", "{n} es"), ("{n} f", "{n} g", ""))
    catalogue.add("h", "")
    told = " ".join(catalogues.faults(catalogue))
    assert "'a {place}'" not in told
    for wrong in ("'c {place}': wants", "'{n} es'): is not", "'h': is not"):
        assert wrong in told


def _calls() -> Iterator[tuple[Path, str, list[ast.expr]]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                yield path, node.func.id, node.args


def test_no_message_is_put_together_where_the_catalogue_cannot_see_it(template: Any) -> None:
    """Also inside an f-string, into which the extraction of Babel does not look before Python 3.12."""
    known = {part for m in template for part in (m.id if isinstance(m.id, tuple) else (m.id,))}
    for path, name, args in _calls():
        texts = (
            args[1:]
            if name in {"trp", "message_p"}
            else args[:2]
            if name in {"trn", "message_n"}
            else args[:1]
        )
        for text in texts:
            where = f"{path.name}:{text.lineno}"
            assert not isinstance(text, ast.JoinedStr | ast.BinOp), f"{where}: put together"
            if isinstance(text, ast.Constant) and text.value:
                assert text.value in known, f"{where}: {text.value!r} is not extracted"


_SAID = re.compile(r"(?<![\w.])t[np]?\(")
_AGAIN = re.compile(r"function t[np]?\(|=> t[np]?\((?:message|context|one),")


@pytest.mark.parametrize("script", sorted(path.name for path in TEMPLATES.glob("*.js")))
def test_every_message_of_a_script_is_found(script: str) -> None:
    """Nothing but literal texts is said, and what Babel finds is found (it overlooks some)."""
    source = re.sub(r"(?s)/\*.*?\*/", "", (TEMPLATES / script).read_text(encoding="utf-8"))
    calls = bilingual.script_calls(script)
    said = len(_SAID.findall(source)) - len(_AGAIN.findall(source))
    assert said == len(calls)
    keywords = {"t": None, "tn": (1, 2), "tp": (1, 2)}
    found = extract_from_file("javascript", TEMPLATES / script, keywords=keywords)
    texts = {
        part for _, message, _, _ in found for part in (message if isinstance(message, tuple) else (message,))
    }
    assert texts <= {text for _, *both in calls for text in both}


# --- numbers, dates, plural forms -------------------------------------------------------------------


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_numbers_are_written_as_babel_writes_them(value: float, digits: int) -> None:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    rounded = Decimal(f"{value:.{digits}f}")
    with speaking("ru"):
        assert figures(f"{rounded:,}") == format_decimal(rounded, pattern, locale="ru")


def test_the_plural_form_is_that_of_the_language() -> None:
    form = to_python({"one": "n % 10 = 1 and n % 100 != 11", "few": "n % 10 = 2..4 and n % 100 != 12..14"})
    words = {"one": "замечание.", "few": "замечания.", "other": "замечаний."}
    for amount in range(200):
        with speaking("ru"):
            assert trn("{n} finding.", "{n} findings.", amount).split()[-1] == words[form(amount)]


def test_figures_stand_in_the_form_of_the_language() -> None:
    with speaking("ru"):
        assert percent(0.1234) == "12,3\u00a0%"
        assert percent(0.0002) == "<\u00a00,1\u00a0%"
        assert decimal(-12345.678, 1) == "\u221212\u00a0345,7"
        assert quantity(14000.0, "kg") == "14\u00a0000 кг"
        assert mass(15_800.0) == "15,8 т"
        assert date("2008-03", "month") == "март 2008"
        assert date("2008-07-02", "day") == "02.07.2008"
        assert date(pd.Timestamp(2010, 3, 1), "year") == "2010"
        assert likelihood(0.9) == "весьма вероятно"
    assert percent(0.1234) == "12.3\u00a0%"


def test_a_language_is_spoken_for_one_block_only() -> None:
    with speaking("ru"):
        with speaking("en"):
            assert tr("Share") == "Share"
        assert tr("Share") == "Доля"
    assert tr("Share") == "Share"
    with pytest.raises(ValueError, match="xx"), speaking("xx"):
        pass


def test_a_value_is_not_read_as_a_template() -> None:
    assert tr("Seizure, {place}", place="{title} %s \\u0041") == "Seizure, {title} %s \\u0041"


# --- names ------------------------------------------------------------------------------------------


def test_names_are_of_places_that_there_are_in_the_letters_of_their_language() -> None:
    crossings, places = read_crossings(bundled("crossings.csv")), read_places(bundled("places.csv"))
    ids = {*crossings["crossing_id"], *places["place_id"]}
    with bundled("names_of_places.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert len({(row["id"], row["language"]) for row in rows}) == len(rows)
    assert {row["id"] for row in rows if len(row["id"]) != 3 or row["id"].islower()} <= ids
    for row in rows:
        letters = {"ru": "[^а-яёА-ЯЁ]", "fa": "[^\u0600-\u06ff]"}[row["language"]]
        assert not [sign for sign in re.sub("[\\W\\d_]", "", row["name"]) if re.match(letters, sign)], row
        assert row["source"]
    named = {
        language: {row["id"] for row in rows if row["language"] == language} for language in ("ru", "fa")
    }
    missing = {language: sorted(ids - known) for language, known in named.items()}
    assert missing == {"ru": [], "fa": []}


def test_a_result_is_renamed_wherever_a_place_stands_in_it() -> None:
    ranking = replace(RANKING, crossings=(replace(RANKING.crossings[0], id="torkham"),))
    assert with_names(ranking) is ranking
    with speaking("ru"):
        named = with_names(ranking)
    assert [place.name for place in named.crossings] == ["Торхам"]
    assert named.gates is ranking.gates
    assert forms()["torkham"]["fa"] == "تورخم"


def test_a_road_without_a_name_is_described_in_the_language() -> None:
    own = "Unlisted road IRN-TKM at 37.59N 54.81E"
    assert place_name("x", own) == own
    with speaking("ru"):
        assert place_name("x", own) == "Дорога вне списка: Иран – Туркменистан, 37,59 с. ш., 54,81 в. д."


def test_countries_are_named_as_they_name_themselves_in_the_language() -> None:
    with speaking("ru"):
        assert [country_name(code) for code in ("AFG", "KGZ", "IRN")] == ["Афганистан", "Кыргызстан", "Иран"]


# --- commands ---------------------------------------------------------------------------------------


def test_a_config_chooses_the_language_and_nothing_else_does(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[output]\nlanguage = "ru"\n', encoding="utf-8")
    assert language_of(config) is Language.ru
    assert language_of(None) is Language.en
    for wrong in (
        '[output]\nlanguage = "xx"\n',
        "[output]\nlanguage = 3\n",
        '[output]\ntongue = "ru"\n',
        "output = 1\n",
    ):
        config.write_text(wrong, encoding="utf-8")
        with pytest.raises(InputError, match="en, ru"):
            language_of(config)


@pytest.mark.slow
def test_tables_speak_and_data_do_not(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[output]\nlanguage = "ru"\n', encoding="utf-8")
    for command in (("rank",), ("chokepoints",), ("whatif", "--close", "islam-qala"), ("interdict",)):
        said = run(*command, "--language", "ru", "--top", "3")
        assert said.returncode == 0, said.stderr
        assert len(re.findall("[а-яё]{4,}", said.stdout)) > 40
        commands = {"rank", "whatif", "close", "top", "budget"}
        assert set(re.findall(r"[A-Za-z][A-Za-z-]{2,}", said.stdout)) <= commands | set(IDS)
    by_config = run("rank", "--config", config, "--top", "3").stdout.partition("Запрос")[0]
    assert by_config.split() == run("rank", "--language", "ru", "--top", "3").stdout.split()
    spoken = json.loads(run("rank", "--format", "json", "--language", "ru", "--top", "3").stdout)
    assert spoken == json.loads(run("rank", "--format", "json", "--top", "3").stdout)


@pytest.mark.slow
def test_an_english_table_does_without_babel() -> None:
    program = (
        "import sys; from routes.cli import main\n"
        "try: main(['rank', '--top', '1'])\n"
        "finally: assert 'babel' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr


# --- the page ---------------------------------------------------------------------------------------


def everything(visit: Visit) -> str:
    """Unfold the page, and read what is written on it."""
    said: str = visit.page.evaluate(
        """() => {
          for (const node of document.querySelectorAll("details")) node.open = true;
          for (const node of document.querySelectorAll("[role=tabpanel]")) node.hidden = false;
          const heard = [...document.querySelectorAll("[aria-label], [title]")];
          const attributes = heard.map((node) => `${node.getAttribute("aria-label")} ${node.title}`);
          return [document.title, document.body.innerText, ...attributes].join("\\n");
        }"""
    )
    return said


def turn(visit: Visit, language: str) -> None:
    visit.page.evaluate(f"document.querySelector('[data-language={language}]').click()")


@pytest.mark.parametrize("moved", [False, True])
def test_a_page_that_is_turned_reads_as_one_written_in_the_language(open_page: OpenPage, moved: bool) -> None:  # noqa: FBT001
    from test_maps_moved import MOVED

    options: dict[str, Any] = {"displacement": MOVED} if moved else {}
    english = page_of(**options)
    with speaking("ru"):
        russian = page_of(**options)
    read = {}
    for name, html in (("en", english), ("ru", russian)):
        visit = open_page(html)
        opened = everything(visit)
        for language in ("ru", "en"):
            turn(visit, language)
            assert visit.page.evaluate("document.documentElement.lang") == language
            read[name, language] = everything(visit)
        assert opened == read[name, name]
        assert not visit.troubles()
    assert read["en", "ru"] == read["ru", "ru"]
    assert read["ru", "en"] == read["en", "en"]
    assert len(re.findall("[а-яё]{4,}", read["en", "ru"])) > 100


def test_a_popup_that_is_open_turns_with_the_page(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    visit.page.get_by_role("button", name=re.compile("^west gate")).first.click(force=True)
    popup = visit.page.locator(".leaflet-popup-content")
    assert "Posterior share" in popup.text_content()
    turn(visit, "ru")
    assert "Апостериорная доля" in popup.text_content()
    assert "50,0\u00a0%" in popup.text_content()
    assert "Posterior" not in popup.text_content()


PERSIAN = "\u062a\u0648\u0631\u062e\u0645 \u06f1\u06f2"
_LEFTS = """([selector, mark, letters]) => {
  const all = [...document.querySelectorAll(selector)];
  const node = all.find((each) => each.textContent.includes(mark)).firstChild;
  const range = document.createRange();
  return letters.map((letter) => {
    const at = node.data.indexOf(letter);
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect().left;
  });
}"""


def test_a_persian_name_keeps_its_order_in_mixed_text(open_page: OpenPage) -> None:
    rows = pd.DataFrame([seizure_row("s1", 31.2, 65.5, place=PERSIAN)])
    visit = open_page(page_of(seizures=rows))
    visit.page.locator(".symbol.seizure").first.click(force=True)
    popup = ".leaflet-popup-content"
    visit.page.wait_for_selector(popup)
    assert visit.page.locator(f"{popup} h4").text_content() == f"Seizure, {isolated(PERSIAN)}"
    # the English word first; then the name, from the right: its first letter stands right of its number
    word, letter, digit = visit.page.evaluate(
        _LEFTS, [f"{popup} h4 bdi", "Seizure", ["S", "\u062a", "\u06f1"]]
    )
    assert word < digit < letter
    # what stands behind the name in the sentence stands right of it
    letter, bracket = visit.page.evaluate(_LEFTS, [f"{popup} dd bdi", "(precision: city)", ["\u062a", "("]])
    assert letter < bracket
    assert not visit.troubles()


def test_the_ends_of_a_corridor_stand_in_travelling_order_in_any_script(open_page: OpenPage) -> None:
    gates = tuple(replace(gate, name=PERSIAN) for gate in RANKING.gates)
    areas = tuple(replace(area, name="lab") for area in RANKING.processing_areas)  # all on one line
    visit = open_page(page_of(replace(RANKING, gates=gates, processing_areas=areas)))
    show_tab(visit.page, "Corridors")
    first, arrow, last = visit.page.evaluate(_LEFTS, ["bdi.ends", "\u2192", ["\u062a", "\u2192", "l"]])
    assert first < arrow < last


# --- no English sentence left -----------------------------------------------------------------------

_ENGLISH = re.compile(r"\b[A-Za-z][a-z]+(?:[ ,]+[a-z]{2,}){2,}")
_TELLING = ("place", "source", "direction_note", "operation", "quality_note", "note", "name", "unit_reported")
_NAMES = re.compile(
    r"`[^`]*`|OpenStreetMap|Natural Earth[^|\n]*|GeoNames|ODbL|Leaflet|openstreetmap\.org/copyright|TLP:\S+"
)


@pytest.fixture(scope="module")
def bundled_data() -> tuple[Inputs, Analysis]:
    inputs = load_inputs()
    return inputs, analyse(inputs, roads_for=20)


def told_by_the_data(inputs: Inputs) -> list[str]:
    """List what the data say in English, the longest first: names, sources, notes."""
    tables = (inputs.seizures, inputs.status, inputs.places, inputs.crossings)
    columns = [table[name] for table in tables for name in _TELLING if name in table]
    cells = {str(cell).strip() for column in columns for cell in column}
    return longest_first(cells)


def longest_first(cells: Iterable[str]) -> list[str]:
    """Sort what the data say, also as outputs cut it short."""
    cut = {" ".join(shortened(cell, longest).rstrip("…").split()) for cell in cells for longest in (120, 240)}
    return sorted((cell for cell in {*cells, *cut} if len(cell) > 2), key=len, reverse=True)


def english_left(texts: list[str], told: list[str]) -> list[str]:
    """Find English in texts, once what the data say themselves is taken out."""
    found = []
    for text in texts:
        rest = " ".join(_NAMES.sub(" ", text).split())
        if _ENGLISH.search(rest):
            for cell in told:
                rest = rest.replace(cell, "|")
            found += [match[0] for match in _ENGLISH.finditer(rest)]
    return found


IN_RUSSIAN = [
    "explain zaranj-milak",
    "explain badini",
    "explain karachi>torkham>nangarhar",
    "backtest",
    "backtest --events",
    "compare --before 2008-01-01:2008-12-31 --after 2009-01-01:2010-12-31",
    "next --top 4",
    "patrol",
    "patrol --kind road",
    "forecast",
    "score forecasts/2026-10-04.json --seizures docs/examples/later.csv",
    "changes --since-data 2025-10-11 --to-data 2025-10-12",
    "rank --sensitivity --top 3",
    "chokepoints --kind road",
    "chokepoints --kind gate",
    "whatif --close torkham",
    "whatif --config docs/examples/deployment.toml --scenario south-shut --scenario west-watched",
    "interdict --budget 2 --have torkham=0.3 --priority",
    "interdict --budget 2 --rotate --weeks 3",
    "simulate-plan docs/examples/plan.json --weeks 3",
    "vital karachi helmand",
]


@pytest.mark.slow
@pytest.mark.parametrize("command", IN_RUSSIAN)
def test_a_table_in_russian_has_no_english_sentence(
    command: str, bundled_data: tuple[Inputs, Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")  # so that no place is parted over two lines
    done = run(*command.split(), "--language", "ru", "--quiet", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.partition("Запрос:")[0].split())
    assert len(re.findall("[а-яё]{3,}", said)) > 20
    places = [str(place) for place in bundled_data[0].seizures["place"]]
    cut = {shortened(place, 60).rstrip("…") for place in places}
    cut |= {part for place in places for part in place.split(", ")}
    cut |= {place.partition(",")[0][:12].strip() for place in places}
    told = longest_first({*told_by_the_data(bundled_data[0]), *_stops(), *cut})
    assert english_left([plain(said)], [plain(cell) for cell in told]) == []
    assert not re.search(r"\d[.]\d", re.sub(r"\d\d\.\d\d\.\d{4}", "", said)), "a number in English signs"


def _stops() -> set[str]:
    with bundled("highways.csv").open(encoding="utf-8", newline="") as file:
        return {row["stop"] for row in csv.DictReader(file)}


@pytest.mark.slow
def test_why_no_corridor_passes_a_place_is_said_in_the_language(
    bundled_data: tuple[Inputs, Analysis],
) -> None:
    from routes.trust.explanation import explain
    from routes.trust.unused import listed_places

    analysis = bundled_data[1]
    used = {place for corridor in analysis.corridors.ids for place in corridor.split(">")}
    unused = [place for place in listed_places(analysis) if place not in used]
    assert len(unused) > 3
    for place in unused:
        why = explain(analysis, place).unused
        assert why is not None
        with speaking("ru"):
            said = unused_words(why)
        assert not re.search("[A-Za-z]{3,}|[{}]", said), said
        with speaking("ru"):
            assert all(figures(number) in said for number in why.figures.values())


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_in(each)


def test_english_that_is_left_is_found() -> None:
    assert english_left(
        ["Доля: 3 of all the inflow", "from the customs house in Zaranj"], ["customs house"]
    ) == ["of all the inflow"]


@pytest.mark.slow
def test_no_english_sentence_is_left_in_a_russian_map(bundled_data: tuple[Inputs, Analysis]) -> None:
    inputs, analysis = bundled_data
    with speaking("ru"):
        html = corridor_map(
            analysis.ranking,
            inputs.seizures,
            inputs.borders,
            title=inputs.region.title,
            places=inputs.places[inputs.places["kind"] == "city"],
            status=inputs.status,
        )
    data = {name: value for name, value in data_of(html).items() if name != "words"}
    visible = re.sub(r"(?s)<(script|style|pre)\b.*?</\1>", "", html)
    assert english_left([*strings_in(data), *bilingual.texts_of(visible)], told_by_the_data(inputs)) == []
    assert len(re.findall("[а-яё]{4,}", visible)) > 300


@pytest.mark.slow
def test_no_english_sentence_is_left_in_a_russian_briefing(bundled_data: tuple[Inputs, Analysis]) -> None:
    inputs, analysis = bundled_data
    asked = Parameters()
    material = material_for(inputs, analysis, asked, teams=3, plan=plan(analysis, asked, 3, priority=True))
    totals = operation_rows(read_operations(bundled("operations.csv")), "tarcet-ii")
    with speaking("ru"):
        made = briefing(material, totals=totals)
        written = {"html": as_html(made), "md": as_markdown(made)}
    operations = [str(cell) for name in ("name", "source", "note") for cell in totals[name]]
    ratios = [ratio.source for ratio in inputs.region.conversion]
    told = longest_first([*told_by_the_data(inputs), *operations, *ratios])
    visible = re.sub(r"(?s)<style\b.*?</style>", "", written["html"])
    assert english_left(bilingual.texts_of(visible), told) == []
    assert len(re.findall("[а-яё]{4,}", written["md"])) > 300
    assert '<html lang="ru">' in written["html"]
