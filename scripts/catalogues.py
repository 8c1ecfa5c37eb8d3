"""Bring the message catalogues up to date with what the sources say, and make the ``.mo`` that a run reads.

New messages come in without a translation, those that nothing says any more are dropped; translations stay.
``--check`` writes nothing and ends with 1 if a catalogue is behind.

Usage::

    python scripts/catalogues.py
    python scripts/catalogues.py --check
"""

from __future__ import annotations

import argparse
import io
import string
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from routes.outputs.maps.bilingual import script_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "routes" / "outputs" / "catalogues"
SCRIPTS = ROOT / "routes" / "outputs" / "maps" / "templates"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("tr", "message", "state"), None),
    **dict.fromkeys(("trn", "message_n"), (1, 2)),
    **dict.fromkeys(("trp", "message_p"), ((1, "c"), 2)),
}


def sources() -> Catalog:
    """Find every message in the sources and templates."""
    found = Catalog(project="routes", charset="utf-8")
    options = {"**/templates/**.html": {"silent": "false"}}
    for file, _line, message, _comments, context in extract_from_dir(
        ROOT / "routes", METHODS, options_map=options, keywords=KEYWORDS
    ):
        if message != "…":  # the docstring of the module
            found.add(message, locations=[(f"routes/{file}", 0)], context=context)
    for script in sorted(SCRIPTS.glob("*.js")):
        where = [(str(script.relative_to(ROOT)), 0)]
        for function, first, second in script_calls(script.name):
            context = first if function == "tp" else None
            message = {"t": first, "tn": (first, second), "tp": second}[function]
            found.add(message, None, where, context=context)
    for word in region_words():
        found.add(word, locations=[("data/region.toml", 0)])
    return found


def region_words() -> list[str]:
    """List what the bundled region is called, what moves in it, and its substances."""
    region = tomllib.loads((ROOT / "data" / "region.toml").read_text(encoding="utf-8"))
    words = [region[name] for name in ("name", "title", "goods", "precursor", "product", "weights_from")]
    return list(dict.fromkeys([*words, *(name for name in region["substances"] if name != "other")]))


def read(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def updated(path: Path, template: Catalog) -> Catalog:
    """Read a catalogue and bring it up to date with the sources."""
    catalogue = read(path)
    template.creation_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Write a catalogue for people."""
    file = io.BytesIO()
    write_po(file, catalogue, width=110, include_lineno=False, sort_by_file=True)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Write a catalogue for the program."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def faults(catalogue: Catalog) -> Iterator[str]:
    """Tell what a catalogue lacks: translations, plural forms, braces that the English has."""
    for message in catalogue:
        if message.id and (wrong := _fault(message, catalogue.num_plurals)):
            yield f"{message.id!r}: {wrong}"


def _fault(message: Message, forms: int) -> str:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    if not all(said):
        return "is not translated"
    if isinstance(message.id, tuple) and len(said) != forms:
        return f"has {len(said)} plural forms of {forms}"
    wanted = braces(ids[-1])
    return "" if all(braces(text) == wanted for text in said) else f"wants the braces {sorted(wanted)}"


def braces(text: str) -> set[str]:
    """Names in the braces of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def main() -> int:
    """Bring all catalogues up to date, or look whether they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="Write nothing; end with 1 if one is behind.")
    check = parser.parse_args().check
    template, behind = sources(), False
    for path in sorted(CATALOGUES.glob("*.po")):
        catalogue = updated(path, template)
        files = {path: as_po(catalogue), path.with_suffix(".mo"): as_mo(catalogue)}
        for file, content in files.items():
            if not file.exists() or file.read_bytes() != content:
                behind = True
                print(f"{file.relative_to(ROOT)} is {'behind' if check else 'written'}.")
                if not check:
                    file.write_bytes(content)
        told = [*faults(catalogue)]
        print("\n".join([f"{path.name}: {len(catalogue)} messages, {len(told)} with a fault", *told]))
        behind = behind or bool(told)
    return int(check and behind)


if __name__ == "__main__":
    sys.exit(main())
