"""A virtual board with a serial line and a power switch is added to a running lab, and used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

from pumice.testing.running_lab import RunningLab

EXAMPLE = Path(__file__).parents[2] / "examples" / "jobs" / "uboot-x86.yaml"


def add(lab: RunningLab, *arguments: str) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "pumice", "lab", "add-virtual", *arguments, "--json"]
    if lab.database:
        command += ["--database", lab.database]
    done = subprocess.run(
        [*command, "--dir", str(lab.directory)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_u_boot_loads_over_tftp_also_after_the_boards_process_was_killed(lab: RunningLab) -> None:
    assert add(lab, "uboot-x86") == [{"kind": "uboot-x86", "name": "uboot-x86-01"}]
    (worker,) = lab.directory.glob("dispatcher.d/*/dispatcher.yaml")
    settings = yaml.safe_load(worker.read_text())
    assert settings == {
        "dispatcher_ip": "10.0.2.2",
        "tftp_directory": str(lab.directory / "tftp"),
    }
    lab.kill("boards")
    lab.wait_for(lambda: lab.processes("boards"), 60, "the boards to run again")
    shown = lab.wait_until_finished(lab.submit(EXAMPLE.read_text()), 300)
    assert (shown["health"], shown["device"]) == ("Complete", "uboot-x86-01")
    cases = {c["name"]: c["result"] for c in lab.results(shown["id"]) if c["suite"] == "0_smoke"}
    assert cases == {"kernel-version": "pass", "network": "pass"}
    assert list((lab.directory / "tftp").iterdir()) == []
    assert not lab.processes("qemu")


def test_what_a_user_wrote_for_the_worker_is_kept(lab: RunningLab) -> None:
    (name,) = lab.call("scheduler.workers.list")
    folder = lab.directory / "dispatcher.d" / name
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / "dispatcher.yaml"
    before = own.read_text() if own.exists() else None
    own.write_text("dispatcher_ip: 192.0.2.1\n")
    try:
        command = [sys.executable, "-m", "pumice", "lab", "add-virtual", "ipxe"]
        if lab.database:
            command += ["--database", lab.database]
        command += ["--dir", str(lab.directory)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "dispatcher_ip: 10.0.2.2" in done.stderr
        assert f"tftp_directory: {lab.directory / 'tftp'}" in done.stderr
        assert own.read_text() == "dispatcher_ip: 192.0.2.1\n"
    finally:
        own.unlink() if before is None else own.write_text(before)
