"""A MultiNode group, from lavacli to its end on two emulated machines of a lab."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pumice.boards import images
from pumice.testing.running_lab import RunningLab

SECONDS = 300
EXAMPLE = Path(__file__).parents[2] / "examples" / "groups" / "two-machines.yaml"
LAVACLI = Path(sys.executable).with_name("lavacli")


def test_two_machines_meet(lab: RunningLab, tmp_path: Path) -> None:
    if sum(name.startswith("qemu-") for name in devices(lab)) < 2:
        add = [sys.executable, "-m", "pumice", "lab", "add-virtual", "qemu"]
        add += ["--dir", str(lab.directory)]
        add += ["--database", lab.database] if lab.database else []
        subprocess.run(add, check=True)
    folder = images.make(images.default_folder()).vmlinux.parent
    text = EXAMPLE.read_text().replace("/var/cache/pumice/boards", str(folder))
    definition = tmp_path / "group.yaml"
    definition.write_text(text)

    def lavacli(*words: str) -> str:
        admin = lab.admin()
        address = lab.url.replace("//", f"//{admin['username']}:{admin['token']}@") + "/RPC2"
        command = [str(LAVACLI), "--uri", address, *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    server, client = re.findall(r"\b\d+\.\d\b", lavacli("jobs", "submit", str(definition)))
    ended = [lab.wait_until_finished(name, SECONDS) for name in (server, client)]
    logs = [str(lab.log(name))[-4000:] for name in (server, client)]
    assert [job["health"] for job in ended] == ["Complete"] * 2, logs
    assert [job["id"] for job in ended] == [server, client]
    assert len({job["device"] for job in ended}) == 2
    assert "client-was-here" in lavacli("results", server)
    assert re.search(r"state +: Finished", lavacli("jobs", "show", client))
    assert "LAVA_WAIT" in lavacli("jobs", "logs", client)
    assert lavacli("jobs", "definition", client).strip() == text.strip()
    assert f"* {client}:" in lavacli("jobs", "list", "--limit", "2")


def devices(lab: RunningLab) -> list[str]:
    return [device["hostname"] for device in lab.call("scheduler.devices.list")]
