"""tuxrun, unmodified: it makes a job for QEMU and calls lava-run, which is Pumice's."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from pumice.boards import images
from pumice.cli.lab import lab

TUXRUN = Path(sys.executable).with_name("tuxrun")
SECONDS = 300


def test_it_runs_its_commands_on_a_machine_and_reads_the_results(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    assert CliRunner().invoke(lab, ["shims", "--dir", str(programs)]).exit_code == 0
    made = images.make(images.default_folder())
    command = [
        TUXRUN, "--runtime", "null", "--device", "qemu-x86_64",
        "--kernel", f"file://{made.vmlinuz}", "--rootfs", f"file://{made.ramdisk}",
        "--boot-args", "mitigations=off cryptomgr.notests no_timer_check",
        "--dispatcher-download-dir", tmp_path / "downloads",
        "--results", tmp_path / "results.json", "--metadata", tmp_path / "metadata.json",
        "--log-file-text", tmp_path / "log",
        "--", "uname -s",
    ]  # fmt: skip
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        command,
        env={"PATH": f"{programs}:{os.environ['PATH']}", **home},
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    results = json.loads((tmp_path / "results.json").read_text())
    ended = {suite: results[suite][case]["result"]
             for suite, case in (("commands", "command"), ("lava", "job"))}  # fmt: skip
    assert ended == {"commands": "pass", "lava": "pass"}
    assert any(line.endswith(" Linux") for line in results["commands"]["command"]["log_excerpt"])
    metadata = json.loads((tmp_path / "metadata.json").read_text())
    assert metadata["qemu_version"].startswith("QEMU emulator version")
    assert set(metadata["durations"]["tests"]) == {"commands", "boot"}
    kernel = hashlib.sha256(made.vmlinuz.read_bytes()).hexdigest()
    assert metadata["artefacts"]["kernel"]["sha256sum"] == kernel
    assert "uname -s" in (tmp_path / "log").read_text()
