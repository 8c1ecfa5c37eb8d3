"""In which language a command answers."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated

import typer

from routes.outputs.language import Language, speaking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from routes.read.paths import Source

SECTION = "output"
LanguageOption = Annotated[
    Language | None,
    typer.Option(
        help="Language of the answer. Default: [output] of --config, else the first of the region, else en."
    ),
]


@contextmanager
def answering_in(
    language: Language | None, config: Path | None, output_format: str = "table"
) -> Iterator[Language]:
    """Speak the language that was asked for, where the answer is for a reader: data are written in none.

    Parameters
    ----------
    language : Language or None
        What the option says; None asks the config.
    config : Path or None
        The file of ``--config``.
    output_format : str
        In which the answer is written.

    Raises
    ------
    InputError
        If ``[output]`` of the config names a language that there is not, or anything else.
    """
    asked = language or language_of(config)
    with speaking(asked if output_format in _FOR_READERS else Language.en):
        yield asked


_REGION: ContextVar[Source | None] = ContextVar("_REGION", default=None)
"""Files of the region that a command reads; set for the time of the command."""


@contextmanager
def readers_of(source: Source) -> Iterator[None]:
    """Answer by default in the first language of a region that answers are written in, else in English."""
    token = _REGION.set(source)
    try:
        yield
    finally:
        _REGION.reset(token)


def _first_language() -> Language:
    from routes.support.toml import read_toml

    source = _REGION.get()
    given = read_toml(source.file("region.toml")).get("languages", []) if source else []
    known = [name for name in given if name in [*Language]] if isinstance(given, list) else []
    return Language(known[0]) if known else Language.en


_FOR_READERS = ("table", "html", "md", "pdf")


def language_of(config: Path | None) -> Language:
    """Read ``language`` in the section ``[output]`` of a config file; that of the region if there is none.

    Raises
    ------
    InputError
        If it is no language that answers are written in, or if the section holds anything else.
    """
    from routes.errors import Fault, InputError
    from routes.support.toml import read_toml

    section = read_toml(config).get(SECTION, {}) if config else {}
    known = ", ".join(Language)
    if not isinstance(section, dict) or section.keys() - {"language"}:
        raise InputError([Fault(str(config), f"[{SECTION}]: wanted language ({known}) and nothing else")])
    given = section["language"] if "language" in section else _first_language()
    if given not in [*Language]:
        told = f"{SECTION}.language: wanted {known}, got {given!r}"
        raise InputError([Fault(str(config), told)])
    return Language(given)
