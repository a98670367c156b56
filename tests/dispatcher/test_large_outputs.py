"""A board that prints without end costs no memory, and no line of it is lost."""

from __future__ import annotations

import re

from pumice.testing.cost import cost
from pumice.testing.scripted_lab import ScriptedLab

LINES = 1_000_000
"""Of 100 characters each: about 100 MB. ``script/bench output`` does the same with 1 GB."""

_MEGABYTES = 150
_LINE = re.compile(rb'"lvl": "target", "msg": "line (\d+) x{80}"}$')


def test_every_line_is_kept_in_order_and_the_memory_is_bounded(lab: ScriptedLab) -> None:
    print_lines = f"seq -f 'line %.0f {'x' * 80}' {LINES}"
    command = lab.command(
        lab.deploy(),
        lab.boot(),
        lab.test(print_lines, "lava-test-case after --result pass"),
        timeouts={"job": {"hours": 1}, "action": {"minutes": 50}},
    )
    peak = cost(command).megabytes
    expected = 1
    with lab.outcome.output.joinpath("logs.yaml").open("rb") as log:
        for record in log:
            found = _LINE.search(record)
            if found is not None:
                assert int(found[1]) == expected
                expected += 1
    assert expected == LINES + 1
    assert peak < _MEGABYTES
