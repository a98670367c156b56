"""``to: fastboot``: the real client writes images to an emulated board."""

from __future__ import annotations

from pumice.testing.fastboot_lab import FastbootLab


def test_images_are_written_in_the_device_s_order(lab: FastbootLab) -> None:
    lab.settings = {"flash_cmds_order": ["ptable", "boot", "rootfs"]}
    with lab.switched_on():
        outcome = lab.run(lab.flash(lab.images("rootfs", "other", "boot")))
    assert outcome.passed, outcome.text
    assert lab.asked == ["flash:boot", "flash:rootfs", "flash:other"]
    assert lab.written("rootfs") == b"rootfs" * 1000
    assert [m for m in outcome.messages("debug") if m.startswith(">> Writing 'rootfs'")]
    (rootfs,) = [
        result["extra"]
        for result in outcome.results
        if result["case"] == "fastboot-flash-action" and result["extra"]["label"] == "rootfs"
    ]
    assert rootfs["size"] == 6000


def test_the_board_reboots_as_each_image_says(lab: FastbootLab) -> None:
    images = {
        **lab.images("a", reboot="fastboot-reboot-bootloader"),
        **lab.images("b", reboot="fastboot-reboot-fastboot"),
        **lab.images("c", reboot="hard-reset"),
        **lab.images("d", reboot="fastboot-reboot"),
    }
    with lab.switched_on():
        assert lab.run(lab.flash(images)).passed
    assert lab.asked == [
        *("flash:a", "reboot-bootloader"),
        *("flash:b", "reboot-fastboot"),
        "flash:c",
        *("flash:d", "reboot"),
    ]
    assert not lab.mode.exists()


def test_a_board_that_runs_is_reset_into_fastboot(lab: FastbootLab) -> None:
    with lab.switched_on():
        lab.mode.unlink()
        assert lab.run(lab.flash(lab.images("boot"))).passed
    assert lab.asked == ["flash:boot"]


def test_a_board_that_is_not_there_is_an_infrastructure_error(lab: FastbootLab) -> None:
    lab.commands = {"hard_reset": "true"}
    lab.device_timeouts = {"enter-fastboot-action": {"seconds": 1}}
    with lab.switched_on():
        lab.mode.unlink()
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "fastboot found no board tcp:127.0.0.1:" in outcome.end["error_msg"]


def test_what_the_board_refuses_is_an_infrastructure_error(lab: FastbootLab) -> None:
    with lab.switched_on("--refuse", "flash"):
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "ended with status 1" in outcome.end["error_msg"]
    assert "FAILED (remote: 'flash does not work today')" in outcome.text


def test_a_board_that_goes_away_while_it_is_written_is_an_infrastructure_error(
    lab: FastbootLab,
) -> None:
    lab.device_timeouts = {"fastboot-flash-action": {"seconds": 1}}
    with lab.switched_on("--drop", "flash"):
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.end["error_type"] == "Infrastructure"
    assert outcome.end["error_msg"].startswith("fastboot did not end 'flash boot' within ")


def test_options_of_the_device_are_given_to_the_client(lab: FastbootLab) -> None:
    lab.settings = {"fastboot_options": ["--verbose"]}
    with lab.switched_on():
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.passed
    assert [m for m in outcome.messages("debug") if " --verbose flash boot " in m]
