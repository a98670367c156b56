"""Every test runs in a lab folder of its own process; the database is SQLite unless
``DATABASE_URL`` names a PostgreSQL server on which test databases may be made."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_LAB = Path(tempfile.mkdtemp(prefix="pumice-tests-"))
_PROCESS = os.getpid()


@atexit.register
def _remove_lab() -> None:
    if os.getpid() == _PROCESS:  # not in a process that a test has forked
        shutil.rmtree(_LAB, ignore_errors=True)


os.environ["PUMICE_DIR"] = str(_LAB)
os.environ["DJANGO_SETTINGS_MODULE"] = "pumice.server.settings.django"

import django  # noqa: E402
from django.conf import settings  # noqa: E402 - the folder comes first

if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(_LAB / "test.sqlite3")
# Cheap passwords: what is tested is never the hash.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()


def pytest_xdist_setupnodes() -> None:
    """Processes that run tests in parallel make a folder each: they shall not inherit this one."""
    for name in ("PUMICE_DIR", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Nothing may hold a connection to the test database when it is dropped."""
    from pumice.server.database import wake

    yield
    wake.close()
