"""Clones of git repositories, for tests that come from one or need one beside them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.report import Report
from pumice.formats.addresses import Account, apart, shown

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
    url, account = apart(url)
    await perform(
        report,
        [*command, "--", url, str(folder)],
        environment={**_ENVIRONMENT, **_account(account)},
        failure=InfrastructureError,
    )
    if repository.revision:
        await _check_out(report, repository, folder, _account(account))
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


def _account(account: Account) -> Mapping[str, str]:
    """The environment in which git finds the secrets of an address.

    So they stand neither in the log nor in the clone that the board gets.
    """
    if account == Account():
        return {}
    name = 'echo "username=$PUMICE_USER"; ' if account.user else ""
    answer = f'test "$1" = get && {{ {name}echo "password=$PUMICE_PASSWORD"; }}'
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": f"!f() {{ {answer}; }}; f",
        "PUMICE_USER": account.user,
        "PUMICE_PASSWORD": account.password,
    }


def name_of(url: str) -> str:
    """The folder that git itself would clone into."""
    return url.rstrip("/").removesuffix("/.git").rpartition("/")[2].removesuffix(".git")
