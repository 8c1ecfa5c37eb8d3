"""``routes map``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from routes.cli.options import (
    AsOfOption,
    ConfigOption,
    QuietOption,
    SeedOption,
    SeizuresOption,
    SinceOption,
    SkipOption,
    SubstanceOption,
    UntilOption,
    analysed,
    read_inputs,
    say,
)


def map_(
    seizures: SeizuresOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many corridors are drawn.")] = 20,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    substance: SubstanceOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("maps/corridors.html"),
    skip_invalid: SkipOption = False,
    quiet: QuietOption = False,
) -> None:
    """Draw the ranking on a map: one HTML file that needs no network."""
    from routes.files import write_text

    inputs = read_inputs(seizures, skip_invalid=skip_invalid, quiet=quiet)
    analysis = analysed(inputs, config, since, until, as_of, substance, seed, top)
    from routes.maps import corridor_map

    cities = inputs.places[inputs.places["kind"] == "city"]
    page = corridor_map(analysis.ranking, inputs.seizures, inputs.borders, top=top, places=cities)
    write_text(output, page)
    say(f"Wrote {output} ({len(page.encode()) / 1e6:.1f} MB). Open it in any browser.", quiet=quiet)
