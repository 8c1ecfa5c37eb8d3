"""Addresses of database tables: what they say, and how they are shown without the password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode

from routes.errors import Fault, InputError

if TYPE_CHECKING:
    import os

_ADDRESS = re.compile(r"(postgres(?:ql)?)://(.*)", re.DOTALL | re.IGNORECASE)
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PART = r'("(?:[^"]|"")+"|[^".]+)'
_TABLE = re.compile(rf"(?:{_PART}\.)?{_PART}")
_EXAMPLE = "postgresql://user@host/database?table=schema.table"
_SECRETS = {"password", "sslpassword"}


@dataclass(frozen=True, slots=True)
class Address:
    """A table of a PostgreSQL database.

    Attributes
    ----------
    shown : str
        The address without the password, for messages.
    connection : str
        What to give to libpq.
    schema : str
        Empty where the address names none; the search path then decides.
    table : str
        As it is written in the database: capitals count.
    secrets : tuple of str
        What no message may show.
    """

    shown: str
    connection: str
    schema: str
    table: str
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        """Without the password."""
        return f"Address({self.shown!r})"

    def scrubbed(self, message: str) -> str:
        """Take the secrets out of a message of a library."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            message = message.replace(secret, "***")
        return message

    @classmethod
    def parse(cls, text: str) -> Address:
        """Understand an address.

        Raises
        ------
        InputError
            If it names no table, or user and password are not written as an address wants them.

        Examples
        --------
        >>> address = Address.parse("postgresql://ann:secret@db:5433/cases?sslmode=require&table=law.seizures")
        >>> address.shown, address.schema, address.table
        ('postgresql://ann@db:5433/cases?table=law.seizures', 'law', 'seizures')
        """
        shown = shown_name(text)
        user, host, query = _parts(text)
        if any(sign in user for sign in "/?#[]@ ") or user.count(":") > 1 or _PERCENT.search(user):
            message = (
                "user or password hold signs that mean something else in an address. Write / as %2F, @ as"
                " %40, : as %3A, ? as %3F, # as %23 and % as %25, or keep the password in ~/.pgpass or in"
                " PGPASSWORD."
            )
            raise InputError([Fault(shown, message)])
        pairs = parse_qsl(query, keep_blank_values=True)
        tables = [value for name, value in pairs if name == "table"]
        if len(tables) != 1 or not tables[0]:
            raise InputError([Fault(shown, f"wanted one table, as in {_EXAMPLE}.")])
        named = _TABLE.fullmatch(tables[0])
        if named is None:
            message = "wanted table=name or table=schema.name. Put double quotes around a name with a point."
            raise InputError([Fault(shown, message)])
        schema, table = (_unquoted(part) for part in named.groups())
        rest = [(name, value) for name, value in pairs if name != "table"]
        password = user.partition(":")[2]
        secrets = {password, unquote(password), *(value for name, value in rest if name in _SECRETS)}
        at = "@" if user else ""
        connection = f"postgresql://{user}{at}{host}" + (
            f"?{urlencode(rest, quote_via=quote)}" if rest else ""
        )
        return cls(shown, connection, schema, table, tuple(filter(None, secrets)))


def is_address(text: str) -> bool:
    """Whether a source is the address of a database."""
    return _ADDRESS.fullmatch(text) is not None


def shown_name(source: str | os.PathLike[str]) -> str:
    """Name a source in messages and files: an address loses all but user, host, database and table.

    Whatever stands before the last ``@`` may be a password, however it is written.

    Examples
    --------
    >>> shown_name("postgresql://ann:pa/ss@wo#rd@db/cases?table=seizures&password=x")
    'postgresql://ann@db/cases?table=seizures'
    >>> shown_name("seizures.csv")
    'seizures.csv'
    """
    text = str(source)
    if not is_address(text):
        return text
    user, host, query = _parts(text)
    name = user.partition(":")[0]
    tables = [value for key, value in parse_qsl(query, keep_blank_values=True) if key == "table"]
    table = f"?table={tables[0]}" if tables else ""
    return f"postgresql://{name}{'@' if name else ''}{host}{table}"


def _parts(text: str) -> tuple[str, str, str]:
    """User and password, host and database, query; user and password end at the last ``@``."""
    found = _ADDRESS.fullmatch(text)
    body = found[2] if found else text
    user, _, rest = body.rpartition("@")
    host, _, query = rest.partition("?")
    return user, host, query


def _unquoted(part: str | None) -> str:
    if part is None:
        return ""
    return part[1:-1].replace('""', '"') if part.startswith('"') else part
