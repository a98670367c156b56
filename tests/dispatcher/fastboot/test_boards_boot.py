"""``method: fastboot``: the real client boots an emulated board with a scripted console."""

from __future__ import annotations

from pumice.testing.fastboot_lab import FastbootLab


def test_an_image_is_booted_without_being_written(lab: FastbootLab) -> None:
    with lab.switched_on():
        # The emulated board takes what Android calls a boot image.
        image = lab.folder / "boot.img"
        images = lab.images("boot")
        image.write_bytes(b"ANDROID!" + bytes(4088))
        outcome = lab.run(lab.flash(images), lab.start_up())
    assert outcome.passed, outcome.text
    assert lab.asked == ["flash:boot", "boot"]
    assert (lab.device_folder / "booted").read_bytes()[:8] == b"ANDROID!"
    assert outcome.cases("lava")["login-action"] == "pass"
    assert "Linux version" in outcome.text


def test_the_device_s_sequence_says_how_it_boots(lab: FastbootLab) -> None:
    lab.sequence = ["reboot", "auto-login"]
    with lab.switched_on():
        outcome = lab.run(lab.flash(lab.images("boot")), lab.start_up())
    assert outcome.passed, outcome.text
    assert lab.asked == ["flash:boot", "reboot"]
    assert outcome.cases("lava")["login-action"] == "pass"


def test_the_job_s_commands_come_before_the_boot(lab: FastbootLab) -> None:
    lab.sequence = ["reboot", "auto-login"]
    with lab.switched_on():
        commands = ["erase cache", "flash second {boot}"]
        outcome = lab.run(lab.flash(lab.images("boot")), lab.start_up(commands=commands))
    assert outcome.passed, outcome.text
    assert lab.asked == ["flash:boot", "erase:cache", "flash:second", "reboot"]


def test_a_boot_that_the_board_refuses_once_is_tried_again(lab: FastbootLab) -> None:
    lab.sequence = ["reboot", "auto-login"]
    with lab.switched_on("--refuse", "reboot", "--times", "1"):
        outcome = lab.run(lab.flash(lab.images("boot")), lab.start_up(failure_retry=2))
    assert outcome.passed, outcome.text
    assert lab.asked == ["flash:boot", "reboot", "reboot"]


def test_booting_without_the_image_is_the_job_s_error(lab: FastbootLab) -> None:
    with lab.switched_on():
        outcome = lab.run(lab.flash(lab.images("rootfs")), lab.start_up())
    assert outcome.end["error_type"] == "Job"
    assert "needs an image named 'boot'" in outcome.end["error_msg"]


def test_a_board_fetches_the_tests_where_its_sequence_says(lab: FastbootLab) -> None:
    lab.sequence = ["reboot", "auto-login", "overlay-unpack", "shell-session"]
    lab.dispatcher = "dispatcher_ip: 127.0.0.1"
    transfer = {
        "download_command": f"cd {lab.root} ; busybox wget",
        "unpack_command": "tar -C / -xzf",
    }
    with lab.switched_on():
        outcome = lab.run(
            lab.flash(lab.images("boot")),
            lab.start_up(transfer_overlay=transfer),
            lab.test("lava-test-case fetched --result pass"),
        )
    assert outcome.passed, outcome.text
    assert outcome.cases("0_smoke") == {"fetched": "pass"}
