"""``routes new``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from routes.cli.console import deliver, say, stages
from routes.cli.options import QuietOption  # noqa: TC001 - typer reads it
from routes.errors import RoutesError


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to write.")],
    countries: Annotated[
        str,
        typer.Option(
            help="Countries whose roads and crossings are modelled, by code or name, with commas between."
        ),
    ],
    into: Annotated[
        str | None, typer.Option(help="Country that the goods go to, one of them. Default: the first.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the region. Default: its countries.")] = None,
    osm: Annotated[
        list[Path] | None,
        typer.Option(
            help="OpenStreetMap extract (.osm.pbf) to take roads and border posts from; may be given more "
            "than once. Default: the world's trunk roads (extra build)."
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Begin a region of your own: borders, roads, crossing candidates, and blank tables to fill in."""
    from routes.drafting.folder import check_free, draft_region
    from routes.read import COUNTRY_NAMES

    codes = _codes(countries)
    destination, *others = _codes(into, "--into") if into else codes[:1]
    if destination not in codes or others:
        raise RoutesError(
            f"--into: wanted one of {', '.join(codes)}, got {', '.join([destination, *others])}."
        )
    check_free(folder)

    called = name or ", ".join(COUNTRY_NAMES[code].strip() for code in codes)
    today = date.today()  # noqa: DTZ011 - the user's day
    made = draft_region(folder, codes, destination, called, today, osm or (), stages(quiet=quiet))
    say(
        f"Wrote {folder}: {made.candidates} crossing candidates between its countries and {made.on_the_rim} "
        f"on the outer rim ({made.official} with a border post), {made.cities} cities. Tell region.toml what "
        "moves, and places.csv at least one gate and one processing area with their weights. Then:",
        quiet=quiet,
    )
    shown = _quoted(folder)
    deliver(
        f"routes network check --data {shown}\nroutes rank --data {shown}\n"
        f"routes brief --data {shown} --output {_quoted(folder / 'briefing.html')}\n"
    )


def _codes(given: str, option: str = "--countries") -> list[str]:
    """Codes of countries named by code or name.

    Examples
    --------
    >>> _codes("tha, Laos")
    ['THA', 'LAO']
    """
    from routes.read.countries import COUNTRY_NAMES, country_of, nearest_country

    found = []
    for text in filter(None, (part.strip() for part in given.split(","))):
        code = country_of(text)
        if code is None:
            near = nearest_country(text)
            meant = f" Did you mean {near}, {COUNTRY_NAMES[near]}?" if near else ""
            hint = meant or " Codes are ISO 3166-1 alpha-3."
            raise RoutesError(f"{option}: wanted countries, got {text!r}.{hint}")
        found.append(code)
    if not found:
        raise RoutesError(f"{option}: wanted countries such as THA,LAO, got none.")
    return list(dict.fromkeys(found))


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))
