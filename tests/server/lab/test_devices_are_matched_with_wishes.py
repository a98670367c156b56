"""Wishes that are to be met together: as many are met as can be, whatever the order."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from pumice.server.lab.matching import match

DEVICES = {"a": "w1", "b": "w1", "c": "w1", "d": "w2", "e": "w2", "f": None}
rooms = st.dictionaries(st.sampled_from(["w1", "w2"]), st.integers(-1, 3))
lists = st.lists(st.lists(st.sampled_from(sorted(DEVICES)), unique=True), max_size=4)


def keeps(chosen: tuple[str, ...], room: dict[str, int]) -> bool:
    used = Counter(DEVICES[device] for device in chosen)
    within = all(count <= max(room.get(worker or "", 99), 0) for worker, count in used.items())
    return within and len(set(chosen)) == len(chosen)


def most(wishes: dict[int, list[str]], room: dict[str, int]) -> int:
    """How many can be met at once: every way is tried."""
    return max(
        count
        for count in range(len(wishes) + 1)
        for some in combinations(wishes.values(), count)
        if any(keeps(chosen, room) for chosen in product(*some))
    )


@given(lists, rooms)
def test_as_many_as_can_be(rows: list[list[str]], room: dict[str, int]) -> None:
    wishes = dict(enumerate(rows))
    taken: dict[int, str] = {}
    assert match(wishes, DEVICES, room, taken) is (most(wishes, room) == len(wishes))
    assert len(taken) == most(wishes, room)
    assert all(device in wishes[wish] for wish, device in taken.items())
    assert keeps(tuple(taken.values()), room)


@given(lists)
def test_what_was_taken_stays_taken(rows: list[list[str]]) -> None:
    first = {wish: [device for device in row if device in "ad"] for wish, row in enumerate(rows)}
    taken: dict[int, str] = {}
    match(first, DEVICES, {}, taken)
    before = set(taken.values())
    wishes = dict(enumerate(rows))
    match(wishes, DEVICES, {}, taken)
    assert before <= set(taken.values())
    assert len(taken) == most(wishes, {})
