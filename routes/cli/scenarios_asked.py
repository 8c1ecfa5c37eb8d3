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
    from routes.planning.displacement import whatif
    from routes.planning.outcomes import NamedMove

    moves, provenance = [], None
    for name, (day, changes) in named_changes(asked, inputs, names).items():
        question = asked.question if day is None else replace(asked.question, as_of=day)
        analysis = analysed(inputs, replace(asked, question=question))
        provenance = provenance or analysis.ranking.provenance
        moved = whatif(analysis, asked.parameters, **changes)
        moves.append(NamedMove(name=name, as_of=str(day) if day else None, displacement=moved))
    assert provenance is not None  # noqa: S101 - there is at least one name
    return moves, provenance


def named_changes(
    asked: Asked, inputs: Inputs, names: Sequence[str]
) -> dict[str, tuple[date | None, dict[str, Any]]]:
    """Read what the named scenarios of the config change, by the ids of places, and the day each is for."""
    from routes.planning.deployments import standing_posts
    from routes.planning.scenarios import read_scenarios, scenario_named

    if asked.config is None:
        raise RoutesError("--scenario: give the file with the sections [scenario.NAME] as --config.")
    known, usual = read_scenarios(asked.config), asked.parameters.interdiction.post_detection
    found: dict[str, tuple[date | None, dict[str, Any]]] = {}
    for name, each in {name: scenario_named(known, name) for name in names}.items():
        caught = {place: usual if p is None else p for place, p in standing_posts(each.have).items()}
        section = f"scenario.{name}"
        found[name] = (
            each.as_of if isinstance(each.as_of, date) else None,
            {
                "close": tuple(place_ids(f"{section}.close", each.close, inputs)),
                "impassable": tuple(place_ids(f"{section}.impassable", each.impassable, inputs)),
                "penalty": values_by_id(f"{section}.penalty", each.penalty, inputs),
                "watch": values_by_id(f"{section}.watch", {**caught, **each.watch}, inputs),
            },
        )
    return found
