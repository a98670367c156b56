"""When a parent stops, or dies, none of its children is left."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from .conftest import Parent, lives, wait_for


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_parent_that_is_told_to_stop_stops_its_children(
    parent: Callable[..., Parent], number: signal.Signals
) -> None:
    family = parent("lives")
    child = family.child("lives")
    assert family.stop(number) == 0
    assert not lives(child)


def test_a_child_that_does_not_listen_is_killed(parent: Callable[..., Parent]) -> None:
    family = parent("deaf", "lives")
    children = [family.child("deaf"), family.child("lives")]
    assert family.stop() == 0
    assert not any(lives(child) for child in children)


def test_the_children_of_a_killed_parent_end(parent: Callable[..., Parent]) -> None:
    family = parent("lives")
    child = family.child("lives")
    family.process.kill()
    wait_for(lambda: not lives(child))


def test_a_parent_that_waits_to_start_a_child_again_stops_at_once(
    parent: Callable[..., Parent],
) -> None:
    family = parent("broken")
    wait_for(lambda: "again in 0.8 s" in family.output)
    assert family.stop() == 0
