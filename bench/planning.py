"""How long it takes to plan a job, for every method of the table and for many tests.

Run: ``python -m bench.planning [--rounds 50] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pumice.definitions.planning import plan
from pumice.formats import yaml

AIM_MS = 10.0
_DATA = Path(__file__).parent.parent / "tests" / "plan" / "data"
_TABLES = {"deploy": "deploys.yaml", "boot": "boots.yaml", "test": "tests.yaml"}


def median_ms(function: Callable[[], object], rounds: int) -> float:
    """The median duration of a call, in milliseconds."""
    function()
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def table() -> dict[str, list[dict[str, Any]]]:
    """Every case of the tables, each as the actions of a job."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, file in _TABLES.items():
        cases = yaml.load(_DATA.joinpath(file).read_text("utf-8")).data
        for name, case in cases.items():
            found[f"{kind} {name}"] = [{kind: case["block"]}]
    return found


def long(definitions: int = 20) -> list[dict[str, Any]]:
    """A deployment, a boot and many test definitions."""
    entry = {
        "from": "inline",
        "path": "inline/test.yaml",
        "repository": {"metadata": {"name": "test"}, "run": {"steps": ["true"] * 5}},
    }
    tests = [{**entry, "name": f"test-{number}"} for number in range(definitions)]
    cases = table()
    return [
        *cases["deploy tftp"],
        *cases["boot u-boot"],
        {"test": {"definitions": tests}},
    ]


def main() -> int:
    """Print the figures; exit status 1 where a plan takes longer than the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=50)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    device = yaml.load(_DATA.joinpath("device.yaml").read_text("utf-8")).data

    def once(actions: list[dict[str, Any]]) -> float:
        job = {"timeouts": {"job": {"hours": 1}}, "context": {"arch": "amd64"}, "actions": actions}
        return median_ms(lambda: plan(job, device, job_id="1"), chosen.rounds)

    each = {name: once(actions) for name, actions in table().items()}
    slowest = max(each, key=lambda name: each[name])
    figures = {
        "method_median_ms": statistics.median(each.values()),
        "method_slowest_ms": each[slowest],
        "twenty_tests_ms": once(long()),
    }
    for name, value in figures.items():
        print(f"{name:22} {value:8.2f}")
    print(f"slowest: {slowest}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures))
    return int(max(figures.values()) > AIM_MS)


if __name__ == "__main__":
    sys.exit(main())
