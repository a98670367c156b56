"""``authorize: ssh`` of a container: root's account takes the lab's key."""

from __future__ import annotations

import subprocess

from pumice.testing.container_lab import ContainerLab


def test_the_account_of_root_takes_the_key(lab: ContainerLab) -> None:
    key = lab.folder / "lab"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(key)]
    subprocess.run(command, check=True)
    made = lab.device()
    made["actions"]["deploy"]["methods"]["ssh"] = {"identity_file": str(key)}
    lab.changes = {"actions": made["actions"]}
    image = lab.image()
    image["deploy"]["authorize"] = "ssh"
    outcome = lab.run(
        image,
        lab.start_container(),
        lab.test("lava-test-case same --shell cmp /root/.ssh/authorized_keys /lava-1/lab.pub"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"same": "pass"}
