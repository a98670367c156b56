"""The environment and the secrets of a test: what is there, in which order, and who may read it."""

from __future__ import annotations

import stat
from typing import Any

from pumice.testing.scripted_lab import ScriptedLab


class DescribedLab(ScriptedLab):
    """A device that says much about itself."""

    def device(self) -> dict[str, Any]:
        return {
            **super().device(),
            "environment": {"DEVICE": {"NESTED": True}},
            "device_info": [{"board_id": "0123"}],
            "static_info": [{"probe_ip": "192.0.2.8"}, {"probe_channel": "ch1"}],
            "storage_info": [{"SATA": "/dev/sda"}],
            "parameters": {
                "interfaces": {"target": {"ip": "192.0.2.7", "mac": "00:00:5e:00:53:01"}}
            },
        }


def test_variables_come_in_lavas_order(lab: ScriptedLab) -> None:
    described = DescribedLab(lab.folder)
    described.dispatcher = (
        "dispatcher_ip: 192.0.2.1\nprefix: p-\nhttp_url_format_string: 'http://cache/?url=%s'\n"
    )
    outcome = described.smoke("true", environment={"JOB": "x y"}, tags=["a", "b"])
    assert outcome.passed
    lines = lab.root.joinpath("lava-1/environment").read_text().splitlines()
    assert lines == [
        "export DEVICE_NESTED=1",
        "export LAVA_DEVICE_INFO_0_board_id=0123",
        "export LAVA_STATIC_INFO_0_probe_ip=192.0.2.8",
        "export LAVA_STATIC_INFO_1_probe_channel=ch1",
        "export LAVA_STORAGE_INFO_0_SATA=/dev/sda",
        "export JOB='x y'",
        "export LAVA_JOB_ID=1",
        "export LAVA_DISPATCHER_IP=192.0.2.1",
        "export LAVA_JOB_TAGS='a b'",
        "export LAVA_DISPATCHER_PREFIX=p-",
        "export LAVA_DEVICE_HOSTNAME=scripted-01",
        "export LAVA_DEVICE_TYPE=scripted",
        "export HTTP_CACHE='http://cache/?url=%s'",
    ]


def test_helpers_print_what_the_device_says_of_itself(lab: ScriptedLab) -> None:
    outcome = DescribedLab(lab.folder).smoke(
        'lava-test-case ip --shell test "$(lava-target-ip)" = 192.0.2.7',
        'lava-test-case probe --shell test "$(lava-probe-channel)" = ch1',
        'lava-test-case storage --shell test "$(lava-target-storage SATA)" = /dev/sda',
    )
    assert outcome.cases("0_smoke") == {"ip": "pass", "probe": "pass", "storage": "pass"}


def test_secrets_are_the_boards_root_user_s_alone(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        '. ../../../secrets; lava-test-case told --shell test -n "$TOKEN"',
        'echo "the token is $TOKEN"',
        secrets={"TOKEN": "not-for-the-log"},
    )
    assert outcome.cases("0_smoke") == {"told": "pass"}
    file = lab.root / "lava-1/secrets"
    assert file.read_text() == "TOKEN=not-for-the-log\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "the token is [MASKED]" in outcome.text
    assert "not-for-the-log" not in outcome.text


def test_kmsg_and_delays_are_in_the_script(lab: ScriptedLab) -> None:
    definition = lab.definition("true", **{"lava-signal": "kmsg"})
    deploy, boot = lab.deploy(), lab.boot()
    # The host's own log is not written to: the job ends before its tests begin.
    boot["boot"]["auto_login"]["login_commands"] = [f"rm {lab.root}/lava-1/environment"]
    lab.run(deploy, boot, {"test": {"definitions": [definition]}})
    script = lab.root.joinpath("lava-1/0/tests/0_smoke/run.sh").read_text()
    assert "\n# USE_KMSG\nexport KMSG=true\n" in script
    assert 'echo "<0><LAVA_SIGNAL_STARTRUN $TESTRUN_ID $UUID>" > /dev/kmsg\n' in script
    assert 'echo "<0><LAVA_SIGNAL_ENDRUN $TESTRUN_ID $UUID>" > /dev/kmsg\n' in script


class SlowLab(ScriptedLab):
    """A device whose console takes characters slowly."""

    def device(self) -> dict[str, Any]:
        return {**super().device(), "character_delays": {"test": 2}}


def test_helpers_pause_on_a_slow_console(lab: ScriptedLab) -> None:
    outcome = SlowLab(lab.folder).smoke("lava-test-case slow --shell test $CHARACTER_DELAY = 0.002")
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"slow": "pass"}
    script = lab.root.joinpath("lava-1/0/tests/0_smoke/run.sh").read_text()
    assert "\nexport CHARACTER_DELAY=0.002\n" in script
    assert script.count('\nsleep "$CHARACTER_DELAY" || sleep 1\n') == 4
