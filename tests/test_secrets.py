"""No password comes back in any message, however it is spelled and wherever it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from commands import run

from routes.cli.console import hidden
from routes.errors import RoutesError, without_secrets

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SECRET = "Zx9Tr0ubadour"  # noqa: S105 - of nobody
AWKWARD = "Zx9/Tr0:ub@d#our"
SPELLINGS = [
    f"postgresql://ann:{SECRET}@127.0.0.1:1/cases?table=t",
    f"postgres://ann:{SECRET}@127.0.0.1:1/cases?table=t",
    f"POSTGRESQL://ann:{SECRET}@127.0.0.1:1/cases?table=t",
    f" postgresql://ann:{SECRET}@127.0.0.1:1/cases?table=t",
    f"postgresql://ann:{SECRET}@127.0.0.1:1/cases?table=t\n",
    f"'postgresql://ann:{SECRET}@127.0.0.1:1/cases?table=t'",
    f"postgresql+psycopg://ann:{SECRET}@db/cases?table=t",
    f"postgresql+psycopg2://ann:{SECRET}@db/cases",
    f"postgresql+asyncpg://ann:{SECRET}@db/cases",
    f"postgis://ann:{SECRET}@db/cases?table=t",
    f"pgsql://ann:{SECRET}@db/cases",
    f"psql://ann:{SECRET}@db/cases",
    f"postgresql:ann:{SECRET}@db/cases",
    f"postgresql:/ann:{SECRET}@db/cases",
    f"postgresql:\\\\ann:{SECRET}@db\\cases",
    f"//ann:{SECRET}@db/cases",
    f"ann:{SECRET}@db:5432/cases",
    f"ann:{SECRET}@db.csv",
    f"postgresql://:{SECRET}@db/cases?table=t",
    f"postgresql://ann:{SECRET}/cases?table=t",
    f"postgresql://ann:{AWKWARD}@127.0.0.1:1/cases?table=t",
    f"postgresql://ann:{quote(AWKWARD, safe='')}@127.0.0.1:1/cases?table=t",
    f"postgresql://ann:Zx9 Tr0ub {SECRET}@127.0.0.1:1/cases?table=t",
    quote(f"postgresql://ann:{SECRET}@db/cases?table=t", safe=""),
    f"postgresql://127.0.0.1:1/cases?password={SECRET}&table=t",
    f"postgresql://127.0.0.1:1/cases?table=t&PASSWORD={SECRET}",
    f"postgresql://127.0.0.1:1/cases?table=t&sslpassword={SECRET}",
    f"postgresql://127.0.0.1:1/cases?table=t&password=%5A{SECRET[1:]}",
    f"host=127.0.0.1 user=ann password={SECRET} dbname=cases",
    f"host=127.0.0.1 user=ann password='Zx9 {SECRET}' dbname=cases",
    f"host=127.0.0.1 user=ann password = {SECRET}",
    f"PG:host=127.0.0.1 user=ann password={SECRET}",
    f"PGPASSWORD={SECRET} psql",
    f"Driver=PostgreSQL;Server=db;Uid=ann;Pwd={SECRET};",
    f"jdbc:postgresql://db/cases?user=ann&password={SECRET}",
    f"mysql://ann:{SECRET}@db/cases",
    f"https://ann:{SECRET}@example.org/seizures.csv",
    f"https://example.org/seizures.csv?token={SECRET}",
    f"service=cases passphrase={SECRET}",
    f"~/cases-password:{SECRET}.csv",
]
PLACES = [
    ("validate", "{}"),
    ("rank", "--seizures", "{}"),
    ("rank", "--config", "{}"),
    ("rank", "--roads", "{}"),
    ("rank", "--data", "{}"),
    ("rank", "--as-of", "{}"),
    ("rank", "--top", "{}"),
    ("rank", "--gate", "{}"),
    ("rank", "--format", "{}"),
    ("rank", "--substance", "{}"),
    ("rank", "{}"),
    ("{}",),
    ("rank", "--scheduler", "{}"),
    ("rank", "--output", "./{}/x/y"),
    ("backtest", "--train", "{}", "--test", "{}"),
    ("compare", "--before", "{}", "--after", "2010-01-01:2011-01-01"),
    ("map", "--basemap", "{}"),
    ("map", "--size", "{}"),
    ("whatif", "--close", "{}"),
    ("whatif", "--penalty", "{}"),
    ("whatif", "--watch", "{}=2"),
    ("interdict", "--jurisdiction", "{}"),
    ("interdict", "--cost", "{}"),
    ("explain", "{}"),
    ("brief", "--operation", "{}"),
    ("export", "--layer", "{}"),
    ("schema", "{}"),
    ("network", "build", "--osm", "{}"),
]
QUICK = PLACES[:7]


def shown(text: str) -> list[str]:
    """Pieces of a secret that a text shows: any four signs of it that say more than the place does."""
    return [part for part in ("Zx9", "Tr0", "ubadour", "ub@d", "d#our", "5A" + SECRET[1:5]) if part in text]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_message_shows_a_password(spelling: str, tmp_path: Path) -> None:
    for place in QUICK:
        said = run(*[part.format(spelling) for part in place], cwd=tmp_path)
        assert said.returncode == 2, (place, said)
        assert not shown(said.stdout + said.stderr), (place, said.stderr)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_no_option_shows_a_password(place: tuple[str, ...], tmp_path: Path) -> None:
    for spelling in SPELLINGS:
        said = run(*[part.format(spelling) for part in place], cwd=tmp_path)
        assert not shown(said.stdout + said.stderr), (spelling, said.stderr)


# Where a password with a space or a slash ends can only be told from the whole argument: a library has none.
ENDED = [spelling for spelling in SPELLINGS if "Zx9 " not in spelling and "Zx9/" not in spelling]


@pytest.mark.parametrize("spelling", ENDED)
def test_an_error_of_the_library_shows_none_either(spelling: str) -> None:
    assert SECRET not in str(RoutesError(f"{spelling}: there is no such file."))


@pytest.mark.parametrize(
    "said",
    [
        "s.csv line 17, lat: wanted -90 to 90, got 120.5. Are lat and lon swapped?",
        "--scheduler: wanted tcp://host:port, got 'tcp://10.0.0.1:8786'.",
        "Write / as %2F, @ as %40, : as %3A, or keep the password in ~/.pgpass or in PGPASSWORD.",
        "postgresql://ann@db:5433/cases?table=law.seizures: the database does not answer: refused.",
        'the database does not answer: password authentication failed for user "ann".',
        "x.csv line 3, date: wanted YYYY-MM-DD, got 2020-01-01T10:00:00. Give the day.",
        "--basemap: wanted https://HOST/{z}/{x}/{y}.png",
        "C:\\cases\\seizures.csv: there is no such file.",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert without_secrets(said) == said
    assert hidden(said, ["rank", "--seizures", "s.csv"]) == said
