"""Helpers that speak to package managers, with programs in their place that note what is asked."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from pumice.dispatcher.overlay import build

SYSTEMS = ["debian", "ubuntu", "apertis", "fedora", "centos", "archlinux", "slackware", "oe"]
NOTE = '#!/bin/sh\nprintf "%%s\\n" "${0##*/} $*" >> "%s"\n%s\n'


@dataclass
class Board:
    """A root file system of its own, where the only programs beside busybox are notes."""

    root: Path

    def have(self, system: str, *programs: str, body: str = "") -> None:
        bin = self.root / "bin"
        bin.mkdir(parents=True)
        tools = self.root / "busybox"
        tools.mkdir()
        subprocess.run(["busybox", "--install", "-s", str(tools)], check=True)
        for name, text in build.helpers(system).items():
            text = text.replace(" /etc/", f" {self.root}/etc/").replace(
                "=/etc/", f"={self.root}/etc/"
            )
            text = text.replace('"/etc/', f'"{self.root}/etc/')
            self._program(name, text)
        for name in (*programs, "sleep"):
            self._program(name, NOTE % (self.root / "asked", body if name in programs else ""))

    def _program(self, name: str, text: str) -> None:
        file = self.root / "bin" / name
        file.write_text(text)
        file.chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.root}/bin:{self.root}/busybox"
        return subprocess.run(
            command, env={"PATH": path}, capture_output=True, text=True, check=False
        )

    def etc(self, path: str) -> Path:
        place = self.root / "etc" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    @property
    def asked(self) -> list[str]:
        return self.root.joinpath("asked").read_text().splitlines()


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board")


@pytest.mark.parametrize(
    ("system", "program", "asked"),
    [
        ("debian", "apt-get", "apt-get -q -y -o Dpkg::Options::=--force-confold install a b"),
        ("ubuntu", "apt-get", "apt-get -q -y -o Dpkg::Options::=--force-confold install a b"),
        ("apertis", "apt-get", "apt-get -q -y -o Dpkg::Options::=--force-confold install a b"),
        ("fedora", "dnf", "dnf -y install a b"),
        ("centos", "yum", "yum -y install a b"),
        ("archlinux", "pacman", "pacman -Sy --noconfirm --needed a b"),
        ("slackware", "slackpkg", "slackpkg -batch=on -default_answer=y install a b"),
        ("oe", "opkg", "opkg install a b"),
    ],
)
def test_each_system_has_its_package_manager(
    board: Board, system: str, program: str, asked: str
) -> None:
    board.have(system, program)
    assert board.run("lava-install-packages", "a", "b").returncode == 0
    assert board.asked[-1] == asked


def test_what_fails_is_tried_again_and_then_given_up(board: Board) -> None:
    board.have("fedora", "dnf", body="exit 3")
    done = board.run("lava-install-packages", "a")
    assert done.returncode == 1
    assert "failed five times: dnf -y install a" in done.stderr
    assert board.asked.count("dnf -y install a") == 5
    assert board.asked.count("sleep 60") == 4


def test_the_second_try_may_work(board: Board) -> None:
    board.have(
        "fedora", "dnf", body=f"test -e {board.root}/tried || {{ : > {board.root}/tried; false; }}"
    )
    assert board.run("lava-install-packages", "a").returncode == 0
    assert board.asked == ["dnf -y install a", "sleep 60", "dnf -y install a"]


@pytest.mark.parametrize("system", ["", "qnx", "lede"])
@pytest.mark.parametrize(
    "helper",
    ["lava-install-packages", "lava-add-keys", "lava-add-sources", "lava-installed-packages"],
)
def test_without_a_known_package_manager_this_is_said(
    board: Board, system: str, helper: str
) -> None:
    board.have(system)
    done = board.run(helper, "a")
    assert done.returncode == 0
    assert "no package manager is known here" in done.stdout


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_has_all_four_helpers(system: str) -> None:
    generic, own = build.helpers(""), build.helpers(system)
    assert generic.keys() == own.keys()
    different = {name for name in own if own[name] != generic[name]}
    assert different == {
        "lava-install-packages",
        "lava-installed-packages",
        "lava-add-keys",
        "lava-add-sources",
    }


def test_apt_lists_what_is_installed(board: Board) -> None:
    board.have("debian", "dpkg-query")
    assert board.run("lava-installed-packages").returncode == 0
    assert board.asked == ["dpkg-query -W -f ${Package} ${Version}\\n"]


def test_sources_of_apt_are_added(board: Board) -> None:
    board.have("debian", "add-apt-repository")
    added = board.etc("apt/sources.list.d/lava.list")
    done = board.run("lava-add-sources", "deb http://server/debian sid main", "ppa:a/b")
    assert done.returncode == 0
    assert added.read_text() == "deb http://server/debian sid main\n"
    assert board.asked == ["add-apt-repository -y ppa:a/b"]


def test_keys_of_apt_are_fetched_or_copied(board: Board, tmp_path: Path) -> None:
    board.have("debian", "wget")
    place = board.etc("apt/trusted.gpg.d/x").parent
    key = tmp_path / "own.gpg"
    key.write_text("a key")
    assert board.run("lava-add-keys", "https://server/a/key", "0xABCD", str(key)).returncode == 0
    assert board.asked == [
        f"wget -q -O {place}/lava-https___server_a_key.asc https://server/a/key",
        f"wget -q -O {place}/lava-0xABCD.asc "
        "https://keyserver.ubuntu.com/pks/lookup?op=get&search=0xABCD",
    ]
    (copied,) = place.glob("*own.gpg")
    assert copied.read_text() == "a key"


def test_sources_of_dnf_are_added(board: Board) -> None:
    board.have("fedora", "wget")
    place = board.etc("yum.repos.d/x").parent
    assert board.run("lava-add-sources", "http://server/x.repo", "http://server/y").returncode == 0
    assert board.asked == [f"wget -q -O {place}/lava-http___server_x.repo http://server/x.repo"]
    text = place.joinpath("lava-http___server_y.repo").read_text()
    assert "\nbaseurl=http://server/y\n" in text


@pytest.mark.parametrize(
    ("system", "source", "file", "text"),
    [
        (
            "archlinux",
            "mine http://server/$arch",
            "pacman.conf",
            "\n[mine]\nServer = http://server/$arch\n",
        ),
        ("slackware", "http://mirror/", "slackpkg/mirrors", "http://mirror/\n"),
        ("oe", "src/gz a http://feed", "opkg/lava.conf", "src/gz a http://feed\n"),
        ("oe", "http://feed", "opkg/lava.conf", "src/gz lava-http___feed http://feed\n"),
    ],
)
def test_sources_of_the_others_are_added(
    board: Board, system: str, source: str, file: str, text: str
) -> None:
    board.have(system)
    place = board.etc(file)
    assert board.run("lava-add-sources", source).returncode == 0
    assert place.read_text() == text


@pytest.mark.parametrize(
    ("system", "program", "asked"),
    [
        ("fedora", "rpm", ["rpm --import /key"]),
        ("archlinux", "pacman-key", ["pacman-key --recv-keys /key", "pacman-key --lsign-key /key"]),
        ("slackware", "gpg", ["gpg --import /key"]),
        ("oe", "opkg-key", ["opkg-key add /key"]),
    ],
)
def test_keys_of_the_others_are_trusted(
    board: Board, system: str, program: str, asked: list[str]
) -> None:
    board.have(system, program)
    assert board.run("lava-add-keys", "/key").returncode == 0
    assert board.asked == asked
