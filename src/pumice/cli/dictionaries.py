"""Device dictionaries as files: rendered with the templates that stand about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def is_dictionary(text: str) -> bool:
    """Whether a device file is a dictionary, to be rendered, and not the configuration itself."""
    return "{%" in text or "{{" in text


def rendered(path: Path, text: str, variables: Mapping[str, Any]) -> str:
    """The configuration (YAML) of a device file whose text this is.

    A dictionary is rendered with a job's context: ``variables``, and the file's stem as the
    device's name. Templates are looked up beside it, in ``device-types`` beside its folder, then
    among the shipped ones. A text that is no dictionary is the configuration itself.
    Raises InvalidDocument.
    """
    from pumice.devices import library
    from pumice.devices.rendering import SearchPath, render

    if not is_dictionary(text):
        return text
    about = (path.parent, path.resolve().parent.parent / "device-types")
    templates = SearchPath(*map(_Folder, about), library)
    given = {"scheduled_device_name": path.stem, **variables}
    return render(text, templates, name=path.name, context=given)


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
