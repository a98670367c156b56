"""Which timeout an action gets, from the weakest rule to the strongest."""

from __future__ import annotations

from dataclasses import replace

from pumice.plan.actions import Action, Retry
from pumice.plan.timeouts import DEFAULT, Rules, Timeouts, settle

LEAF = Action(name="leaf", description="")


def leaf_of(root: Action, rules: Rules) -> Action:
    return settle(root, "3", rules).children[0]


def test_each_rule_wins_over_those_before_it() -> None:
    root = Action(name="root", description="", children=(LEAF,))
    job = Timeouts()
    device = Timeouts()
    block = Timeouts()
    found = [leaf_of(root, Rules(job, device, block)).timeout]
    job = replace(job, action=40)
    found.append(leaf_of(root, Rules(job, device, block)).timeout)
    device = Timeouts(actions={"leaf": 50})
    found.append(leaf_of(root, Rules(job, device, block)).timeout)
    block = Timeouts(action=60)
    found.append(leaf_of(root, Rules(job, device, block)).timeout)
    retried = replace(root, retry=Retry(3))
    device = Timeouts(actions={"leaf": 50, "root": 210})
    block = Timeouts()
    found.append(leaf_of(retried, Rules(job, device, block)).timeout)
    job = replace(job, actions={"leaf": 80})
    found.append(leaf_of(retried, Rules(job, device, block)).timeout)
    block = Timeouts(actions={"leaf": 90})
    found.append(leaf_of(retried, Rules(job, device, block)).timeout)
    assert found == [DEFAULT, 40, 50, 60, 70, 80, 90]


def test_a_timeout_is_divided_at_each_level_of_attempts() -> None:
    inner = Action(name="inner", description="", children=(LEAF,), retry=Retry(2))
    root = Action(name="root", description="", children=(inner,), retry=Retry(2))
    tree = settle(root, "1", Rules(block=Timeouts(action=120)))
    assert tree.timeout == 120
    assert tree.children[0].timeout == 60
    assert tree.children[0].children[0].timeout == 30


def test_no_time_at_all_means_the_default() -> None:
    assert settle(LEAF, "1", Rules(block=Timeouts(action=0))).timeout == DEFAULT


def test_a_connections_timeout_has_rules_of_its_own() -> None:
    job = Timeouts(connection=40)
    device = Timeouts(connections={"leaf": 10})
    assert settle(LEAF, "1", Rules()).connection_timeout == DEFAULT
    assert settle(LEAF, "1", Rules(job)).connection_timeout == 40
    assert settle(LEAF, "1", Rules(job, device)).connection_timeout == 10
    job = Timeouts(connection=40, connections={"leaf": 20})
    assert settle(LEAF, "1", Rules(job, device)).connection_timeout == 20


def test_levels_count_the_children_from_one() -> None:
    inner = Action(name="inner", description="", children=(LEAF, LEAF))
    root = Action(name="root", description="", children=(LEAF, inner))
    tree = settle(root, "2", Rules())
    assert [tree.level, *(c.level for c in tree.children)] == ["2", "2.1", "2.2"]
    assert [c.level for c in tree.children[1].children] == ["2.2.1", "2.2.2"]
