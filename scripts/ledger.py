"""The ledger of sealed forecasts: check every seal, write the page that lists them with their scores.

``forecasts/`` holds a file for each, by its day. The page ``docs/forecasts.md`` scores all of them on the
bundled seizures that came after, the misses first::

    python scripts/ledger.py            # write the page anew
    python scripts/ledger.py --check    # every seal whole, the page up to date; ends with 1 if not
    python scripts/ledger.py --seal     # seal the forecast of today's question, then write the page

A forecast is never made again: ``--seal`` refuses a day that has one. ``--replace`` is for one that nobody
has seen yet.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import RoutesError
from routes.outputs.documents.text_blocks import Paragraph, Table
from routes.outputs.terminal.ledger_tables import score_blocks
from routes.outputs.text import percent
from routes.read.inputs import load_inputs
from routes.trust.fields import BASELINES, RANKING
from routes.trust.ledger import read_forecast
from routes.trust.resolution import resolve

if TYPE_CHECKING:
    import pandas as pd

    from routes.outputs.documents.text_blocks import Block
    from routes.read import Region
    from routes.trust.ledger import Forecast, SealedForecast

ROOT = Path(__file__).parents[1]
FORECASTS, PAGE = ROOT / "forecasts", ROOT / "docs" / "forecasts.md"
FIRST = 5

MARK = "<!-- sealed forecasts -->"


def page() -> str:
    """Write the page: its beginning as it is, then every forecast, the latest first."""
    inputs, head = load_inputs(), PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    made = ((path, read_forecast(path)) for path in sorted(FORECASTS.glob("*.json"), reverse=True))
    sections = [_section(path, forecast, inputs.seizures, inputs.region) for path, forecast in made]
    return head + "\n\n".join([MARK, *sections])


def _section(path: Path, made: SealedForecast, seizures: pd.DataFrame, region: Region) -> str:
    forecast = made.forecast
    after = seizures[seizures["date_from"].dt.strftime("%Y-%m-%d") > forecast.day]
    found = resolve(forecast, made.seal, after, region)
    about = (
        f"`forecasts/{path.name}`: events after {forecast.day} and up to {forecast.until}, on "
        f"{forecast.events} located events, the last of {forecast.last_event}; routes "
        f"{made.provenance['package_version']}."
    )
    lines = [
        f"## {forecast.day}",
        about,
        f"Seal: `{made.seal}`",
        "### What came of it",
        *(_markdown(block) for block in score_blocks(found)[1:]),
        "### Where it expects the next event",
        _likeliest(forecast),
    ]
    return "\n\n".join(lines) + "\n"


def _likeliest(forecast: Forecast) -> str:
    own, plain = forecast.forecasts[RANKING], forecast.forecasts[BASELINES[-1]]
    rows = [
        (kind.replace("_", " "), forecast.places.id[i], own.places[i], plain.places[i])
        for kind in ("crossing", "gate", "processing_area")
        for i in _first(own.places, [k for k, of in enumerate(forecast.places.kind) if of == kind])
    ]
    rows += [
        ("country", forecast.countries[i], own.countries[i], plain.countries[i])
        for i in _first(own.countries, list(range(len(forecast.countries))))
    ]
    rows += [
        ("cell", _cell(forecast, i), own.cells[i], plain.cells[i])
        for i in _first(own.cells, list(range(len(own.cells))))
    ]
    return _rows(
        ("", "nearest to, in", "forecast", BASELINES[-1]),
        [(kind, name, percent(a), percent(b)) for kind, name, a, b in rows],
    )


def _cell(forecast: Forecast, i: int) -> str:
    cells = forecast.cells
    return f"{cells.id[i]} ({cells.lat[i]:.2f}, {cells.lon[i]:.2f}, {cells.country[i]})"


def _first(chance: tuple[float, ...], some: list[int]) -> list[int]:
    return sorted(some, key=lambda i: -chance[i])[:FIRST]


def _markdown(block: Block) -> str:
    if isinstance(block, Table):
        table = _rows(block.heads, block.rows)
        return f"{block.caption}\n\n{table}" if block.caption else table
    assert isinstance(block, Paragraph)  # noqa: S101 - scores have no other blocks
    return _escaped(block.text)


def _rows(heads: tuple[str, ...], rows: list[tuple[str, ...]] | tuple[tuple[str, ...], ...]) -> str:
    body = [heads, tuple("---" for _ in heads), *(tuple(map(_escaped, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in body)


def _escaped(text: str) -> str:
    for sign in "\\`*_<>|[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


def seal(*, replace: bool) -> Path:
    """Seal the forecast of today's question."""
    from routes.analysis import analyse
    from routes.outputs.documents.ledger_document import forecast_json
    from routes.parameters import Parameters
    from routes.trust.ledger import forecast_of

    analysis = analyse()
    made = forecast_of(analysis, Parameters(), 365)
    path = FORECASTS / f"{made.day}.json"
    if path.exists() and not replace:
        raise RoutesError(f"{path.name} is sealed already. A forecast is not made again.")
    FORECASTS.mkdir(exist_ok=True)
    path.write_text(forecast_json(made, analysis.ranking.provenance), encoding="ascii")
    return path


def main() -> None:
    """Do what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--seal", action="store_true")
    parser.add_argument("--replace", action="store_true")
    asked = parser.parse_args()
    try:
        if asked.seal:
            print(seal(replace=asked.replace))
        text = page()
    except RoutesError as error:
        sys.exit(str(error))
    if not asked.check:
        PAGE.write_text(text, encoding="utf-8")
    elif text != PAGE.read_text(encoding="utf-8"):
        sys.exit("docs/forecasts.md is behind. Run python scripts/ledger.py.")


if __name__ == "__main__":
    main()
