"""A table or view of a PostgreSQL database, with or without PostGIS, as rows of text.

Plain psycopg is enough: it quotes names, reads through a cursor on the server, and gives Python values; an
SQL toolkit on top would add nothing. The database sends a geometry as hexadecimal EWKB, which names its own
coordinate system, so no function of PostGIS is called and it does not matter in which schema PostGIS stands.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import Fault, InputError
from routes.read.bounds import require_bounded
from routes.read.formats.address import Address
from routes.read.formats.cells import as_text, table_of, without_blanks
from routes.read.formats.points import with_points
from routes.read.quoting import reason, show
from routes.support.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg
    from psycopg.sql import Composed

    from routes.read.rows import RawTable

ROWS_AT_ONCE = 5000
"""Rows that travel together; the rest wait on the server."""

CONNECT_SECONDS = 10
LOCK_SECONDS = 10
STATEMENT_SECONDS = 300
"""How long to wait for a table that another holds, and for any one answer; an address may say otherwise in
its ``options``."""

MOST_CHARACTERS = 512 * 2**20
"""Of all cells of a table together."""

_RELATIONS = {"r", "p", "v", "m", "f"}  # tables, views, foreign tables
_PRIMARY_KEY = """
SELECT attname
FROM pg_catalog.pg_index JOIN pg_catalog.pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
WHERE indrelid = %s AND indisprimary ORDER BY array_position(indkey::int2[], attnum)
"""
_NUMBERS = {20, 21, 23, 26, 700, 701, 1700}
"""Whole numbers, floats and numeric, as PostgreSQL numbers its types."""
_SPATIAL = "SELECT oid FROM pg_catalog.pg_type WHERE typname IN ('geometry', 'geography')"

Rows = list[tuple[str, ...]]


def read_postgis(text: str) -> RawTable:
    """Read a whole table in one read-only transaction, ordered by its primary key.

    Without a primary key the rows are ordered by their text. The point column becomes ``lat`` and ``lon``.
    The hash is over the rows, whatever their order, not over anything else in the database.

    Parameters
    ----------
    text : str
        ``postgresql://user@host/database?table=schema.table``; other parts of the query go to libpq.

    Raises
    ------
    InputError
        If the database cannot be reached, or the table is not there or may not be read.
    RoutesError
        If psycopg is not installed.
    """
    address = Address.parse(text)
    with needs("psycopg", "postgis"):
        import psycopg

    try:
        with _connected(address) as connection:
            return _read(connection, address)
    except psycopg.errors.InsufficientPrivilege as error:
        message = f"{_said(address, error)}. Ask its owner for the right to read it (GRANT)."
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled) as error:
        message = (
            f"the database took too long: {_said(address, error)}. Try again when nobody changes the table, "
            "or raise lock_timeout or statement_timeout in the options of the address."
        )
    except psycopg.OperationalError as error:
        message = f"the database does not answer: {_said(address, error)}. Check host, user and password."
    except (psycopg.Error, UnicodeError) as error:
        message = f"the table cannot be read: {_said(address, error)}."
    # Outside the handlers, so that no traceback carries the library's own message along.
    raise InputError([Fault(address.shown, message)])


def _said(address: Address, error: Exception) -> str:
    return reason(address.scrubbed(str(error)))


def _connected(address: Address) -> psycopg.Connection[tuple[Any, ...]]:
    import psycopg

    given = psycopg.conninfo.conninfo_to_dict(address.connection)
    connection = psycopg.connect(
        address.connection,
        connect_timeout=given.get("connect_timeout", CONNECT_SECONDS),
        client_encoding="UTF8",
        application_name="routes",
    )
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _read(connection: psycopg.Connection[tuple[Any, ...]], address: Address) -> RawTable:
    from psycopg import sql

    name = sql.Identifier(*filter(None, (address.schema, address.table)))
    connection.execute("SET LOCAL TIME ZONE 'UTC'")
    _limit_waiting(connection)
    oid = _oid(connection, address, name.as_string(connection))
    key = [str(row[0]) for row in connection.execute(_PRIMARY_KEY, [oid])]
    spatial = {row[0] for row in connection.execute(_SPATIAL)}
    order = (
        sql.SQL(" ORDER BY {}").format(sql.SQL(", ").join(map(sql.Identifier, key))) if key else sql.SQL("")
    )
    names, types, rows = _fetched(connection, address, sql.SQL("SELECT * FROM {}{}").format(name, order))
    if not key:
        rows.sort()
    shaped = [number for number, kind in enumerate(types) if kind in spatial]
    if len(shaped) > 1:
        listed = ", ".join(show(names[number]) for number in shaped)
        message = f"it has several columns of shapes: {listed}. Make a view that has one of them."
        raise InputError([Fault(address.shown, message)])
    typed = [np.full(len(rows), kind in _NUMBERS) for kind in types]
    return _table(address, names, rows, key or ["seizure_id"], shaped, typed)


def _limit_waiting(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Set how long the server may take, where neither the address nor the server says."""
    limits = {"lock_timeout": LOCK_SECONDS, "statement_timeout": STATEMENT_SECONDS}
    for name, seconds in limits.items():
        unset = connection.execute("SELECT current_setting(%s) = '0'", [name]).fetchone() == (True,)
        if unset:
            connection.execute("SELECT set_config(%s, %s, true)", [name, f"{seconds}s"])


