"""Seizures from a real PostgreSQL server with PostGIS.

`.ci/postgis start` starts one apart from any other, and says in ``ROUTES_TEST_POSTGIS`` where it is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pandas as pd
import pytest
from browsers import skip_unless_ci
from commands import run
from seizure_files import GOOD, TODAY

from routes import read as tables
from routes.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

PASSWORD = "not/for:messages@100%"  # noqa: S105 - of a server that lives for one run


@pytest.fixture(scope="module")
def server() -> str:
    """Address of the server and database, with the password of its owner."""
    address = os.environ.get("ROUTES_TEST_POSTGIS")
    if not address:
        skip_unless_ci('no PostGIS server: eval "$(.ci/postgis start)" to run these tests')
    return address


@pytest.fixture(scope="module")
def database(server: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect, with a schema of our own and a reader who may read some of it."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS law CASCADE")
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE SCHEMA law")
        connection.execute(sql.SQL("CREATE ROLE reader LOGIN PASSWORD {}").format(PASSWORD))
        connection.execute("GRANT USAGE ON SCHEMA law TO reader")
        yield connection
        connection.execute("DROP SCHEMA law CASCADE")
        connection.execute("DROP ROLE reader")


def fill(
    connection: psycopg.Connection[Any],
    table: str,
    rows: list[dict[str, Any]],
    geometry: str = "geometry(Point, 4326)",
    key: str = "gid integer PRIMARY KEY,",
    types: dict[str, str] | None = None,
) -> None:
    """Make a table of the schema and put rows into it, all of them numbered backwards."""
    from psycopg import sql

    names = [name for name in (rows or good({}))[0] if name not in ("lat", "lon", "geom")]
    columns = ", ".join(f'"{name}" {(types or {}).get(name, "text")}' for name in names)
    named = sql.Identifier("law", table)
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(named))
    connection.execute(sql.SQL(f"CREATE TABLE {{}} ({key} {columns}, geom {geometry})").format(named))  # type: ignore[arg-type]
    whole = sql.SQL("COPY {} FROM STDIN").format(named)
    with connection.cursor() as cursor, cursor.copy(whole) as copy:
        for number, row in enumerate(rows, 1):
            cells = [row[name] if row[name] != "" else None for name in names]
            copy.write_row([*([len(rows) + 1 - number] if key else []), *cells, row.get("geom")])


def good(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    point = "SRID=4326;POINT(61.07 34.66)"
    return [{**GOOD, "seizure_id": f"s-{n}", "geom": point, **change} for n, change in enumerate(changes, 1)]


def at(server: str, table: str, user: str = "", password: str = PASSWORD) -> str:
    if user:
        parts = urlsplit(server)
        host = f"{parts.hostname}:{parts.port}"
        server = f"postgresql://{user}:{quote(password, safe='')}@{host}{parts.path}"
    return f"{server}?table={table}"


def only_fault(address: str) -> Fault:
    with pytest.raises(InputError) as caught:
        tables.read_seizures(address, today=TODAY)
    (fault,) = caught.value.faults
    secret = urlsplit(address).password or "none"
    assert secret not in str(fault)
    assert PASSWORD not in str(fault)
    return fault


def test_a_table_reads_as_the_csv_does(server: str, database: psycopg.Connection[Any]) -> None:
    text = tables.read_rows(tables.bundled("seizures.csv")).cells.to_dict("records")
    rows = [
        {**row, "geom": f"SRID=4326;POINT({row['lon']} {row['lat']})" if row["lat"] else None} for row in text
    ]
    types = {"quantity_reported": "double precision", "quantity_kg": "numeric"}
    fill(database, "seizures", rows, types=types)
    expected = tables.read_seizures(tables.bundled("seizures.csv"))
    read = tables.read_seizures(at(server, "law.seizures"))
    assert read["gid"].tolist() == [str(n) for n in range(1, len(text) + 1)], "in the order of the key"
    pd.testing.assert_frame_equal(read[::-1].reset_index(drop=True)[expected.columns], expected, rtol=1e-12)


def test_types_of_a_database(server: str, database: psycopg.Connection[Any]) -> None:
    types = {
        "date": "date",
        "quantity_reported": "numeric(10,2)",
        "quality_note": "jsonb",
        "operation": "boolean",
    }
    fill(database, "typed", good({"date": "2017-09-14", "quality_note": '{"a": 1}'}), types=types)
    read = tables.read_seizures(at(server, "law.typed"))
    assert read[["date", "quantity_reported", "quality_note"]].to_numpy().tolist() == [
        ["2017-09-14", 100.0, '{"a": 1}']
    ]


def test_other_coordinate_systems_and_none(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "metres", good({"geom": "SRID=3857;POINT(6798281.30 4117010.12)"}), "geometry")
    read = tables.read_seizures(at(server, "law.metres"))
    assert read.loc[0, ["lat", "lon"]].tolist() == pytest.approx([34.66, 61.07], abs=0.01)
    fill(database, "globe", good({}), "geography(Point)")
    assert tables.read_seizures(at(server, "law.globe"))["lon"].tolist() == [61.07]
    fill(database, "nowhere", good({"geom": "POINT(61 34)"}), "geometry")
    assert "the points have no coordinate system" in only_fault(at(server, "law.nowhere")).message
    fill(database, "mixed", good({}, {"geom": "SRID=3857;POINT(1 2)"}), "geometry")
    assert "several coordinate systems (3857, 4326)" in only_fault(at(server, "law.mixed")).message
    fill(
        database,
        "line",
        good({"geom": "SRID=4326;LINESTRING(1 2, 3 4)", "location_precision": ""}),
        "geometry",
    )
    assert "wanted a Point, got a LineString" in only_fault(at(server, "law.line")).message


def test_a_fault_names_the_key(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "faulty", good({}, {"quantity_reported": "-5"}, {}))
    fault = only_fault(at(server, "law.faulty"))
    assert fault.place == "row 2 (gid '2')"
    assert fault.column == "quantity_reported"


def test_views_without_a_key_are_ordered_and_named_by_their_id(
    server: str, database: psycopg.Connection[Any]
) -> None:
    fill(database, "base", good({}, {"unit_reported": "pud"}, {}), key="")
    database.execute('CREATE OR REPLACE VIEW law."Late.View" AS SELECT * FROM law.base')
    fault = only_fault(at(server, 'law."Late.View"'))
    assert fault.place == "row 2 (seizure_id 's-2')"


def test_the_hash_is_of_the_rows_alone(server: str, database: psycopg.Connection[Any]) -> None:
    rows = good({}, {}, {"place": "Herat"})
    fill(database, "forward", rows, key="")
    fill(database, "backward", rows[::-1], key="")
    fill(database, "other", good({}, {}, {"place": "Kabul"}), key="")
    first, second, third = (
        tables.read_records(at(server, f"law.{name}")).sha256 for name in ("forward", "backward", "other")
    )
    assert first == second
    assert first != third


def test_ten_thousand_rows_come_in_parts(
    server: str, database: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than travel at once; the server is asked for no more than that."""
    fill(database, "many", good(*[{}] * 10_000))
    parts: list[int] = []
    import psycopg

    fetch = psycopg.ServerCursor._fetch_gen

    def counted(self: Any, num: int | None) -> Any:
        parts.append(num or 0)
        return fetch(self, num)

    monkeypatch.setattr(psycopg.ServerCursor, "_fetch_gen", counted)
    assert len(tables.read_seizures(at(server, "law.many"))) == 10_000
    assert len(parts) >= 2
    assert set(parts) == {5000}


