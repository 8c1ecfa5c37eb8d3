"""JSON Schemas (2020-12) of everything that is written as JSON, made from the types of the documents.

A document is a dataclass in `routes.outputs.documents`; the decorator `document` gives it its name, its
version and a command that writes it. What its fields mean and may be stands in their types
(`routes.support.described`). What a version promises is told in ``docs/json.md``.
"""

from __future__ import annotations

import difflib
import json
import pkgutil
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from routes.errors import RoutesError
from routes.support.described import Digits, Like, Mark, More, Rule, Since, described, is_record, unpacked
from routes.support.jsonable import json_text, jsonable

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.support.described import Described

Schema = dict[str, Any]
Record = TypeVar("Record", bound=type)

_LINE = 160
_VERSION_WORDS = "MAJOR.MINOR; see docs/json.md."
_SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document: what it is called, who writes it.

    ``example`` is a command that writes one, without ``routes``; ``patterns`` are further fields, by a
    pattern of their names. A ``geojson`` document begins with its type and is written in one line.
    """

    name: str
    version: str
    example: str
    geojson: bool
    patterns: Mapping[str, Any]
    type: type

    @property
    def head(self) -> dict[str, str]:
        """Which schema it follows, and its version."""
        return {"schema": f"routes/{self.name}", "schema_version": self.version}


_BY_NAME: dict[str, Document] = {}
_BY_TYPE: dict[type, Document] = {}


def document(
    name: str, version: str, example: str, *, geojson: bool = False, patterns: Mapping[str, Any] | None = None
) -> Callable[[Record], Record]:
    """Register the type of a JSON document; the only place where it is named."""

    def register(record: Record) -> Record:
        _BY_NAME[name] = _BY_TYPE[record] = Document(name, version, example, geojson, patterns or {}, record)
        return record

    return register


def documents() -> dict[str, Document]:
    """All JSON documents by name, in alphabetical order."""
    from routes.outputs import documents as package

    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_BY_NAME.items()))


def schema_names() -> list[str]:
    """Names of all schemas, in alphabetical order.

    Examples
    --------
    >>> "ranking" in schema_names()
    True
    """
    return list(documents())


def schema_text(name: str) -> str:
    """Return a schema as JSON text.

    Raises
    ------
    RoutesError
        If there is no schema of that name.
    """
    known = documents()
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
        raise RoutesError(f"no JSON Schema is called {name!r}. {hint}")
    return _laid_out(schema_of(known[name])) + "\n"


def _laid_out(value: Any, before: str = "") -> str:  # noqa: ANN401 - any JSON
    """Write JSON so that what fits in a line stands in one: a line a field."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or len(before) + len(line) <= _LINE:
        return line
    inner = before + " "
    parts = (f"{inner}{json.dumps(key)}: {_laid_out(part, inner)}" for key, part in value.items())
    return "{\n" + ",\n".join(parts) + f"\n{before}}}"


