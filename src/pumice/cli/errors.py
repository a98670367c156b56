"""How a command says that it cannot do what it was asked."""

from __future__ import annotations

import click


class Misconfigured(click.ClickException):
    """Wrong usage or configuration: the message says what to change. Exit status 2."""

    exit_code = 2
