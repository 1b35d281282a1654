"""The databases that stores are tried with."""

from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

import postgres
from dragoman.serving.storage.database import Database


@pytest.fixture(scope="session")
def postgresql() -> Generator[str]:
    """The URL of a PostgreSQL server."""
    if postgres.INITDB is None:
        pytest.skip("NOT TESTED: no PostgreSQL on this machine")
    with postgres.running() as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql: str, request: pytest.FixtureRequest) -> str:
    """The URL of a new database."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return postgresql.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A new database of either kind."""
    if request.param == "sqlite":
        return Database.in_file(tmp_path / "x.sqlite3")
    return Database.at(request.getfixturevalue("postgresql_database"))
