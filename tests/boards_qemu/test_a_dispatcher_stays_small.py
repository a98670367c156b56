"""A dispatcher takes 60 MB of memory at most while it boots a machine and runs its tests."""

from __future__ import annotations

from typing import Any

from pumice.testing.cost import cost

MOST = 60


def test_a_job_on_a_machine(lab: Any) -> None:
    deploy = lab.deploy(format="cpio.newc", overlays={"lava": True})
    test = lab.test("lava-test-case kernel --shell uname -a")
    assert cost(lab.command(deploy, lab.boot(), test)).megabytes <= MOST
    assert lab.outcome.cases("0_smoke") == {"kernel": "pass"}
