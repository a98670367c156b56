"""``pumice manage`` as Django calls it: what a command prints, and with what it is refused."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


@pytest.fixture
def manage(db: None) -> Manage:
    """Makes a call that succeeds; its lines."""

    def call(*arguments: str) -> list[str]:
        out = StringIO()
        call_command(*arguments, stdout=out)
        return out.getvalue().splitlines()

    return call


@pytest.fixture
def refused(db: None) -> Refused:
    """Makes a call that is refused; the message."""

    def call(*arguments: str) -> str:
        with pytest.raises(CommandError) as caught:
            call_command(*arguments, stdout=StringIO())
        return str(caught.value)

    return call
