"""``services``: containers of a compose file, on the worker, beside the board."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pumice.dispatcher.download import fetch
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.host import compose
from pumice.dispatcher.host.compose import Project
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.overlay import archives, git
from pumice.dispatcher.overlay.repositories import below
from pumice.dispatcher.step import Step
from pumice.formats.addresses import shown


async def installed(step: Step) -> None:
    """Check that what the services need is there. Raises ConfigurationError."""
    words = await compose.program()
    if any(service["from"] == "git" for service in step.parameters["services"]):
        find("git")
    step.report.debug(f"services are started by {' '.join(words)}")


async def start(step: Step) -> None:
    """Fetch the compose files, and start their services, one after the other.

    Raises JobError where a file is not there or its services do not start, InfrastructureError
    where it cannot be fetched.
    """
    services: list[Mapping[str, Any]] = step.parameters["services"]
    projects: list[str] = []
    for number, service in enumerate(services):
        folder = step.folder("services") / str(number)
        if service["from"] == "git":
            await _clone(step, service, folder)
        else:
            await _unpack(step, service, folder)
        file = _file(service, folder)
        project = await Project.of(step.job.name, str(service["name"]), file)
        step.report.info(f"starting the services of {service['path']} as {project.name}")
        await _start(step, project, str(service["service"]))
        projects.append(project.name)
    step.extra = {"services": projects}


async def stop(step: Step) -> None:
    """Stop all services of the job that still run."""
    running = {
        name: project
        for state in step.job.namespaces.values()
        for name, project in state.services.items()
    }
    for project in running.values():
        await _stop(step, project)
    step.extra = {"services": list(running)}


async def _start(step: Step, project: Project, service: str) -> None:
    """Start services, which end with the job."""
    step.job.journal.note(project.forgotten)
    step.state.services[project.name] = project

    async def end() -> None:
        await _stop(step, project)

    step.undo(end)
    await project.up(step.report, service)


async def _stop(step: Step, project: Project) -> None:
    """Stop services, if that has not been done; what stays is logged, and removed later."""
    known = [state for state in step.job.namespaces.values() if project.name in state.services]
    if not known:
        return
    try:
        await project.down(step.report)
    except InfrastructureError as failure:
        step.report.warning(f"the services {project.name} are not removed: {failure}")
        return
    for state in known:
        del state.services[project.name]
    step.job.journal.done(project.forgotten)


async def _clone(step: Step, service: Mapping[str, Any], folder: Path) -> None:
    revision = str(service["revision"])
    repository = git.Repository(
        url=str(service["repository"]),
        branch=str(service["branch"]),
        revision=revision,
        recursive=bool(service["recursive"]),
        history=bool(service["history"]),
    )
    await git.clone(step.report, repository, folder)


async def _unpack(step: Step, service: Mapping[str, Any], folder: Path) -> None:
    label = f"services {service['name']}"
    parameters: dict[str, Any] = {
        "label": label,
        "url": service["repository"],
        "headers": service["headers"],
        "compression": service["compression"],
        "use_cache": True,
        "sums": {},
    }
    await fetch.download(replace(step, action=replace(step.action, parameters=parameters)))
    archive = step.state.images.pop(label).path
    await asyncio.to_thread(archives.unpack, archive, folder)
    archive.unlink()


def _file(service: Mapping[str, Any], folder: Path) -> Path:
    """The compose file. Raises JobError where it is not in what was fetched."""
    path = str(service["path"])
    file = (folder / below(path)).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise JobError(f"there is no compose file {path!r} in {shown(str(service['repository']))}")
    return file
