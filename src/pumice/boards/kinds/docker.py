"""A container of the worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pumice.boards import container
from pumice.boards.board import Board, text_of


@dataclass(frozen=True, slots=True)
class Docker:
    """A :class:`pumice.boards.board.Kind`."""

    name: str = "docker"
    sentence: str = "A container that the job starts by docker, or by podman under its name."
    device_type: str = "docker"
    job: str = "virtual-docker.yaml"
    ports: int = 0
    loads: bool = False
    faults: frozenset[str] = frozenset()

    def make(self, folder: Path) -> None:
        """An image with busybox, imported without a registry."""
        container.make(folder)

    def dictionary(self, _: Board) -> str:
        """A device of type ``docker``; the job names the image."""
        return text_of(self.device_type, {})

    def machine(self, _: Board) -> None:
        """None: the dispatcher starts the container."""


KIND = Docker()
