"""Device dictionaries as files: rendered with the templates that stand about them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pumice.cli.options import configured

if TYPE_CHECKING:
    from pumice.devices.rendering import Templates
    from pumice.formats.errors import Problem


def is_dictionary(text: str) -> bool:
    """Whether a device file is a dictionary, to be rendered, and not the configuration itself."""
    return "{%" in text or "{{" in text


def rendered(path: Path, text: str, variables: Mapping[str, Any]) -> str:
    """The configuration (YAML) of a device file whose text this is.

    A dictionary is rendered with a job's context: ``variables``, and the file's stem as the
    device's name. Templates are looked up beside it, in ``device-types`` beside its folder (in a
    lab: in the folders that its settings name), then among the shipped ones. A text that is no
    dictionary is the configuration itself.
    Raises InvalidDocument.
    """
    from pumice.devices.rendering import render

    if not is_dictionary(text):
        return text
    return render(text, _about(path), name=path.name, context=_given(path, variables))


def problems(
    path: Path, text: str, variables: Mapping[str, Any], *, on_worker: bool
) -> list[Problem]:
    """What is wrong with a device file, found as :func:`rendered` finds its templates.

    ``on_worker``: this host is the device's worker, so the programs that its commands name must
    be here.
    """
    from pumice.devices import checks, configuration
    from pumice.formats.errors import InvalidDocument

    found: list[Problem] = []
    try:
        if is_dictionary(text):
            extra = _settings(path)["EXTRA_CONTEXT_VARIABLES"]
            found = checks.unknown(text, _about(path), name=path.name, extra=extra)
            given = _given(path, variables)
            device = checks.configured(text, _about(path), name=path.name, context=given)
        else:
            device = configuration.parse(text)
    except InvalidDocument as error:
        return [*error.problems, *found]
    found += checks.missing(device)
    if on_worker:
        found += checks.absent_programs(device, lambda name: shutil.which(name) is not None)
    return found


def _about(path: Path) -> Templates:
    from pumice.devices import library
    from pumice.devices.rendering import SearchPath

    folders = (path.parent, *map(Path, _settings(path)["DEVICE_TYPES_PATHS"]))
    return SearchPath(*map(_Folder, folders), library)


def _settings(path: Path) -> dict[str, Any]:
    """The settings of the lab that a dictionary is of; the default ones where it is of none."""
    from pumice.server.settings.load import load

    directory = path.resolve().parent.parent
    of_a_lab = directory.joinpath("settings.yaml").is_file()
    with configured():
        return load(directory, os.environ if of_a_lab else {})


def _given(path: Path, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"scheduled_device_name": path.stem, **variables}


class _Folder:
    """The templates in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> str | None:
        """The text of a template, or None where there is none."""
        try:
            return self._folder.joinpath(name).read_text("utf-8", "replace")
        except FileNotFoundError:
            return None
