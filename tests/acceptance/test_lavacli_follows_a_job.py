"""The unmodified lavacli, as a person uses it: submit, follow, look at results."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pumice.testing.running_lab import RunningLab

CLIENTS = {
    "3.1.0": [str(Path(sys.executable).with_name("lavacli"))],
    "1.2": ["/usr/bin/python3", "/usr/bin/lavacli"],
}


@pytest.mark.parametrize("version", list(CLIENTS))
def test_submit_and_follow(
    version: str, lab: RunningLab, smoke_definition: str, tmp_path: Path
) -> None:
    admin = lab.admin()
    address = lab.url.replace("//", f"//{admin['username']}:{admin['token']}@") + "/RPC2"
    job_file = tmp_path / "job.yaml"
    job_file.write_text(smoke_definition)

    def lavacli(*words: str) -> str:
        command = [*CLIENTS[version], "--uri", address, *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    followed = lavacli("jobs", "submit", str(job_file), "--follow", "--polling", "1")
    assert "Linux version" in followed
    assert "lava-test-case kernel-version" in followed
    newest = lavacli("jobs", "list", "--limit", "1")
    job = re.search(r"\* (\d+):", newest)
    assert job is not None, newest
    assert re.search(r"state +: Finished", lavacli("jobs", "show", job[1]))
    assert re.search(r"[Hh]ealth +: Complete", lavacli("jobs", "show", job[1]))
    results = lavacli("results", job[1])
    assert "kernel-version" in results
    assert "pass" in results
    assert "Power down" in lavacli("jobs", "logs", job[1])
    assert "qemu-01" in lavacli("devices", "list")
