"""Names that options give, turned into ids before the work: places, countries, operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from routes.errors import RoutesError
from routes.support.likeness import find_name, folded, likely_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routes.read.inputs import Inputs

GATE, CROSSING, AREA = "gate", "crossing", "processing area"
_KINDS = {"seaport": GATE, "land_gate": GATE, "processing_area": AREA}
_UNLISTED = "unlisted-"  # such crossings are found when the network is built
_ALL_NAMED = 20


def places_of(inputs: Inputs) -> dict[str, dict[str, str]]:
    """Ids and titles of the places that can be asked for: kind -> id -> title."""
    found: dict[str, dict[str, str]] = {GATE: {}, CROSSING: {}, AREA: {}}
    crossings, places = inputs.crossings, inputs.places
    found[CROSSING].update(zip(crossings["crossing_id"], crossings["name"], strict=True))
    for name, title, kind in zip(places["place_id"], places["name"], places["kind"], strict=True):
        if kind in _KINDS:
            found[_KINDS[kind]][name] = title
    return found


@overload
def place_id(option: str, wanted: str, inputs: Inputs, *kinds: str) -> str: ...
@overload
def place_id(option: str, wanted: None, inputs: Inputs, *kinds: str) -> None: ...
def place_id(option: str, wanted: str | None, inputs: Inputs, *kinds: str) -> str | None:
    """Find the id of a place of some kinds by its id or title; None for what was not asked for.

    Raises
    ------
    RoutesError
        With likely names, or with what else has that name.
    """
    if wanted is None:
        return None
    known = places_of(inputs)
    fitting = {name: title for kind in kinds for name, title in known[kind].items()}
    found = find_name(wanted, fitting)
    if found is not None:
        return found
    if CROSSING in kinds and folded(wanted).startswith(_UNLISTED):
        return wanted.strip().casefold()
    what = " or ".join(kinds)
    other = next((kind for kind in known if kind not in kinds and find_name(wanted, known[kind])), None)
    told = f"{wanted!r} is a {other}, not a {what}." if other else f"no {what} {wanted!r}."
    raise RoutesError(f"{option}: {told} {_hint(wanted, fitting)}")


def place_ids(option: str, wanted: Iterable[str] | None, inputs: Inputs) -> list[str]:
    """Find the ids of gates and crossings."""
    return [place_id(option, name, inputs, CROSSING, GATE) for name in wanted or ()]


def values_by_id(option: str, values: Mapping[str, float], inputs: Inputs) -> dict[str, float]:
    """Put the ids of gates and crossings for the names that values were given to.

    Raises
    ------
    RoutesError
        If a name is not known, or two mean one place.
    """
    found: dict[str, float] = {}
    for name, value in values.items():
        [known] = place_ids(option, [name], inputs)
        if known in found:
            raise RoutesError(f"{option}: {known} is given twice.")
        found[known] = value
    return found


def target_id(wanted: str, inputs: Inputs) -> str:
    """Find the id of what shall be explained: a place, or a corridor by the places that it passes.

    Raises
    ------
    RoutesError
        With likely names.
    """
    return ">".join(place_id("explain", name, inputs, GATE, CROSSING, AREA) for name in wanted.split(">"))


@overload
def country_code(option: str, wanted: str, known: Sequence[str]) -> str: ...
@overload
def country_code(option: str, wanted: None, known: Sequence[str]) -> None: ...
def country_code(option: str, wanted: str | None, known: Sequence[str]) -> str | None:
    """Find the code of a country by its code of two or three letters or its name, in any case.

    Raises
    ------
    RoutesError
        If it is none of the known.

    Examples
    --------
    >>> country_code("--country", "iran", ["AFG", "IRN"]), country_code("--country", "af", ["AFG"])
    ('IRN', 'AFG')
    """
    if wanted is None:
        return None
    from routes.read.countries import COUNTRY_NAMES, country_label, country_of

    code = country_of(wanted)
    if code in known:
        return code
    near = [] if code else likely_names(wanted, {each: COUNTRY_NAMES.get(each, "") for each in known})
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    listed = ", ".join(map(country_label, sorted(known)))
    raise RoutesError(f"{option}: wanted one of {listed}, got {wanted!r}.{hint}")


def one_of(option: str, wanted: str, known: Iterable[str], what: str) -> str:
    """Find a word in a list, in any case.

    Raises
    ------
    RoutesError
        With likely words.
    """
    words = dict.fromkeys(known, "")
    found = find_name(wanted, words)
    if found is None:
        raise RoutesError(f"{option}: no {what} {wanted!r}. {_hint(wanted, words)}")
    return found


def _hint(wanted: str, known: Mapping[str, str]) -> str:
    near = likely_names(wanted, known)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    if len(known) <= _ALL_NAMED:
        return f"Known: {', '.join(sorted(known))}."
    return "routes chokepoints lists the crossings, routes chokepoints --kind gate the gates."
