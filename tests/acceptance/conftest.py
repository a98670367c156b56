"""A real lab with a real emulated board, shared by the acceptance tests of a process."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pumice.testing.running_lab import RunningLab

EXAMPLE = Path(__file__).parents[2] / "examples" / "jobs" / "qemu-smoke.yaml"


@pytest.fixture(scope="session")
def site_database() -> Iterator[str | None]:
    """A fresh PostgreSQL database where the tests run on PostgreSQL; else None: SQLite."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield None
        return
    name = f"pumice_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    base, _, query = server.partition("?")
    yield base.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def lab(
    tmp_path_factory: pytest.TempPathFactory, site_database: str | None
) -> Iterator[RunningLab]:
    folder: Path = tmp_path_factory.mktemp("acceptance") / "lab"
    with RunningLab(folder, database=site_database) as running:
        yield running


@pytest.fixture
def smoke_definition() -> str:
    """The demo's job, as users of a clone submit it."""
    return EXAMPLE.read_text()
