"""The example jobs can run on the example devices: nothing of them is left to later versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from pumice.definitions import planning
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml

EXAMPLES = Path(__file__).parents[2] / "examples"

LEVELS = {"lava-multinode-overlay", "compress-overlay", "deploy-device-env"}
"""Actions that only stand for a level, which clients count with."""


@pytest.mark.parametrize(
    ("job", "device"),
    [
        ("qemu-smoke", "qemu-01"),
        ("ssh-smoke", "ssh-host-01"),
        ("fastboot-smoke", "dragonboard-845c-01"),
    ],
)
def test_a_job_plans_without_obstacles(job: str, device: str) -> None:
    definition = yaml.load((EXAMPLES / "jobs" / f"{job}.yaml").read_text("utf-8")).data
    text = (EXAMPLES / "devices" / f"{device}.jinja2").read_text("utf-8")
    context = {"scheduled_device_name": device, **definition.get("context", {})}
    configuration = yaml.load(render(text, library, context=context)).data
    made = planning.plan(definition, configuration, job_id="1")
    assert made.obstacles == ()
    idle = {action.name for action in made.walk() if not action.runner and not action.children}
    assert idle <= LEVELS