def _oid(connection: psycopg.Connection[tuple[Any, ...]], address: Address, quoted: str) -> int:
    found = connection.execute(
        "SELECT oid::bigint, relkind::text FROM pg_catalog.pg_class WHERE oid = to_regclass(%s)", [quoted]
    ).fetchone()
    if found is None:
        where = f"in the schema {show(address.schema)}" if address.schema else "on the search path"
        message = (
            f"there is no table {show(address.table)} {where}. Capitals count; write table=schema.name if it"
            " is in another schema."
        )
        raise InputError([Fault(address.shown, message)])
    oid, kind = found
    if kind not in _RELATIONS:
        raise InputError([Fault(address.shown, f"{show(address.table)} is no table or view. Name one.")])
    return int(oid)


def _fetched(
    connection: psycopg.Connection[tuple[Any, ...]], address: Address, query: Composed
) -> tuple[list[str], list[int], Rows]:
    with connection.cursor("routes_seizures") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(query)
        described = cursor.description or []
        require_bounded(address.shown, 0, len(described))
        rows = _bounded(address, cursor, len(described))
    return [column.name for column in described], [column.type_code for column in described], rows


def _bounded(address: Address, cursor: Iterable[tuple[Any, ...]], columns: int) -> Rows:
    """Take the rows as they come, each text kept once, and stop where there are too many."""
    rows: Rows = []
    known: dict[str, str] = {}
    size = 0
    for row in cursor:
        texts = tuple(map(as_text, row))
        size += sum(map(len, texts))
        if size > MOST_CHARACTERS:
            message = f"the table holds more than {MOST_CHARACTERS / 2**20:,.0f} MiB of text. View a part."
            raise InputError([Fault(address.shown, message)])
        rows.append(tuple(known.setdefault(text, text) if len(text) < _SHORT else text for text in texts))
        if len(rows) % ROWS_AT_ONCE == 0:
            require_bounded(address.shown, len(rows), columns)
    return rows


_SHORT = 100  # characters of a text that may well come again


def _table(
    address: Address,
    names: list[str],
    rows: Rows,
    naming: list[str],
    shaped: list[int],
    typed: list[np.ndarray[Any, np.dtype[np.bool_]]],
) -> RawTable:
    numbers = range(1, len(rows) + 1)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    plain = [number for number in range(len(names)) if number not in shaped]
    raw = table_of(
        address.shown,
        [names[number] for number in plain],
        [columns[number] for number in plain],
        numbers,
        "row",
        _sha256(names, rows),
        labels=_labels(names, columns, naming),
        numbers_at=[typed[number] for number in plain],
    )
    if shaped:
        shapes, system = _shapes(address, columns[shaped[0]])
        raw = with_points(raw, shapes, system)
    return without_blanks(raw)


def _labels(names: list[str], columns: list[list[str]], naming: list[str]) -> dict[int, str]:
    """Name rows by their key, which a person can look up."""
    used = [(name, columns[names.index(name)]) for name in naming if name in names]
    if not used:
        return {}
    parts = zip(*(column for _, column in used), strict=True)
    titles = [name for name, _ in used]
    return {
        number: ", ".join(f"{title} {show(part)}" for title, part in zip(titles, values, strict=True))
        for number, values in enumerate(parts, 1)
    }


def _shapes(address: Address, column: list[str]) -> tuple[np.ndarray[Any, np.dtype[np.object_]], int | None]:
    shapes = np.asarray(shapely.from_wkb([text or None for text in column]), dtype=object)
    systems = sorted({int(srid) for srid in shapely.get_srid(shapes[~shapely.is_missing(shapes)])})
    if len(systems) > 1:
        message = f"the points are in several coordinate systems ({', '.join(map(str, systems))}). Use one."
        raise InputError([Fault(address.shown, message)])
    return shapes, systems[0] if systems and systems[0] else None


def _sha256(names: list[str], rows: Rows) -> str:
    lines = [json.dumps(names), *sorted(map(json.dumps, rows))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
