"""One page in every language: what the script says, and what stands in the page in another language.

The page is written once in each language. What differs goes into it: texts of the page as pairs, texts of the
data as a tree of the same shape, and the messages of the script. The script swaps them (``language.js``).
"""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from routes.outputs.language import Language, plural_forms, speaking, spoken, tr, trp
from routes.outputs.maps import assets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(rf"\b(?P<name>tn|tp|t)\(\s*(?P<first>{_STRING})(?:\s*,\s*(?P<second>{_STRING}))?")
SPOKEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
"""Attributes that people read or hear."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONTEXT = "\x04"  # gettext's own sign between a context and its message


def languages() -> tuple[Language, ...]:
    """Every language, the one that is spoken first.

    Examples
    --------
    >>> [str(language) for language in languages()]
    ['en', 'ru']
    """
    return tuple(sorted(Language, key=lambda language: language is not spoken()))


@cache
def script_calls(name: str) -> tuple[tuple[str, str, str], ...]:
    """List the messages that a script says: function, first and second text.

    Examples
    --------
    >>> ("t", "Drawn: inflow after.", "") in script_calls("moved.js")
    True
    """
    found = _CALL.finditer(_COMMENT.sub("", assets.own(name)))
    return tuple(
        (call["name"], json.loads(call["first"]), json.loads(call["second"] or '""')) for call in found
    )


def messages(scripts: Iterable[str], language: Language) -> dict[str, str | dict[str, str]]:
    """Say every message of some scripts in a language, by its English; one that counts by plural category."""
    said: dict[str, str | dict[str, str]] = {}
    with speaking(language):
        for name in scripts:
            for function, first, second in script_calls(name):
                if function == "tn":
                    said[first] = plural_forms(first, second)
                elif function == "tp":
                    said[f"{first}{_CONTEXT}{second}"] = trp(first, second)
                else:
                    said[first] = tr(first)
    return said


def words(
    written: Mapping[Language, tuple[Mapping[str, str], Mapping[str, Any]]], scripts: Iterable[str]
) -> dict[str, Any]:
    """Gather what the page needs to be read in every language.

    Parameters
    ----------
    written : mapping
        Language -> the parts of the page and its data, of the language that the page opens in first.
    scripts : iterable of str
        Names of the scripts of the page.

    Raises
    ------
    ValueError
        If the page has another shape in another language.
    """
    own, *others = written
    parts, data = written[own]
    names = tuple(scripts)
    return {
        "own": str(own),
        "names": {str(language): language.own_name for language in Language},
        "messages": {str(language): messages(names, language) for language in written if language != "en"},
        "others": {str(other): _differences(parts, data, *written[other]) for other in others},
    }


def _differences(
    parts: Mapping[str, str],
    data: Mapping[str, Any],
    other_parts: Mapping[str, str],
    other_data: Mapping[str, Any],
) -> dict[str, Any]:
    texts: list[str] = []
    numbers: dict[str, int] = {}

    def number(text: str) -> int:
        if text not in numbers:
            numbers[text] = len(texts)
            texts.append(text)
        return numbers[text]

    pairs = {
        pair: None
        for name in parts
        for pair in zip(texts_of(parts[name]), texts_of(other_parts[name]), strict=True)
        if pair[0] != pair[1]
    }
    tree = _tree(data, other_data, number)
    return {"pairs": [*pairs], "tree": tree, "texts": texts}


def _tree(own: Any, other: Any, number: Any) -> Any:  # noqa: ANN401 - JSON
    """Say where two values of one shape differ: an object by key or index, down to the number of a text."""
    if isinstance(own, str) and isinstance(other, str):
        return None if own == other else number(other)
    if isinstance(own, dict) and isinstance(other, dict):
        if own.keys() != other.keys():
            message = f"languages: the page has {sorted(own.keys() ^ other.keys())} in one of them only."
            raise ValueError(message)
        found = {key: _tree(own[key], other[key], number) for key in own}
    elif isinstance(own, list | tuple) and isinstance(other, list | tuple):
        if own is other or own == other:
            return None
        if len(own) != len(other):
            message = f"languages: the page has {len(own)} of something in one, {len(other)} in another."
            raise ValueError(message)
        found = {str(i): _tree(*both, number) for i, both in enumerate(zip(own, other, strict=True))}
    else:
        if own != other:
            message = f"languages: the page has {own!r} in one of them, {other!r} in another."
            raise ValueError(message)
        return None
    return {key: value for key, value in found.items() if value is not None} or None


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


def texts_of(html: str) -> list[str]:
    """List what people read or hear of a piece of HTML, in its order.

    Examples
    --------
    >>> texts_of('<p title="b">a <b>&amp;</b></p>')
    ['b', 'a', '&']
    """
    reader = _Texts()
    reader.feed(html)
    reader.close()
    return reader.found
