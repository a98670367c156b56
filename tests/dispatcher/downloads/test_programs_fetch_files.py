"""Files that ssh and rclone fetch: a real ssh server, and a stand-in for rclone."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.dispatcher.download import programs
from pumice.dispatcher.errors import ConfigurationError, JobError
from pumice.testing.scripted_lab import ScriptedLab

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") or ""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def ssh_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An ssh server for this account alone; ssh finds its key by a configuration of its own."""
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True
        )
    port = free_port()
    folder.joinpath("known").write_text(
        f"[127.0.0.1]:{port} {folder.joinpath('host.pub').read_text()}"
    )
    folder.joinpath("config").write_text(
        f"IdentityFile {folder}/user\nUserKnownHostsFile {folder}/known\n"
        "StrictHostKeyChecking yes\n"
    )
    server = folder / "sshd_config"
    server.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", server], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "Server listening" in process.stderr.readline()
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program(bin_folder, "ssh", f'exec {shutil.which("ssh")} -F {folder}/config "$@"')
    monkeypatch.setenv("PATH", f"{bin_folder}:{os.environ['PATH']}")
    yield f"scp://{getpass.getuser()}@127.0.0.1:{port}"
    process.terminate()
    process.communicate()


def test_a_file_comes_over_ssh(lab: ScriptedLab, ssh_host: str) -> None:
    lab.folder.joinpath("it's a file").write_bytes(b"a ramdisk")
    outcome = lab.run(lab.deploy(url=f"{ssh_host}{lab.folder}/it's%20a%20file"))
    assert outcome.passed
    extra = outcome.result("lava", "scp-download")["extra"]
    assert (extra["label"], extra["size"]) == ("ramdisk", len(b"a ramdisk"))


def test_a_file_that_the_host_does_not_have_is_the_jobs_mistake(
    lab: ScriptedLab, ssh_host: str
) -> None:
    outcome = lab.run(lab.deploy(url=f"{ssh_host}{lab.folder}/nothing"))
    assert outcome.end["error_type"] == "Job"
    assert "No such file or directory" in outcome.end["error_msg"]


def test_a_host_that_cannot_be_reached_is_the_labs_failure(lab: ScriptedLab, ssh_host: str) -> None:
    outcome = lab.run(lab.deploy(url=f"scp://127.0.0.1:{free_port()}/file"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "ssh ended with status 255" in outcome.end["error_msg"]


def test_a_file_comes_from_a_remote_of_rclone(lab: ScriptedLab, tmp_path: Path) -> None:
    text = 'test "$1 $2 $3 $4" = "--config /etc/r.conf cat --" && echo "$5"'
    tool = program(tmp_path, "my-rclone", text)
    lab.dispatcher = f"{{rclone_path: {tool}, rclone_config: /etc/r.conf}}"
    wanted = "store:images/a kernel\n"
    outcome = lab.run(lab.deploy(url="rclone://store/images/a%20kernel"))
    assert outcome.passed
    assert outcome.result("lava", "rclone-download")["extra"]["size"] == len(wanted)


@pytest.mark.parametrize(
    ("status", "error_type"), [(1, "Infrastructure"), (3, "Job"), (4, "Job"), (9, "Infrastructure")]
)
def test_rclone_says_whose_failure_it_is(
    lab: ScriptedLab, tmp_path: Path, status: int, error_type: str
) -> None:
    tool = program(tmp_path, "my-rclone", f"echo what is wrong >&2; exit {status}")
    lab.dispatcher = f"rclone_path: {tool}"
    outcome = lab.run(lab.deploy(url="rclone://store/kernel"))
    assert outcome.end["error_type"] == error_type
    assert outcome.end["error_msg"].endswith(f"ended with status {status}: what is wrong")


def test_a_program_that_stalls_is_the_labs_failure(
    lab: ScriptedLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "SILENCE", 0.2)
    lab.dispatcher = f"rclone_path: {program(tmp_path, 'my-rclone', 'echo begun; sleep 600')}"
    outcome = lab.run(lab.deploy(url="rclone://store/kernel"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "sent nothing for 0.2 seconds" in outcome.end["error_msg"]


@pytest.mark.parametrize("url", ["scp://host", "scp:///file", "scp://host:99999/file"])
def test_an_address_for_ssh_must_be_whole(url: str) -> None:
    with pytest.raises(JobError, match=r"scp://"):
        programs.ssh_command(url)


def test_a_host_is_never_taken_for_an_option() -> None:
    command = programs.ssh_command("scp://-oProxyCommand=reboot/file")
    assert command[-3] == "--"


@pytest.mark.parametrize("url", ["rclone://store", "rclone://:http,url=x:/y", "rclone:///a/b"])
def test_an_address_for_rclone_must_name_a_remote_of_the_worker(url: str) -> None:
    with pytest.raises(JobError, match="must be rclone://REMOTE/PATH"):
        programs.rclone_command(url, {})


def test_a_worker_without_the_program_is_set_up_wrongly() -> None:
    with pytest.raises(ConfigurationError, match="not installed"):
        programs.rclone_command("rclone://store/file", {"rclone_path": "/no/rclone"})
