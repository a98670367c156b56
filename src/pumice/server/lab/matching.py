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
    matching = _Matching(wishes, worker_of, room, taken)
    for wish in wishes:
        if wish not in taken:
            matching.meet(wish)
    return len(taken) == len(wishes)


class _Matching:
    def __init__(
        self,
        wishes: Mapping[int, Sequence[str]],
        worker_of: Mapping[str, str | None],
        room: Mapping[str, int],
        taken: MutableMapping[int, str],
    ) -> None:
        self._wishes, self._worker_of, self._room, self._taken = wishes, worker_of, room, taken
        self._holder = {device: wish for wish, device in taken.items()}
        self._used = Counter(worker_of[device] for device in self._holder)
        self._hopeless: set[str] = set()

    def meet(self, wish: int) -> None:
        """Search, breadth first, a chain of wishes of which each takes what the next gives up."""
        wanted_by: dict[str, int] = {}
        gives_up: dict[int, str | None] = {wish: None}
        full: set[str] = set()
        ahead = deque([wish])
        while ahead:
            current = ahead.popleft()
            for device in self._wishes[current]:
                if device in wanted_by or device in self._hopeless:
                    continue
                wanted_by[device] = current
                if self._is_open(device):
                    self._hand_over(device, wanted_by, gives_up)
                    return
                for other in self._in_the_way(device, full):
                    if other not in gives_up:
                        gives_up[other] = device
                        ahead.append(other)
        # Nothing that was reached leads to an open device, whatever is handed over later.
        self._hopeless.update(wanted_by)

    def _is_open(self, device: str) -> bool:
        worker = self._worker_of[device]
        limit = None if worker is None else self._room.get(worker)
        return device not in self._holder and (limit is None or self._used[worker] < limit)

    def _in_the_way(self, device: str, full: set[str]) -> list[int]:
        """The wishes of which one must move so that the device can be taken."""
        if device in self._holder:
            return [self._holder[device]]
        worker = self._worker_of[device]
        if worker is None or worker in full:
            return []
        full.add(worker)
        return [wish for one, wish in self._holder.items() if self._worker_of[one] == worker]

    def _hand_over(
        self, device: str, wanted_by: Mapping[str, int], gives_up: Mapping[int, str | None]
    ) -> None:
        moves: dict[int, str] = {}
        ahead: str | None = device
        while ahead is not None:
            wish = wanted_by[ahead]
            moves[wish], ahead = ahead, gives_up[wish]
        for wish in moves:
            if (before := self._taken.get(wish)) is not None:
                del self._holder[before]
                self._used[self._worker_of[before]] -= 1
        for wish, new in moves.items():
            self._taken[wish] = new
            self._holder[new] = wish
            self._used[self._worker_of[new]] += 1