def test_no_such_table_schema_database_or_server(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "Seizures", good({}))
    assert "there is no table 'seizures1'" in only_fault(at(server, "law.seizures1")).message
    assert "in the schema 'law'. Capitals count" in only_fault(at(server, "law.SEIZURES")).message
    assert "in the schema 'none'" in only_fault(at(server, "none.seizures")).message
    assert "on the search path" in only_fault(at(server, "Seizures")).message
    assert len(tables.read_seizures(at(server, "law.Seizures"))) == 1
    nowhere = server.replace("/routes_test", "/no_such_database")
    assert 'database "no_such_database" does not exist' in only_fault(at(nowhere, "t")).message
    closed = "postgresql://ann:hidden@127.0.0.1:1/db?table=t"
    assert "the database does not answer" in only_fault(closed).message


def test_a_sequence_is_no_table(server: str, database: psycopg.Connection[Any]) -> None:
    database.execute("CREATE SEQUENCE IF NOT EXISTS law.counter")
    assert "'counter' is no table or view" in only_fault(at(server, "law.counter")).message


def test_no_permission(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "secret", good({}))
    fault = only_fault(at(server, "law.secret", "reader"))
    assert "permission denied for table secret. Ask its owner for the right to read it" in fault.message
    database.execute("GRANT SELECT ON law.secret TO reader")
    assert len(tables.read_seizures(at(server, "law.secret", "reader"))) == 1
    database.execute("CREATE SCHEMA IF NOT EXISTS shut")
    database.execute("CREATE TABLE IF NOT EXISTS shut.t (a text)")
    try:
        message = only_fault(at(server, "shut.t", "reader")).message
    finally:
        database.execute("DROP SCHEMA shut CASCADE")
    assert "permission denied for schema shut" in message


def test_a_wrong_password_is_not_shown(server: str, database: psycopg.Connection[Any]) -> None:
    del database  # which makes the role
    fault = only_fault(at(server, "law.t", "reader", "wrong?&secret"))
    assert "password authentication failed" in fault.message
    assert "secret" not in str(fault)


