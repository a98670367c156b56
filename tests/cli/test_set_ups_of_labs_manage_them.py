"""``lava-server manage`` as lava-docker's set-up calls it, in processes of their own; then a call
over XML-RPC with what it made."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import xmlrpc.client
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pumice.cli.lab import lab as lab_command

SET_UP = """\
users add --passwd a-long-password --staff --superuser --email admin@lab.org admin
tokens add --user admin --description set-up --secret 0123456789abcdefghijkl
groups add lab --username admin --submitting
workers add lab-slave-0
workers update lab-slave-0 --description the-first
device-types add qemu
devices add --device-type qemu --worker lab-slave-0 --tags kvm -- qemu-01
"""
SECRET = "0123456789abcdefghijkl"
SECONDS = 60


class Lab:
    """A folder with the shim, and the lab that it manages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "lab"
        self.program = folder / "lava-server"
        done = CliRunner().invoke(
            lab_command, ["shims", "--dir", str(folder), "--lab", str(self.folder)]
        )
        assert done.exit_code == 0

        database = f"sqlite://{self.folder}/database.sqlite3"
        self.environment = {**os.environ, "DATABASE_URL": database}

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, "manage", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
        )

    @contextmanager
    def serve(self) -> Generator[str]:
        """The address at which the lab answers."""
        command = [sys.executable, "-m", "pumice", "web", "--listen", "127.0.0.1:0"]
        command += ["--dir", str(self.folder)]
        web = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment)
        try:
            assert web.stdout is not None
            match = re.fullmatch(r"Pumice answers at http://(\S+)/\n", web.stdout.readline())
            assert match
            yield match[1]
            web.send_signal(signal.SIGTERM)
            assert web.wait(SECONDS) == 0
        finally:
            web.kill()
            web.communicate()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab that was set up."""
    lab = Lab(tmp_path_factory.mktemp("set-up"))
    for line in SET_UP.splitlines():
        done = lab.manage(*line.split())
        assert done.returncode == 0, (line, done.stderr)
    return lab


def test_clients_can_use_the_lab(made: Lab) -> None:
    with (
        made.serve() as address,
        xmlrpc.client.ServerProxy(f"http://admin:{SECRET}@{address}/RPC2") as proxy,
    ):
        server: Any = proxy
        assert server.system.whoami() == "admin"
        (device,) = server.scheduler.devices.list()
        assert (device["hostname"], device["health"]) == ("qemu-01", "Good")
        assert server.scheduler.devices.tags.list("qemu-01") == ["kvm"]
        assert server.scheduler.workers.show("lab-slave-0")["description"] == "the-first"


def test_set_ups_find_names_between_blanks_before_they_add_them(made: Lab) -> None:
    assert " qemu " in made.manage("device-types", "list").stdout
    assert " qemu-01 " in made.manage("devices", "list", "-a").stdout


def test_what_is_refused_ends_with_1_and_wrong_usage_with_2(made: Lab) -> None:
    again = made.manage("workers", "add", "lab-slave-0")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "CommandError: there is a worker 'lab-slave-0' already\n"
    assert made.manage("devices", "add", "qemu-02").returncode == 2
