"""Options that several commands share, and what they mean to a process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from pumice.cli.errors import Misconfigured
from pumice.supervisor.listen import Address

_C = TypeVar("_C", bound=Callable[..., Any])


class AddressType(click.ParamType[Address]):
    """``HOST:PORT``."""

    name = "host:port"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Address:
        if isinstance(value, Address):
            return value
        try:
            return Address.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def lab_options(command: _C) -> _C:
    """``--dir``, ``--database`` and ``--level``."""
    for option in (
        click.option(
            "--level",
            type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
            default="INFO",
            show_default=True,
            help="How much is said on standard error.",
        ),
        click.option(
            "--database",
            metavar="URL",
            envvar="DATABASE_URL",
            show_envvar=True,
            help="postgresql://… or sqlite:///…  [default: SQLite in the lab's folder]",
        ),
        click.option(
            "--dir",
            "directory",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path("lab"),
            show_default=True,
            help="The lab's folder.",
        ),
    ):
        command = option(command)
    return command


listen_option = click.option(
    "--listen",
    "address",
    type=AddressType(),
    default="127.0.0.1:8000",
    show_default=True,
    help="Where HTTP requests are answered; port 0 takes a free one.",
)


def log_to_stderr(level: str) -> None:
    """Write this process's log records to standard error."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if level.upper() == "INFO":
        # It tells of each of its starts in four lines.
        logging.getLogger("uvicorn").setLevel(logging.WARNING)


@contextmanager
def configured() -> Generator[None]:
    """Turn what is wrong with a lab's configuration into an error of the command."""
    from pumice.server.settings.keys import InvalidSiteKey
    from pumice.server.settings.load import InvalidSettings
    from pumice.supervisor.errors import CannotStart

    try:
        yield
    except (CannotStart, InvalidSettings, InvalidSiteKey) as error:
        raise Misconfigured(str(error)) from error
