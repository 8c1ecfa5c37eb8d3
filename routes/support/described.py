"""What a field of a record holds, told in its type: words, bounds, digits.

Where a record is written as JSON, the type of each field says what it means and what it may be::

    share: Annotated[float, Rule(minimum=0, maximum=1), "Share of the inflow that passes here."]

The writer (`routes.support.jsonable`) and the JSON Schemas (`routes.outputs.schemas`) both read it there.
"""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass
from dataclasses import fields as dataclass_fields
from enum import Enum
from functools import cache
from typing import Annotated, Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict


@dataclass(frozen=True, slots=True)
class Rule:
    """Bounds of a value: the keywords of JSON Schema, in Python's spelling."""

    minimum: float | None = None
    maximum: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    format: str | None = None
    enum: tuple[str, ...] | None = None
    required: tuple[str, ...] | None = None

    def keywords(self) -> dict[str, Any]:
        """Write the bounds as JSON Schema has them.

        Examples
        --------
        >>> Rule(minimum=0, min_items=2).keywords()
        {'minimum': 0, 'minItems': 2}
        """
        given = {field.name: getattr(self, field.name) for field in dataclass_fields(self)}
        return {
            _camel(name): list(value) if isinstance(value, tuple) else value
            for name, value in given.items()
            if value is not None
        }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


@dataclass(frozen=True, slots=True)
class Digits:
    """Decimals to which a number is written, and all numbers inside; None: as it is."""

    digits: int | None


@dataclass(frozen=True, slots=True)
class Since:
    """A later minor version of its documents brought the field: documents without it stay valid."""

    version: str


@dataclass(frozen=True, slots=True)
class More:
    """Type of the fields of an object besides those that are described; None: there must be none."""

    hint: Any


@dataclass(frozen=True, slots=True)
class Like:
    """The value is a mapping with the fields of this record, or one of several kinds of record."""

    record: Any


class Mark(Enum):
    """How a field is written."""

    NOT_WRITTEN = "not written"
    FLAT = "its own fields stand in its place"


NOT_WRITTEN, FLAT = Mark.NOT_WRITTEN, Mark.FLAT
EXACT = Digits(None)


@dataclass(frozen=True, slots=True)
class Described:
    """One field of a record: its name, its bare type, and the notes beside it."""

    name: str
    hint: Any
    notes: tuple[Any, ...]
    optional: bool = False

    @property
    def flat(self) -> bool:
        """Whether its own fields stand in its place."""
        return FLAT in self.notes

    @property
    def required(self) -> bool:
        """Whether every document has it."""
        return not self.optional and not any(isinstance(note, Since) for note in self.notes)


@cache
def described(record: type) -> tuple[Described, ...]:
    """List the fields of a dataclass or TypedDict that are written, in their order.

    Examples
    --------
    >>> @dataclass
    ... class Spot:
    ...     name: Annotated[str, "What it is called."]
    ...     drawn: Annotated[int, NOT_WRITTEN] = 0
    >>> [(field.name, field.notes) for field in described(Spot)]
    [('name', ('What it is called.',))]
    """
    hints = get_type_hints(record, include_extras=True)
    names = [field.name for field in dataclass_fields(record)] if is_dataclass(record) else list(hints)
    every = (_described(name, hints[name]) for name in names)
    return tuple(field for field in every if NOT_WRITTEN not in field.notes)


def _described(name: str, hint: Any) -> Described:  # noqa: ANN401 - a type, as typing writes it
    optional = get_origin(hint) is NotRequired
    bare, notes = unpacked(get_args(hint)[0] if optional else hint)
    like = next((note.record for note in notes if isinstance(note, Like)), bare)
    return Described(name, like, notes, optional)


def unpacked(hint: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401 - a type, as typing writes it
    """Part a type from the notes beside it.

    Examples
    --------
    >>> unpacked(Annotated[int, "How many."]), unpacked(str)
    ((<class 'int'>, ('How many.',)), (<class 'str'>, ()))
    """
    if get_origin(hint) is not Annotated:
        return hint, ()
    base, *notes = get_args(hint)
    return base, tuple(notes)


def is_record(hint: Any) -> bool:  # noqa: ANN401 - a type, as typing writes it
    """Whether a type has fields of its own."""
    return is_dataclass(hint) or is_typeddict(hint)


def columns(record: type) -> list[str]:
    """Names of all fields, those of flat ones in their place."""
    return [
        name for field in described(record) for name in (columns(field.hint) if field.flat else [field.name])
    ]
