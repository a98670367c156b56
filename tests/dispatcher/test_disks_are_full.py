"""A disk that fills up, at whatever moment, ends the job as the lab's failure, and all is said."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from pumice.testing.scripted_lab import Outcome, ScriptedLab

DISK = 1 << 20
"""Bytes on the disk of a job."""


@dataclass
class SmallDisk:
    """A job whose output folder, and all that it makes, is on a disk of its own."""

    lab: ScriptedLab
    status: int = -1

    def run(self, *actions: dict[str, Any], fill: str = "") -> Outcome:
        """Run it; what is on the disk at the end is copied back. ``fill`` is a command before."""
        given = self.lab.folder / "given"
        output = self.lab.outcome.output
        command = self.lab.command(*actions, timeouts={"job": {"minutes": 10}})
        # What the job reads lies elsewhere.
        command = [word.replace(f"{output}/", f"{given}/") for word in command]
        output.rename(given)
        output.mkdir()
        kept = self.lab.folder / "kept"
        script = (
            f"mount -t tmpfs -o size={DISK} tmpfs {output} && {fill or 'true'} || exit 3; "
            f"{shlex.join(command)}; status=$?; cp -a {output} {kept}; exit $status"
        )
        # A name space of its own: the disk goes with it, whatever happens.
        user = [] if os.geteuid() == 0 else ["--map-root-user"]
        words = ["unshare", *user, "--mount", "sh", "-c", script]
        self.status = subprocess.run(words, timeout=300, check=False).returncode
        output.rmdir()
        kept.rename(output)
        return self.lab.outcome


@pytest.fixture
def disk(lab: ScriptedLab) -> SmallDisk:
    lab.commands["power_off"] = f"touch {lab.folder}/off"
    return SmallDisk(lab)


def ended(disk: SmallDisk, outcome: Outcome) -> str:
    """What the end says; it is whole, and the board is off."""
    assert disk.status == 1
    assert outcome.end["error_type"] == "Infrastructure"
    assert disk.lab.folder.joinpath("off").exists()
    left = {path.name for path in outcome.output.iterdir()}
    assert left == {"logs.yaml", "description.yaml", "result.yaml"}
    return str(outcome.end["error_msg"])


def test_while_the_log_is_written(disk: SmallDisk) -> None:
    lab = disk.lab
    outcome = disk.run(lab.deploy(), lab.boot(), lab.test("while true; do echo and-on; done"))
    assert ended(disk, outcome) == "the log cannot be written: No space left on device"
    lost = [m for m in outcome.messages("error") if "are lost: the disk did not take" in str(m)]
    assert lost
    assert "and-on" in outcome.messages("target")
    assert outcome.cases("lava")["job"] == "fail"


def test_while_a_file_is_downloaded(disk: SmallDisk) -> None:
    large = disk.lab.folder / "large"
    large.write_bytes(bytes(2 * DISK))
    deploy = disk.lab.deploy()
    deploy["deploy"]["images"]["disk"] = {"url": f"file://{large}"}
    said = ended(disk, disk.run(deploy, disk.lab.boot()))
    assert "No space left on device" in said or "has 2097152 bytes, and" in said


def test_while_the_overlay_is_made(disk: SmallDisk) -> None:
    lab = disk.lab
    long = "\n".join(["true"] * 60_000)
    # What is left for the overlay is less than the tests.
    fill = f"head -c {DISK // 2} /dev/zero > {lab.outcome.output}/others"
    outcome = disk.run(lab.deploy(), lab.boot(), lab.test(long), fill=fill)
    lab.outcome.output.joinpath("others").unlink()
    assert "No space left on device" in ended(disk, outcome)
    failed = [r["case"] for r in outcome.results if r["result"] == "fail"]
    assert "boot-image-retry" not in outcome.cases("lava")
    assert any("overlay" in case for case in failed), failed
