"""Values in messages: short, quoted, and harmless on a terminal."""

from __future__ import annotations

LONGEST = 40
"""Characters of a value that a message shows."""


def show(value: str) -> str:
    r"""Quote a value for a message, shortened, with control characters escaped.

    Characters that move the cursor or turn the direction of writing are escaped as well.

    Examples
    --------
    >>> print(show("a\x1b[2J"))
    'a\x1b[2J'
    >>> print(show("x" * 50))
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    short = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
    return "'" + "".join(_escape(character) for character in short) + "'"


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def reason(error: object, longest: int = 200) -> str:
    r"""Give what a library says of an error, in one short harmless line without its full stop.

    Examples
    --------
    >>> print(reason(ValueError("no field 'a\x1b'\nin the file.")))
    no field 'a\x1b' in the file
    """
    text = " ".join(str(error).split()).rstrip(".")
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(map(_escape, short))
