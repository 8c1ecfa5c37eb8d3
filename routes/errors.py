"""What can go wrong, in the reader's words.

Every error that a user can cause is a :class:`RoutesError`; the command line prints its message,
without a traceback, and exits with code 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_HIDDEN = "***"
_WORDS = r"(?:password|passwd|passphrase|passwort|pwd|pass|secret|token|api_?key)"
_BEGIN = r"(?<![\w.%+-])"  # of a word, so that a long one is not tried at each of its letters
_SECRETS = (
    # The word and its value, in an address, a connection string, the environment; with or without quotes
    (
        re.compile(
            rf"({_WORDS}\w{{0,20}}\s{{0,3}}(?:=|%3D|:(?=[^\s/]))\s*)('[^']*'|\"[^\"]*\"|\S+)", re.IGNORECASE
        ),
        r"\1",
    ),
    # Between user and host behind a scheme, whatever stands there
    (re.compile(_BEGIN + r"([A-Za-z][\w+.-]*:[/\\]*[^\s:/@]*:)(.{1,500})(?=@)"), r"\1"),
    # Behind a scheme and a user, the host forgotten; a number is a port
    (
        re.compile(
            _BEGIN
            + r"([A-Za-z][\w+.-]*:[/\\]{1,2}[^\s:/@]*:)(?!(?:\d+|(?i:port))(?:\W|$)|\*)([^\s/?]{1,500})"
        ),
        r"\1",
    ),
    # Between user and host, the scheme forgotten
    (re.compile(_BEGIN + r"(?<!:)([\w.%+-]*:)([^\s:/*]\S{0,500})(?=@)"), r"\1"),
    # Between user and host, the signs between them encoded
    (re.compile(r"(%3A(?:%2F)*[^\s%]*%3A)(\S{1,500})(?=%40)", re.IGNORECASE), r"\1"),
)


def without_secrets(text: str) -> str:
    """Take passwords out of a text, however an address or a connection string in it is written.

    Examples
    --------
    >>> without_secrets("no file postgis://ann:pa/ss@wo#rd@db/cases, nor 'host=db password=x user=ann'")
    "no file postgis://ann:***@db/cases, nor 'host=db password=*** user=ann'"
    >>> without_secrets("wanted host:5432, got s.csv")
    'wanted host:5432, got s.csv'
    """
    for pattern, kept in _SECRETS:
        text = pattern.sub(kept + _HIDDEN, text)
    return text


_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and line feed
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # unseen, turning
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"  # no characters at all
    "|\r(?!\n)"
)


def visible(text: str) -> str:
    r"""Write out what would act on a terminal rather than be seen: control characters, turned writing.

    Line feeds and tabs stay, and so do the joiners that Persian is written with.

    Examples
    --------
    >>> print(visible("a\x1b[2J" + chr(0x202e) + "b"))
    a\x1b[2J\u202eb
    """
    return _HARMFUL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "backslashreplace").decode("ascii")


class RoutesError(Exception):
    """Bad use or bad input, told in one message that says what to do, and no password."""

    def __init__(self, message: str = "") -> None:
        super().__init__(without_secrets(message))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input file.

    Parameters
    ----------
    file : str
        The file as the user named it.
    message : str
        What was wanted, what came, what to do.
    line : int or None
        Line of the file, counted from 1 with the header as line 1; None for the whole file.
    column : str or None
        Column name; None when the fault is about the whole row or file.
    place : str
        Where it is, in a file without lines: ``row 17``, ``feature 3``. `line` then holds the number alone.
    called : str
        What the file calls the column, if that is another name.

    Examples
    --------
    >>> print(Fault("s.csv", "wanted -90 to 90, got 120.5. Are lat and lon swapped?", 17, "lat"))
    s.csv line 17, lat: wanted -90 to 90, got 120.5. Are lat and lon swapped?
    """

    file: str
    message: str
    line: int | None = None
    column: str | None = None
    place: str = ""
    called: str = ""

    def __str__(self) -> str:
        """Where first, then what."""
        where = self.file
        if self.line is not None:
            where += f" {self.place or f'line {self.line}'}"
        if self.column is not None:
            where += f", {self.column}" + (f" (there {self.called})" if self.called else "")
        return visible(f"{where}: {self.message}").replace("\n", r"\n")


class InputError(RoutesError):
    """All faults of the input, in one message.

    Examples
    --------
    >>> print(InputError([Fault("s.csv", "the file is empty. Add a header line.")]))
    s.csv: the file is empty. Add a header line.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Fault, ...]]]:
        """Pickle the faults, not the message: the error may come from another process."""
        return type(self), (self.faults,)
