"""JSON Schemas (2020-12) of everything that is written as JSON.

One file ``NAME.schema.json`` an output. Its ``$id`` ends with the version, ``urn:routes:schema:NAME:1.0``;
`stamped` puts name and version into a document, so that the schema is the only place where they stand. What
a version promises is told in ``docs/json.md``.
"""

from __future__ import annotations

import difflib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from routes.errors import RoutesError

_SUFFIX = ".schema.json"


def schema_names() -> list[str]:
    """Names of all schemas, in alphabetical order.

    Examples
    --------
    >>> "ranking" in schema_names()
    True
    """
    found = (entry.name for entry in files(__name__).iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX))


def schema_text(name: str) -> str:
    """Return a schema as it stands in the package.

    Raises
    ------
    RoutesError
        If there is no schema of that name.
    """
    known = schema_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
        raise RoutesError(f"no JSON Schema is called {name!r}. {hint}")
    return (files(__name__) / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


@cache
def _version(name: str) -> str:
    identity: str = json.loads(schema_text(name))["$id"]
    return identity.rpartition(":")[2]


def stamped(name: str) -> dict[str, Any]:
    """Head of a JSON document: which schema it follows, and its version.

    Examples
    --------
    >>> stamped("ranking")
    {'schema': 'routes/ranking', 'schema_version': '1.0'}
    """
    return {"schema": f"routes/{name}", "schema_version": _version(name)}
