"""``to: flasher``: the site's own programs write the files to the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pumice.definitions.deploy.flasher import placeholder
from pumice.dispatcher.deploy import files
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.commands import perform, split
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.step import Step


async def installed(step: Step) -> None:
    """Check that the commands' programs are there. Raises ConfigurationError."""
    for command in step.parameters["commands"]:
        program = split(command)[0]
        if "{" not in program:
            find(program)


async def deploy(step: Step) -> None:
    """Download the files, then run the device's commands with the files' paths in them.

    Raises InfrastructureError where a command fails, ConfigurationError for one that cannot
    be read.
    """
    for child in await files.get(step):
        await step.perform_child(child)
    state, parameters = step.state, step.parameters
    paths = {label: state.images[label].path for label in parameters["labels"]}
    if not parameters["uniquify"]:
        paths = _in_one_folder(step.folder("flasher"), paths)
    known: Mapping[str, str] = parameters["values"]
    values = {**known, **{placeholder(label): str(path) for label, path in paths.items()}}
    commands: Sequence[str] = parameters["commands"]
    for command in commands:
        # What is filled in stays within its word, whatever a file's name or address holds.
        await perform(step.report, [_filled(word, values) for word in split(command)])
    step.extra = {"commands": len(commands)}


def _filled(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(name, value)
    return word


def _in_one_folder(folder: Path, paths: Mapping[str, Path]) -> dict[str, Path]:
    """The files by their own names in one folder. Raises JobError where two have the same."""
    found: dict[str, Path] = {}
    for label, path in paths.items():
        place = folder / path.name
        if place in found.values():
            raise JobError(f"two images are named {path.name}: 'uniquify: true' keeps them apart")
        place.unlink(missing_ok=True)
        place.symlink_to(path)
        found[label] = place
    return found
