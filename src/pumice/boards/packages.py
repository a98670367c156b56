"""Debian packages as archives: fetched and unpacked, never installed.

Those of another architecture too: apt keeps lists of its own for them, so the machine's
configuration of dpkg stays as it is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pumice.boards.errors import ImageError

_FETCH_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A package's files below `root`, and its version."""

    root: Path
    version: str


def lists(architecture: str, folder: Path) -> tuple[str, ...]:
    """apt's options for packages of a Debian `architecture`: none for the machine's own.

    For another, its lists are fetched into `folder` from the machine's sources, which takes
    10 MB. Raises ImageError.
    """
    if run("dpkg", "--print-architecture").strip() == architecture:
        return ()
    for place in ("state/lists/partial", "cache/archives/partial"):
        folder.joinpath(place).mkdir(parents=True)
    folder.joinpath("status").touch()
    settings = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "Dir::State": f"{folder}/state",
        "Dir::State::status": f"{folder}/status",
        "Dir::Cache": f"{folder}/cache",
        "APT::Sandbox::User": "root",
    }
    options = tuple(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))
    with contextlib.suppress(ImageError):
        # One source of several may fail; what is then missing is said when it is asked for.
        run("apt-get", "-q", *options, "update")
    return options


def dependency(package: str, prefix: str, apt: tuple[str, ...] = ()) -> str:
    """The package with `prefix` that the meta package `package` depends on now.

    `apt` are options from :func:`lists`. Raises ImageError where apt knows no such package.
    """
    listing = run("apt-cache", *apt, "depends", "--important", package)
    for line in listing.splitlines():
        name = line.removeprefix("  Depends: ")
        if name != line and name.startswith(prefix):
            return name.strip()
    raise ImageError(f"apt knows no {prefix}* that {package} depends on: run apt-get update")


def unpack(package: str, folder: Path, apt: tuple[str, ...] = ()) -> Unpacked:
    """Fetch the candidate version of `package` and unpack it below `folder`.

    `apt` are options from :func:`lists`. The archive itself is removed again. Raises ImageError.
    """
    folder.mkdir(parents=True)
    # As root, apt fetches as user _apt, which must not need to enter our folder.
    run("apt-get", *apt, "download", "-o", "APT::Sandbox::User=root", package, folder=folder)
    archives = sorted(folder.glob("*.deb"))
    if len(archives) != 1:
        raise ImageError(f"apt-get download {package} left {len(archives)} packages, not one")
    root = folder / "root"
    run("dpkg-deb", "--extract", str(archives[0]), str(root))
    version = run("dpkg-deb", "--field", str(archives[0]), "Version").strip()
    archives[0].unlink()
    return Unpacked(root, version)


def run(*command: str, folder: Path | None = None) -> str:
    """Run a program to its end and return what it wrote. Raises ImageError."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_FETCH_SECONDS,
        )
    except FileNotFoundError as missing:
        raise ImageError(f"{command[0]} is not installed") from missing
    except subprocess.TimeoutExpired as slow:
        raise ImageError(f"{command[0]} did not end within {_FETCH_SECONDS} s") from slow
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ImageError(f"{' '.join(command)}: {said[-1] if said else 'failed'}")
    return done.stdout