def as_dict(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a document
    """Turn a document into what is written of it, its head first.

    Raises
    ------
    RoutesError
        If a number in it is not finite.
    """
    fields: dict[str, Any] = jsonable(value)
    about = _BY_TYPE[type(value)]
    kind = {"type": fields.pop("type")} if about.geojson else {}
    return kind | about.head | fields


def document_text(value: Any) -> str:  # noqa: ANN401 - a document
    """Write a document as JSON text: GeoJSON in one line, all others in lines that are easily compared."""
    return json_text(as_dict(value), None if _BY_TYPE[type(value)].geojson else 1)


def schema_of(about: Document) -> Schema:
    """Make the JSON Schema of a document.

    Raises
    ------
    TypeError
        If a field has no words, or a type that JSON does not know.
    """
    kinds: dict[str, Schema] = {}
    whole = _object(about.type, kinds)
    major = about.version.partition(".")[0]
    head = {
        "schema": {"const": about.head["schema"]},
        "schema_version": {
            "type": "string",
            "description": _VERSION_WORDS,
            "pattern": rf"^{major}\.[0-9]+$",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:routes:schema:{about.name}:{about.version}",
        "title": f"routes {about.example}",
        "type": "object",
        "required": [*head, *whole["required"]],
        "properties": head | whole["properties"],
        **_patterns(about, kinds),
        "$defs": kinds,
    }


def _patterns(about: Document, kinds: dict[str, Schema]) -> Schema:
    found = {pattern: _schema(hint, kinds) for pattern, hint in about.patterns.items()}
    return {"patternProperties": found} if found else {}


def _object(record: type, kinds: dict[str, Schema]) -> Schema:
    fields = list(_fields(record))
    return {
        "type": "object",
        "required": [field.name for field in fields if field.required],
        "properties": {field.name: _property(record, field, kinds) for field in fields},
    }


def _fields(record: type) -> list[Described]:
    """Fields of a record, those of flat ones in their place."""
    return [
        inner for field in described(record) for inner in (_fields(field.hint) if field.flat else [field])
    ]


def _property(record: type, field: Described, kinds: dict[str, Schema]) -> Schema:
    made = _noted(field.hint, field.notes, kinds)
    if not {"description", "const"} & made.keys():
        raise TypeError(
            f"{record.__name__}.{field.name}: say what it means, as in "
            f'{field.name}: Annotated[..., "What it means."] (or NOT_WRITTEN)'
        )
    return made


def _schema(hint: Any, kinds: dict[str, Schema]) -> Schema:  # noqa: ANN401 - a type, as typing writes it
    return _noted(*unpacked(hint), kinds)


def _noted(hint: Any, notes: tuple[Any, ...], kinds: dict[str, Schema]) -> Schema:  # noqa: ANN401
    hint = next((note.record for note in notes if isinstance(note, Like)), hint)
    further = [note for note in notes if isinstance(note, More)]
    made = _object(hint, kinds) if further else _bare(hint, kinds)
    for note in further:
        made["additionalProperties"] = False if note.hint is None else _schema(note.hint, kinds)
    for note in notes:
        if isinstance(note, str):
            made["description"] = note
        elif isinstance(note, Rule):
            made |= note.keywords()
        elif not isinstance(note, Digits | Like | Mark | More | Since):
            raise TypeError(f"a note that no schema knows: {note!r}")
    since = [f" Since version {note.version}." for note in notes if isinstance(note, Since)]
    if since and "description" in made:
        made["description"] += since[-1]
    return made


def _bare(hint: Any, kinds: dict[str, Schema]) -> Schema:  # noqa: ANN401 - a type, as typing writes it
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return dict(_SIMPLE[hint])
    if is_record(hint):
        return _named(hint, kinds)
    if origin is Literal:
        return {"const": inner[0]} if len(inner) == 1 else {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return _either([_schema(part, kinds) for part in inner])
    if origin in (tuple, list, Sequence):
        return {"type": "array"} | _items(origin, inner, kinds)
    if origin in (dict, Mapping):
        values = {} if inner[1] is Any else {"additionalProperties": _schema(inner[1], kinds)}
        return {"type": "object"} | values
    raise TypeError(f"no JSON Schema for the type {hint!r}")


def _named(record: type, kinds: dict[str, Schema]) -> Schema:
    """Refer to a type of its own, described once."""
    name = record.__name__
    if name not in kinds:
        kinds[name] = {}  # a type that holds itself finds its name taken
        kinds[name] = _object(record, kinds)
    return {"$ref": f"#/$defs/{name}"}


def _items(origin: type, inner: tuple[Any, ...], kinds: dict[str, Schema]) -> Schema:
    """Items of a list, or of a tuple whose parts are all of one type."""
    if origin is not tuple or inner[-1] is Ellipsis:
        return {"items": _schema(inner[0], kinds)}
    return {"items": _schema(inner[0], kinds), "minItems": len(inner), "maxItems": len(inner)}


def _either(parts: list[Schema]) -> Schema:
    """Join types: simple ones in one list, others as alternatives."""
    if sum("$ref" in part or "items" in part for part in parts):
        return {"oneOf": parts}
    made = {key: value for part in parts for key, value in part.items()}
    return made | {"type": [part["type"] for part in parts]}
