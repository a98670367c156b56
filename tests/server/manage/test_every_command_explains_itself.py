"""Help of the commands, and what those say that have nothing to do."""

from __future__ import annotations

from argparse import HelpFormatter
from collections.abc import Callable

import pytest
from django.core.management import find_commands, load_command_class

from pumice.server.site import management

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def test_what_is_not_needed_says_so(manage: Manage, refused: Refused) -> None:
    assert "nothing is stored twice" in manage("check_uniqueness", "--yes", "--dry-run")[0].lower()
    assert "no materialized view" in manage("drop_materialized_views")[0]
    assert "no other store" in refused("copy-logs", "LogsMongo", "--dry-run")


@pytest.mark.parametrize("name", find_commands(management.__path__[0]))
def test_every_command_explains_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")  # usage is wrapped
    command = load_command_class("pumice.server.site", name)
    parser = command.create_parser("pumice manage", name)
    assert command.help in " ".join(parser.format_help().split())
    for action in parser._actions:
        for inner in (action.choices or {}) if isinstance(action.choices, dict) else {}:
            found = action.choices[inner]
            assert found.description
            assert isinstance(found._get_formatter(), HelpFormatter)
            assert found.format_help()
