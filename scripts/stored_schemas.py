"""Write the JSON Schemas anew that the tests compare with what the types of the documents say.

A line a field of the document and a line a type, so that a change shows as the lines that it touches::

    python scripts/stored_schemas.py
"""

from __future__ import annotations

import json
from pathlib import Path

from routes.outputs.schemas import schema_names, schema_text

STORED = Path(__file__).parents[1] / "tests" / "schemas"


def stored_form(name: str) -> str:
    """Lay a schema out, a line a field and a line a type."""
    parts = json.loads(schema_text(name)).items()
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(value)}" for key, value in parts) + "\n}\n"


def _lines(value: object) -> str:
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    parts = (f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}" for key, part in value.items())
    return "{\n" + ",\n".join(parts) + "\n}"


def main() -> None:
    """Write every schema, and take away those that no document has any more."""
    made = {f"{name}.json": stored_form(name) for name in schema_names()}
    STORED.mkdir(exist_ok=True)
    for path in STORED.glob("*.json"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (STORED / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
