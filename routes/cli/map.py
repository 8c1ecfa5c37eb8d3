"""``routes map``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.console import say_written
from routes.cli.deployment import asked_posts
from routes.cli.endings import endings_of, format_for
from routes.cli.export import TlpOption  # noqa: TC001 - typer reads it
from routes.cli.names import place_ids
from routes.cli.planned import patrol_in, planned, played
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.scenarios_asked import named_changes
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError
from routes.outputs.handling import Mark, rights

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.outputs.maps.model import Scenario
    from routes.parameters import Parameters
    from routes.planning.learning import Patrol
    from routes.read.inputs import Inputs
    from routes.results import PatrolStretch

_STRETCHES = 30  # in the layer of where to stand


@asks
def map_(
    asked: Asked,
    top: Annotated[int, typer.Option(min=1, help="How many corridors are drawn.")] = 20,
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("maps/corridors.html"),
    png: Annotated[
        Path | None, typer.Option(help="Also a picture of the page, taken by Chromium or Chrome.")
    ] = None,
    size: Annotated[str, typer.Option(help="Width and height of the picture in pixels.")] = "1600x1000",
    close: Annotated[
        list[str] | None,
        typer.Option(help="Open the page with this crossing or gate closed to trade; may be repeated."),
    ] = None,
    interdict: Annotated[
        int | None, typer.Option(min=1, help="Open the page with this many teams where they stand best.")
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(help="Open the page with the posts of this plan, as interdict --format json writes it."),
    ] = None,
    learning: Annotated[
        bool,
        typer.Option(
            "--learning",
            help="Add what gets through as traffickers learn the posts of --interdict or --plan.",
        ),
    ] = False,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Let the teams of --interdict rotate in --learning.")
    ] = False,
    weeks: Annotated[int, typer.Option(min=1, help="Weeks of --learning.")] = 12,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            help="Keep this [scenario.NAME] of the config in the page, which opens with the first; may be "
            "repeated."
        ),
    ] = None,
    patrol: Annotated[
        bool, typer.Option("--patrol", help="Add where to stand (routes patrol) as a layer to switch on.")
    ] = False,
    tlp: TlpOption = Mark.clear,
    basemap: Annotated[
        str, typer.Option(help="offline, osm, or https://HOST/{z}/{x}/{y}.png: tiles that the page asks for.")
    ] = "offline",
    attribution: Annotated[
        str, typer.Option(help="Whom to thank for the tiles. Default: their host.", show_default=False)
    ] = "",
    language: LanguageOption = None,
) -> None:
    """Draw the ranking on an HTML map that needs no network and answers what-ifs by itself."""
    from routes.outputs.maps import corridor_map
    from routes.outputs.maps.land import tiles
    from routes.outputs.maps.model import Scenario, page_model
    from routes.outputs.maps.picture import find_browser, size_of, take_picture
    from routes.outputs.maps.played import Played
    from routes.read import bundled, read_disputed
    from routes.support.files import write_text

    format_for(output, None, endings_of(["html"]), "html")
    format_for(png, None, endings_of(["png"]), "png", "--png")
    tiles(basemap)  # told now if it is wrong, not after the work
    pixels = size_of(size)
    if png:
        find_browser()
    if sum(map(bool, (close, interdict, plan, scenario))) > 1:
        raise RoutesError(
            "--close, --interdict, --plan and --scenario: a map opens with one of them. Make two maps."
        )
    if learning and not (interdict or plan):
        raise RoutesError(
            "--learning: there are no posts to learn of. Give --interdict TEAMS or --plan FILE."
        )
    if rotate and not (interdict and learning):
        raise RoutesError("--rotate: only the teams of --interdict can rotate, in --learning. Give both.")
    read = patrol_in(plan) if plan else None
    inputs = inputs_of(asked)
    closed = place_ids("--close", close, inputs)
    told = named_changes(asked, inputs, scenario) if scenario else {}
    kept = [Scenario(name, as_of=day, **changes) for name, (day, changes) in told.items()]
    analysis = analysed(inputs, asked, top)
    patrol_ = read or _patrol(analysis, asked, inputs, interdict or 0, weeks if rotate else 0)
    simulation = played(analysis, asked, patrol_, weeks) if learning and patrol_ else None
    opens_with = _opens_with(analysis, closed, patrol_) or next(iter(kept), None)
    model = page_model(analysis, asked.parameters, inputs.status, scenarios=kept, opens_with=opens_with)
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
            model=model,
            disputed=read_disputed(bundled("disputed_boundaries.geojson")),
            patrol=_stretches(analysis, asked.parameters) if patrol else (),
            played=Played(patrol_, simulation) if patrol_ and simulation else None,
        )
    write_text(output, page, rights=rights(tlp))
    say_written(output, f" ({len(page.encode()) / 1e6:.1f} MB). Open it in any browser", quiet=asked.quiet)
    if png:
        take_picture(page, png, pixels, rights(tlp))
        say_written(png, f" ({pixels[0]} by {pixels[1]} pixels)", quiet=asked.quiet)


def _stretches(analysis: Analysis, parameters: Parameters) -> tuple[PatrolStretch, ...]:
    from routes.planning.beats import beat_of, patrol_stretches

    return patrol_stretches(beat_of(analysis, parameters), top=_STRETCHES)


def _patrol(analysis: Analysis, asked: Asked, inputs: Inputs, teams: int, weeks: int) -> Patrol | None:
    """Plan for some teams, beside the posts of the config."""
    from routes.planning.learning import patrol_of

    if not teams:
        return None
    found = planned(analysis, asked, teams, weeks, asked_posts(asked, inputs)[1])
    return patrol_of(found) if found else None


def _opens_with(analysis: Analysis, close: list[str], patrol: Patrol | None) -> Scenario | None:
    """Say what is changed when the page opens; None if nothing is."""
    from routes.outputs.maps.model import Scenario
    from routes.planning.displacement import known_place

    graph = analysis.untied.graph
    if close:
        return Scenario("", close=tuple(known_place(graph, name) for name in close))
    if patrol:
        posts = dict.fromkeys((*patrol.standing, *patrol.fixed))
        return Scenario("", watch={known_place(graph, post): patrol.detection[post] for post in posts})
    return None
