"""Scenarios of a config file, worked out one after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from routes.cli.names import place_ids, values_by_id
from routes.cli.options import CHANGES, Rows
from routes.cli.reading import analysed, inputs_of
from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.cli.console import Result
    from routes.cli.reading import Asked
    from routes.planning.outcomes import NamedMove
    from routes.read.inputs import Inputs


def scenarios_side_by_side(
    asked: Asked, names: Sequence[str], output_format: Rows, top: int | None
) -> Result:
    """Work out each scenario, and write them side by side."""
    from routes.outputs.documents import whatif_document as documents

    moves, provenance = named_moves(asked, inputs_of(asked), names)
    if output_format is Rows.json:
        return documents.scenarios_json(moves, provenance, top)
    if output_format is Rows.csv:
        return documents.scenarios_csv(moves)
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.terminal.whatif_tables import scenario_blocks

    return headed(provenance, scenario_blocks(moves, top or CHANGES))


def named_moves(asked: Asked, inputs: Inputs, names: Sequence[str]) -> tuple[list[NamedMove], dict[str, Any]]:
    """Work out each scenario; the provenance is that of the first."""
    from routes.planning.deployments import standing_posts
    from routes.planning.displacement import whatif
    from routes.planning.outcomes import NamedMove
    from routes.planning.scenarios import read_scenarios, scenario_named

    if asked.config is None:
        raise RoutesError("--scenario: give the file with the sections [scenario.NAME] as --config.")
    known = read_scenarios(asked.config)
    chosen = {name: scenario_named(known, name) for name in names}
    moves, provenance = [], None
    for name, scenario in chosen.items():
        day = scenario.as_of if isinstance(scenario.as_of, date) else None
        question = asked.question if day is None else replace(asked.question, as_of=day)
        analysis = analysed(inputs, replace(asked, question=question))
        provenance = provenance or analysis.ranking.provenance
        standing = standing_posts(scenario.have)
        usual = asked.parameters.interdiction.post_detection
        caught = {place: usual if p is None else p for place, p in standing.items()}
        moved = whatif(
            analysis,
            asked.parameters,
            close=place_ids(f"scenario.{name}.close", scenario.close, inputs),
            impassable=place_ids(f"scenario.{name}.impassable", scenario.impassable, inputs),
            penalty=values_by_id(f"scenario.{name}.penalty", scenario.penalty, inputs),
            watch=values_by_id(f"scenario.{name}.watch", {**caught, **scenario.watch}, inputs),
        )
        moves.append(NamedMove(name=name, as_of=str(day) if day else None, displacement=moved))
    assert provenance is not None  # noqa: S101 - there is at least one name
    return moves, provenance
