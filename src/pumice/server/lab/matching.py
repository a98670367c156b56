"""Find devices for wishes that are to be met together: a pure function.

Taking for each wish the first device that fits can leave a later one without, though there are
enough: so an earlier wish gives its device up for another one, wherever that helps.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, MutableMapping, Sequence


def match(
    wishes: Mapping[int, Sequence[str]],
    worker_of: Mapping[str, str | None],
    room: Mapping[str, int],
    taken: MutableMapping[int, str],
) -> bool:
    """Meet as many wishes as can be met together; whether that is all.

    ``wishes`` has the devices that fit each wish, the best first. ``room`` says, for workers with a
    limit, on how many of their devices wishes can be met. ``taken`` has the device of each wish
    that is met already; it gets the others'. A device in it stays in it, but may change hands.
    """
    for wish in wishes:
        if wish not in taken:
            _meet(wish, wishes, worker_of, room, taken)
    return len(taken) == len(wishes)


def _meet(
    wish: int,
    wishes: Mapping[int, Sequence[str]],
    worker_of: Mapping[str, str | None],
    room: Mapping[str, int],
    taken: MutableMapping[int, str],
) -> None:
    """Search, breadth first, a chain of wishes of which each takes what the next one gives up."""
    holder = {device: number for number, device in taken.items()}
    used = Counter(worker_of[device] for device in holder)
    wanted_by: dict[str, int] = {}
    gives_up: dict[int, str | None] = {wish: None}
    full: set[str] = set()
    ahead = deque([wish])
    while ahead:
        current = ahead.popleft()
        for device in wishes[current]:
            if device in wanted_by:
                continue
            wanted_by[device] = current
            worker = worker_of[device]
            if device in holder:
                others = [holder[device]]
            elif worker is None or used[worker] < room.get(worker, len(wishes)):
                _hand_over(device, wanted_by, gives_up, taken)
                return
            elif worker in full:
                continue
            else:
                # Whoever leaves this worker makes room there.
                full.add(worker)
                others = [number for one, number in holder.items() if worker_of[one] == worker]
            for other in others:
                if other not in gives_up:
                    gives_up[other] = device
                    ahead.append(other)


def _hand_over(
    device: str | None,
    wanted_by: Mapping[str, int],
    gives_up: Mapping[int, str | None],
    taken: MutableMapping[int, str],
) -> None:
    while device is not None:
        number = wanted_by[device]
        taken[number] = device
        device = gives_up[number]
