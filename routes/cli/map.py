"""``routes map``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.console import say_written
from routes.cli.endings import endings_of, format_for
from routes.cli.export import TlpOption  # noqa: TC001 - typer reads it
from routes.cli.names import place_ids
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError
from routes.outputs.handling import Mark, rights

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.results import Displacement, PatrolStretch

_STRETCHES = 30  # in the layer of where to stand


@asks
def map_(
    asked: Asked,
    top: Annotated[int, typer.Option(min=1, help="How many corridors are drawn.")] = 20,
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("maps/corridors.html"),
    png: Annotated[
        Path | None,
        typer.Option(help="Also a picture of the page, taken by Chromium or Chrome.", show_default=False),
    ] = None,
    size: Annotated[str, typer.Option(help="Width and height of the picture in pixels.")] = "1600x1000",
    close: Annotated[
        list[str] | None,
        typer.Option(
            help="Draw the inflow before and after closing this crossing or gate to trade; may be repeated.",
            show_default=False,
        ),
    ] = None,
    interdict: Annotated[
        int | None,
        typer.Option(
            min=1, help="Draw the inflow before and after this many teams stand best.", show_default=False
        ),
    ] = None,
    patrol: Annotated[
        bool, typer.Option("--patrol", help="Add where to stand (routes patrol) as a layer to switch on.")
    ] = False,
    tlp: TlpOption = Mark.clear,
    basemap: Annotated[
        str,
        typer.Option(help="offline, osm, or https://HOST/{z}/{x}/{y}.png: tiles that the page asks for."),
    ] = "offline",
    attribution: Annotated[
        str, typer.Option(help="Whom to thank for the tiles. Default: their host.", show_default=False)
    ] = "",
    language: LanguageOption = None,
) -> None:
    """Draw the ranking on an HTML map that needs no network."""
    from routes.outputs.maps import corridor_map
    from routes.outputs.maps.land import tiles
    from routes.outputs.maps.picture import find_browser, size_of, take_picture
    from routes.read import bundled, read_disputed
    from routes.support.files import write_text

    format_for(output, None, endings_of(["html"]), "html")
    format_for(png, None, endings_of(["png"]), "png", "--png")
    tiles(basemap)  # told now if it is wrong, not after the work
    pixels = size_of(size)
    if png:
        find_browser()
    if close and interdict:
        raise RoutesError("--close and --interdict: a map shows one of them. Make two maps.")
    inputs = inputs_of(asked)
    closed = place_ids("--close", close, inputs)
    analysis = analysed(inputs, asked, top)
    displacement = _displaced(analysis, asked.parameters, closed, interdict, top)
    with answering_in(language, asked.config):
        page = corridor_map(
            analysis.ranking,
            inputs.seizures,
            inputs.borders,
            title=inputs.region.title,
            top=top,
            places=inputs.places[inputs.places["kind"] == "city"],
            roads=inputs.roads,
            status=inputs.status,
            mark=tlp,
            basemap=basemap,
            attribution=attribution,
            displacement=displacement,
            disputed=read_disputed(bundled("disputed_boundaries.geojson")),
            patrol=_stretches(analysis, asked.parameters) if patrol else (),
        )
    write_text(output, page, rights=rights(tlp))
    say_written(output, f" ({len(page.encode()) / 1e6:.1f} MB). Open it in any browser", quiet=asked.quiet)
    if png:
        take_picture(page, png, pixels, rights(tlp))
        say_written(png, f" ({pixels[0]} by {pixels[1]} pixels)", quiet=asked.quiet)


def _stretches(analysis: Analysis, parameters: Parameters) -> tuple[PatrolStretch, ...]:
    from routes.planning.beats import beat_of, patrol_stretches

    return patrol_stretches(beat_of(analysis, parameters), top=_STRETCHES)


def _displaced(
    analysis: Analysis, parameters: Parameters, close: list[str], interdict: int | None, top: int
) -> Displacement | None:
    """Work out where the inflow goes when crossings are closed or watched; None if neither is asked."""
    from routes.planning.displacement import whatif
    from routes.planning.plan import plan

    if close:
        return whatif(analysis, parameters, close=close, roads_for=top)
    if interdict:
        return plan(analysis, parameters, interdict, roads_for=top).displacement
    return None
