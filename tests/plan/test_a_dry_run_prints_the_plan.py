"""``pumice run --dry-run``, also for methods that this version does not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pumice.cli.run import run

JOB = """\
timeouts: {job: {minutes: 30}}
actions:
- deploy:
    to: tftp
    kernel: {url: 'http://server/zImage', type: zimage}
    nfsrootfs: {url: 'http://server/root.tar.xz', compression: xz}
- boot: {method: METHOD, commands: nfs, prompts: '# ', failure_retry: 3, timeout: {minutes: 6}}
"""


def dry(folder: Path, device: str, method: str) -> Result:
    folder.joinpath("job.yaml").write_text(JOB.replace("METHOD", method))
    dictionary = folder / "board-01.jinja2"
    dictionary.write_text(
        f"{{% extends '{device}.jinja2' %}}"
        "{% set connection_command = 'telnet lab 7001' %}{% set hard_reset_command = 'reset' %}"
    )
    arguments = [str(folder / "job.yaml"), "--device", str(dictionary), "--dry-run"]
    return CliRunner().invoke(run, arguments)


def test_every_action_has_level_name_timeout_attempts_and_namespace(tmp_path: Path) -> None:
    printed = dry(tmp_path, "beaglebone-black", "u-boot").stdout.splitlines()
    assert printed[0] == "job timeout 00:30:00"
    assert "1 tftp-deploy (00:00:30) [common]" in printed
    assert "2 uboot-action (00:06:00, 3 attempts) [common]" in printed
    assert "    2.4.1 reset-device (00:06:00) [common]" in printed
    assert "    1.1.1 http-download (00:15:00) [common] http://server/zImage" in printed
    assert any(line.endswith("[common] http://server/root.tar.xz") for line in printed)


def test_a_job_that_cannot_run_is_printed_and_says_why(tmp_path: Path) -> None:
    done = dry(tmp_path, "ar9331-dpt-module", "barebox")
    assert done.exit_code == 1
    assert any("barebox-action" in line for line in done.stdout.splitlines())
    first, *reasons = done.stderr.splitlines()
    assert first == "the job cannot run"
    assert "actions[1].boot.method)" in [line.rpartition(" (")[2] for line in reasons]


@pytest.mark.parametrize(("device", "offered"), [("beaglebone-black", "u-boot"), ("x86", "ipxe")])
def test_a_method_that_the_device_does_not_list_prints_no_plan(
    tmp_path: Path, device: str, offered: str
) -> None:
    done = dry(tmp_path, device, "depthcharge")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "the device does not boot with 'depthcharge': its configuration offers" in done.stderr
    assert offered in done.stderr
