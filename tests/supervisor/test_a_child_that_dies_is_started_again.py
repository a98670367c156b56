"""A child that dies is started again, and takes none of the others with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from .conftest import Parent, lives, wait_for


def test_a_killed_child_is_started_again(parent: Callable[..., Parent]) -> None:
    family = parent("lives")
    os.kill(family.child("lives"), signal.SIGKILL)
    assert lives(family.child("lives", start=2))
    wait_for(lambda: "was killed by signal 9" in family.output)


def test_the_others_live_on(parent: Callable[..., Parent]) -> None:
    family = parent("lives", "deaf")
    other = family.child("deaf")
    os.kill(family.child("lives"), signal.SIGKILL)
    family.child("lives", start=2)
    assert lives(other)


def test_a_child_that_never_works_is_tried_less_and_less_often(
    parent: Callable[..., Parent],
) -> None:
    family = parent("broken")
    wait_for(lambda: "again in 0.4 s" in family.output)
    before, _, _ = family.output.partition("again in 0.4 s")
    assert before.index("again in 0.1 s") < before.index("again in 0.2 s")


def test_why_a_child_ended_is_said(parent: Callable[..., Parent]) -> None:
    family = parent("broken")
    wait_for(lambda: "ended with status 1" in family.output)
    assert "ValueError: never works" in family.output
