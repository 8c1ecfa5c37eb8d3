"""What made an answer, from what: the block that every JSON output and every export carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes._version import __version__
from routes.support.jsonable import jsonable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routes.parameters import Parameters
    from routes.read.inputs import Inputs


def provenance(
    inputs: Mapping[str, str],
    parameters: Parameters,
    *,
    roads: Mapping[str, Any],
    seizures: Mapping[str, Any] | None = None,
    seed: int | None = None,
    question: object = None,
    period: Mapping[str, Any] | None = None,
    rests_on: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Tell what an answer was made from, JSON-ready; what is not given stays away.

    Parameters
    ----------
    inputs : mapping of str to str
        SHA-256 of every file.
    parameters : Parameters
    roads, seizures : mapping
        How the road file was built, and how the seizures were read.
    seed : int, optional
        Of the draws.
    question : dataclass, optional
        What was asked.
    period : mapping, optional
        First and last day that the answer is for.
    rests_on : mapping, optional
        Figures of the evidence: how many events were located, how good the draws are.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> list(provenance({"roads.npz": "00"}, Parameters(), roads={"licence": "ODbL 1.0"}))
    ['package', 'package_version', 'inputs', 'parameters', 'roads']
    """
    found: dict[str, Any] = {
        "package": "routes",
        "package_version": __version__,
        **_given(question=question, period=period, seed=seed),
        **(rests_on or {}),
        "inputs": inputs,
        **_given(seizures=seizures),
        "parameters": parameters.as_dict(),
        "roads": roads,
    }
    block: dict[str, Any] = jsonable(found, digits=None)
    return block


def _given(**some: object) -> dict[str, object]:
    return {name: value for name, value in some.items() if value is not None}


def provenance_of(inputs: Inputs, parameters: Parameters, **asked: Any) -> dict[str, Any]:  # noqa: ANN401
    """Tell what an answer was made from, where it was made from the tables of one run; see `provenance`."""
    used = inputs.region.parameters(parameters)
    return provenance(inputs.hashes, used, roads=inputs.roads.about, seizures=inputs.seizures_from, **asked)
