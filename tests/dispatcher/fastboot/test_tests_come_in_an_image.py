"""``apply-overlay``: the tests are in the file system that fastboot writes."""

from __future__ import annotations

import pytest

from pumice.testing.fastboot_lab import FastbootLab


@pytest.mark.parametrize("sparse", [True, False], ids=["sparse", "plain"])
def test_a_board_runs_the_tests_of_its_image(lab: FastbootLab, sparse: bool) -> None:
    lab.sequence = ["reboot"]
    with lab.switched_on():
        outcome = lab.run(
            lab.flash(lab.file_system(sparse=sparse)),
            lab.start_up(),
            lab.test("lava-test-case one --result pass", "lava-test-case two --shell false"),
        )
    assert outcome.passed, outcome.text
    assert outcome.cases("0_smoke") == {"one": "pass", "two": "fail"}
    assert lab.written("rootfs").startswith(b"\x3a\xff\x26\xed") == sparse


def test_every_word_of_a_sequence_is_done(lab: FastbootLab) -> None:
    lab.sequence = ["reboot", "auto-login", "overlay-unpack", "shell-session", "export-env"]
    lab.env_dut = "overrides: {GREETING: hello}\n"
    lab.constants = {
        "posix": {
            "lava_test_results_dir": f"{lab.root}/lava-%s",
            "lava_test_shell_file": f"{lab.folder}/shell.rc",
        }
    }
    with lab.switched_on():
        outcome = lab.run(
            lab.flash(lab.file_system(sparse=True)),
            lab.start_up(),
            lab.test("""lava-test-case greeted --shell 'test "$GREETING" = hello'"""),
        )
    assert outcome.passed, outcome.text
    assert outcome.cases("0_smoke") == {"greeted": "pass"}


def test_an_image_without_a_file_system_is_the_job_s_error(lab: FastbootLab) -> None:
    images = lab.images("rootfs", **{"apply-overlay": True, "sparse": False})
    with lab.switched_on():
        outcome = lab.run(lab.flash(images), lab.start_up(), lab.test("true"))
    assert outcome.end["error_type"] == "Job"
    assert (
        "rootfs.img is not a file system that overlays can be put into" in outcome.end["error_msg"]
    )


def test_an_image_without_partitions_has_no_root_partition(lab: FastbootLab) -> None:
    images = lab.file_system(sparse=False, root_partition=1)
    with lab.switched_on():
        outcome = lab.run(lab.flash(images), lab.start_up(), lab.test("true"))
    assert outcome.end["error_type"] == "Job"
    assert "has no table of partitions" in outcome.end["error_msg"]
    assert not (lab.device_folder / "asked").exists()
