"""Clones of git repositories, for tests that come from one or need one beside them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.report import Report

_ENVIRONMENT: Mapping[str, str] = {
    # Nobody is there to answer.
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """What is cloned: a branch or the default one, at a revision or its head.

    ``shallow`` leaves older commits out; ``recursive`` takes submodules along; without
    ``history`` git's own folder is removed.
    """

    url: str
    branch: str = ""
    revision: str = ""
    shallow: bool = True
    recursive: bool = False
    history: bool = True


async def clone(report: Report, repository: Repository, folder: Path) -> str:
    """Clone into a folder, in place of what is there; return the commit's full name.

    Raises ConfigurationError where git is not installed, InfrastructureError where the
    repository cannot be cloned, JobError where the revision is not in it.
    """
    if folder.exists():
        await asyncio.to_thread(shutil.rmtree, folder)
    command = [find("git"), "clone", "--no-hardlinks"]
    shallow = repository.shallow and not repository.revision
    if shallow:
        command += ["--depth=1"]
    if repository.branch:
        command += [f"--branch={repository.branch}"]
    if repository.recursive:
        command += ["--recurse-submodules", *(["--shallow-submodules"] if shallow else [])]
    # A path is no address: only an address is cloned with the depth that is asked for.
    url = f"file://{repository.url}" if repository.url.startswith("/") else repository.url
    url, password = _apart(url)
    await perform(
        report,
        [*command, "--", url, str(folder)],
        environment={**_ENVIRONMENT, **_account(password)},
        failure=InfrastructureError,
    )
    if repository.revision:
        await _check_out(report, repository, folder, _account(password))
    commit = await _commit(folder, "HEAD")
    if not commit:
        raise JobError(f"the repository '{shown(repository.url)}' is empty")
    if not repository.history:
        for place in folder.rglob(".git"):
            await asyncio.to_thread(_remove, place)
    return commit


async def _check_out(
    report: Report, repository: Repository, folder: Path, account: Mapping[str, str]
) -> None:
    wanted = repository.revision
    commit = await _commit(folder, wanted) or await _commit(folder, f"origin/{wanted}")
    if not commit:
        raise JobError(
            f"the revision {wanted!r} is not in the repository '{shown(repository.url)}'"
        )
    git = [find("git"), "-C", str(folder)]
    steps = [[*git, "-c", "advice.detachedHead=false", "checkout", "--detach", commit]]
    if repository.recursive:
        steps.append([*git, "submodule", "update", "--init", "--recursive"])
    for step in steps:
        environment = {**_ENVIRONMENT, **account}
        await perform(report, step, environment=environment, failure=InfrastructureError)


async def _commit(folder: Path, revision: str) -> str:
    """The full name of the commit that a revision means; empty where it means none."""
    git = [find("git"), "-C", str(folder), "rev-parse", "--verify", "--quiet"]
    status, said = await run([*git, "--end-of-options", f"{revision}^{{commit}}"])
    return said.splitlines()[-1] if status == 0 and said else ""


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()


def shown(url: str) -> str:
    """The address without the password that it may hold."""
    return _apart(url)[0]


def _apart(url: str) -> tuple[str, str]:
    """An address without its password, and the password or nothing.

    So it stands neither in the log nor in the clone that the board gets.
    """
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return url, ""
    if not password:
        return url, ""
    place = f"{parts.username}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=place)), unquote(password)


def _account(password: str) -> Mapping[str, str]:
    """The environment in which git finds a password."""
    if not password:
        return {}
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": '!f() { test "$1" = get && echo "password=$PUMICE_PASSWORD"; }; f',
        "PUMICE_PASSWORD": password,
    }


def name_of(url: str) -> str:
    """The folder that git itself would clone into."""
    return url.rstrip("/").removesuffix("/.git").rpartition("/")[2].removesuffix(".git")
