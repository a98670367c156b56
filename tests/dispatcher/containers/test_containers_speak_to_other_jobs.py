"""Tests in a container beside the board speak to the other jobs of a MultiNode group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.testing.container_lab import BASH, BUSYBOX, ContainerLab
from pumice.testing.group_lab import Coordinator
from pumice.wire.coordinator import VARIABLE


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Coordinator]:
    one = Coordinator(tmp_path)
    one.start()
    yield one
    one.kill()


@pytest.mark.parametrize("image", [BUSYBOX, BASH])
def test_a_container_waits_for_a_message(
    lab: ContainerLab, coordinator: Coordinator, monkeypatch: pytest.MonkeyPatch, image: str
) -> None:
    monkeypatch.setenv(VARIABLE, f"127.0.0.1:{coordinator.port}")
    steps = ["lava-send me role=$(lava-role)", "lava-wait me", "cat /tmp/lava_multi_node_cache.txt"]
    group = {"target_group": "g", "role": "alone", "group_size": 1, "sub_id": 0}
    outcome = lab.run(
        lab.inside("mkdir -p /tmp", *steps, image=image), protocols={"lava-multinode": group}
    )
    assert outcome.passed, outcome.end
    assert "1:role=alone" in outcome.messages("target")
    assert outcome.cases("0_smoke") == {"multinode-send-me": "pass", "multinode-wait-me": "pass"}
