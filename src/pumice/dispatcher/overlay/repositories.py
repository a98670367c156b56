"""Where test definitions come from: the job itself, a git repository, an archive."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pumice.definitions import testdefs
from pumice.definitions.testdefs import TestDefinition
from pumice.dispatcher.download import fetch
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.namespaces import ShellTest
from pumice.dispatcher.overlay import archives, git
from pumice.dispatcher.step import Step
from pumice.formats import yaml
from pumice.formats.addresses import shown
from pumice.formats.errors import InvalidDocument


@dataclass(frozen=True, slots=True)
class _Found:
    """A test definition, its text, and what is known of the repository that it is in."""

    definition: TestDefinition
    text: str
    source: str
    repository: str
    folder: Path | None = None
    commit: str = ""


async def inline(step: Step) -> None:
    """Take the test definition from the job."""
    data = cast("Mapping[str, Any]", step.parameters["repository"])
    try:
        definition = testdefs.parse(data)
    except InvalidDocument as error:
        raise JobError(f"the test definition {step.parameters['run']}: {error}") from error
    _note(step, _Found(definition, yaml.dump(dict(data)), "inline", "inline"))


async def git_installed(step: Step) -> None:
    """Check that git is there. Raises ConfigurationError."""
    find("git")
    step.report.debug("git is installed")


async def clone(step: Step) -> None:
    """Clone the repository of the test definition."""
    wanted, url = step.parameters, str(step.parameters["repository"])
    folder = step.folder("repository") / "clone"
    repository = git.Repository(
        url=url,
        branch=str(wanted["branch"]),
        revision=str(wanted["revision"]),
        shallow=bool(wanted["shallow"]),
        recursive=bool(wanted["recursive"]),
        history=bool(wanted["history"]),
    )
    commit = await git.clone(step.report, repository, folder)
    step.extra = {"commit": commit}
    _note(step, _read(step, folder, "git", shown(url), commit))


async def unpack(step: Step) -> None:
    """Fetch the archive of the test definition, and unpack it."""
    await fetch.download(step)
    label, url = str(step.parameters["label"]), str(step.parameters["url"])
    archive = step.state.images.pop(label).path
    folder = step.folder("repository") / "unpacked"
    await asyncio.to_thread(_unpack, archive, folder, int(step.parameters["strip"]))
    _note(step, _read(step, folder, "url", shown(url)))


def _unpack(archive: Path, folder: Path, strip: int) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    archives.unpack(archive, folder, strip)
    archive.unlink()


def _read(step: Step, folder: Path, source: str, repository: str, commit: str = "") -> _Found:
    """Read the test definition that the job names in a folder. Raises JobError."""
    path = str(step.parameters["path"])
    file = (folder / below(path)).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise JobError(f"the test definition {path} of {repository} leads out of the repository")
    try:
        with file.open("rb") as opened:
            text = opened.read(yaml.Limits().max_bytes + 1)
    except OSError as error:
        raise JobError(
            f"the test definition {path} cannot be read in {repository}: {error.strerror}"
        ) from error
    try:
        content = text.decode()
        definition = testdefs.parse(content)
    except UnicodeDecodeError as error:
        raise JobError(f"the test definition {path} of {repository} is not UTF-8") from error
    except InvalidDocument as error:
        raise JobError(f"the test definition {path} of {repository}: {error}") from error
    return _Found(definition, content, source, repository, folder, commit)


def _note(step: Step, found: _Found) -> None:
    """Note what results and signals say of the test, for the actions that come later."""
    parameters, definition = step.parameters, found.definition
    run = str(parameters["run"])
    expected = cast("list[str] | None", parameters["expected"]) or definition.expected
    step.state.tests[run] = ShellTest(
        run=run,
        uuid=f"{step.job.id}_{step.action.level}",
        stage=int(parameters["stage"]),
        path=str(parameters["path"]),
        repository=found.repository,
        pattern=definition.parse.pattern,
        fixups={**testdefs.DEFAULT_FIXUPS, **definition.parse.fixupdict},
        expected=tuple(map(str, expected)) if expected else None,
        definition=definition,
        text=found.text,
        source=found.source,
        folder=found.folder,
        commit=found.commit,
        revision=str(parameters.get("revision") or ""),
    )
    step.report.debug(
        f"test definition {run} is from {found.source}, uuid {step.state.tests[run].uuid}"
    )


def below(path: str) -> str:
    """A path that stays below the test's folder. Raises JobError for any other."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts or not parts or "\x00" in path:
        raise JobError(f"the path {path!r} of the test definition leads out of its folder")
    return "/".join(parts)