@pytest.mark.parametrize(
    "name",
    ['x"; DROP TABLE law.victim; --', "x'; DROP TABLE law.victim; --", "victim; DROP TABLE law.victim"],
)
def test_a_name_is_a_name_whatever_it_holds(
    name: str, server: str, database: psycopg.Connection[Any]
) -> None:
    fill(database, "victim", good({}))
    fill(database, name, good({}, {}))
    quoted = quote('law."' + name.replace('"', '""') + '"')
    assert len(tables.read_seizures(at(server, quoted))) == 2
    assert len(tables.read_seizures(at(server, "law.victim"))) == 1
    fault = only_fault(at(server, quote('law."no ' + name.replace('"', '""') + '"')))
    assert "there is no table" in fault.message
    assert len(tables.read_seizures(at(server, "law.victim"))) == 1


def test_no_sql_and_no_unknown_words_in_the_address(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "plain", good({}))
    fault = only_fault(at(server, "law.plain") + "&where=true")
    assert 'invalid URI query parameter: "where"' in fault.message


def test_nothing_is_written(server: str, database: psycopg.Connection[Any]) -> None:
    """A view with a function that writes is stopped by the read-only transaction."""
    fill(database, "log", good({}))
    database.execute(
        "CREATE OR REPLACE FUNCTION law.sneak() RETURNS text LANGUAGE sql AS "
        "$$ DELETE FROM law.log RETURNING seizure_id $$"
    )
    database.execute("CREATE OR REPLACE VIEW law.trap AS SELECT law.sneak() AS seizure_id")
    assert "read-only transaction" in only_fault(at(server, "law.trap")).message
    assert len(tables.read_seizures(at(server, "law.log"))) == 1


def test_values_that_python_cannot_hold(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "endless", good({"date": "infinity"}), types={"date": "date"})
    assert "the table cannot be read: date too large" in only_fault(at(server, "law.endless")).message


def test_two_columns_of_shapes(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "double", good({}))
    database.execute("ALTER TABLE law.double ADD COLUMN centre geometry")
    assert "several columns of shapes: 'geom', 'centre'" in only_fault(at(server, "law.double")).message


def test_a_table_that_is_locked_or_slow_ends_in_a_message(
    server: str, database: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    fill(database, "held", good({}))
    monkeypatch.setattr("routes.read.formats.postgis.LOCK_SECONDS", 1)
    with psycopg.connect(server) as other:
        other.execute("LOCK TABLE law.held IN ACCESS EXCLUSIVE MODE")
        assert (
            "took too long: canceling statement due to lock timeout"
            in only_fault(at(server, "law.held")).message
        )
    database.execute(
        "CREATE OR REPLACE VIEW law.slow AS SELECT held.*, pg_sleep(5)::text AS wait FROM law.held"
    )
    address = at(server, "law.slow") + "&options=-c%20statement_timeout%3D1s"
    assert "took too long: canceling statement due to statement timeout" in only_fault(address).message
    database.execute("DROP VIEW law.slow")


def test_a_view_without_end_is_refused_before_it_fills_the_memory(
    server: str, database: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routes.read.formats.postgis.MOST_CHARACTERS", 10_000)
    database.execute(
        "CREATE VIEW law.flood AS SELECT repeat('x', 100) AS x, generate_series(1, 1000000000) AS n"
    )
    assert "holds more than 0 MiB of text. View a part." in only_fault(at(server, "law.flood")).message
    database.execute("DROP VIEW law.flood")


def test_decimals_of_numbers_are_not_those_of_text(
    server: str, database: psycopg.Connection[Any], tmp_path: Path
) -> None:
    fill(database, "typed", good({"quantity_reported": 1.234}), types={"quantity_reported": "numeric"})
    config = tmp_path / "c.toml"
    config.write_text('[columns]\nquantity_reported = { column = "quantity_reported", decimal = "," }\n')
    mapping = tables.read_mapping(config)
    assert (
        tables.read_records(at(server, "law.typed"), mapping=mapping).all_valid()["quantity_reported"][0]
        == 1.234
    )


def test_an_empty_table(server: str, database: psycopg.Connection[Any]) -> None:
    fill(database, "empty", [])
    assert len(tables.read_seizures(at(server, "law.empty"))) == 0


def test_ranking_from_a_database_shows_no_password_anywhere(
    server: str, database: psycopg.Connection[Any], tmp_path: Path
) -> None:
    fill(database, "ranked", good({}, {"unit_reported": "pud"}))
    database.execute("GRANT SELECT ON law.ranked TO reader")
    address = at(server, "law.ranked", "reader")
    done = run(
        "rank",
        "--seizures",
        address,
        "--skip-invalid",
        "--format",
        "json",
        "--output",
        "out.json",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert '"kind": "postgis"' in (tmp_path / "out.json").read_text(encoding="utf-8")
    assert (tmp_path / "law.ranked.rejected.csv").is_file()
    everything = (
        done.stdout + done.stderr + "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    )
    for secret in (PASSWORD, quote(PASSWORD, safe="")):
        assert secret not in everything
    wrong = run("validate", at(server, "law.ranked", "reader", "wrong-secret"), cwd=tmp_path)
    assert wrong.returncode == 2
    assert "wrong-secret" not in wrong.stdout + wrong.stderr
