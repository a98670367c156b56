"""A directory of people: Debian's slapd, on a socket of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ldap
import ldap.modlist
import pytest
from pytest_django import Settings

from pumice.server.settings.ldap import BACKEND, directory
from pumice.server.settings.table import SETTINGS

BASE = "dc=example,dc=com"
PEOPLE = f"ou=people,{BASE}"
SECONDS = 30
_CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
database mdb
directory {folder}/data
suffix "{base}"
rootdn "cn=manager,{base}"
rootpw of-the-manager
"""


def _person(uid: str, password: str, **attributes: str) -> tuple[str, dict[str, Any]]:
    entry = {"cn": uid, "sn": uid, "uid": uid, "userPassword": password, **attributes}
    return f"uid={uid},{PEOPLE}", {"objectClass": "inetOrgPerson", **entry}


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    yield BASE, {"objectClass": ["organization", "dcObject"], "o": "example", "dc": "example"}
    yield PEOPLE, {"objectClass": "organizationalUnit", "ou": "people"}
    yield _person("lewis", "of-lewis", givenName="Lewis", mail="lewis@example.com")
    yield _person("charles", "of-charles")
    yield _person("admin", "of-the-directory-s-admin")
    members = [f"uid=lewis,{PEOPLE}"]
    yield f"cn=labs,{BASE}", {"objectClass": "groupOfNames", "cn": "labs", "member": members}


def _bytes(values: Any) -> list[bytes]:
    return [value.encode() for value in ([values] if isinstance(values, str) else values)]


@pytest.fixture(scope="session")
def slapd() -> Iterator[str]:
    """The address of a directory with three people, of whom lewis is in the group labs."""
    with tempfile.TemporaryDirectory(prefix="slapd-") as folder:
        # A copy: where AppArmor confines Debian's own, it may read no folder but its own.
        program = shutil.copy("/usr/sbin/slapd", folder)
        Path(folder, "data").mkdir()
        configuration = Path(folder, "slapd.conf")
        configuration.write_text(_CONFIGURATION.format(folder=folder, base=BASE))
        address = f"ldapi://{quote(f'{folder}/socket', safe='')}"
        with subprocess.Popen([program, "-d", "0", "-h", address, "-f", configuration]) as process:
            _fill(process, address)
            yield address
            process.terminate()


def _fill(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None, "slapd has ended"
        connection = ldap.initialize(address)
        try:
            connection.simple_bind_s(f"cn=manager,{BASE}", "of-the-manager")
            break
        except ldap.SERVER_DOWN:
            assert time.monotonic() < end, "slapd does not answer"
            time.sleep(0.05)
    for dn, attributes in _entries():
        values = {name: _bytes(value) for name, value in attributes.items()}
        connection.add_s(dn, ldap.modlist.addModlist(values))
    connection.unbind_s()


@pytest.fixture
def ask_directory(slapd: str, settings: Settings) -> Callable[..., None]:
    """Sets LDAP up as a lab's settings.yaml would."""

    def act(**given: Any) -> None:
        values = {setting.name: setting.default for setting in SETTINGS} | {
            "AUTH_LDAP_SERVER_URI": slapd,
            "AUTH_LDAP_USER_SEARCH": f"LDAPSearch('{PEOPLE}', ldap.SCOPE_SUBTREE)",
            "AUTH_LDAP_USER_ATTR_MAP": {
                "first_name": "givenName",
                "last_name": "sn",
                "email": "mail",
            },
            **given,
        }
        for name, value in {**values, **directory(values)}.items():
            if name.startswith("AUTH_LDAP_"):
                setattr(settings, name, value)
        first, *rest = settings.AUTHENTICATION_BACKENDS
        settings.AUTHENTICATION_BACKENDS = [first, BACKEND, *rest]

    return act
