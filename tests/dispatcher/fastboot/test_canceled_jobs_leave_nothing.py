"""A job that is canceled while a board is written ends the client, which would wait for ever."""

from __future__ import annotations

import time

from pumice.testing.fastboot_lab import FastbootLab


def test_a_job_is_canceled_while_the_client_waits(lab: FastbootLab) -> None:
    with lab.switched_on("--drop", "flash"):
        process = lab.start(lab.flash(lab.images("boot")))
        asked = lab.device_folder / "asked"
        until = time.monotonic() + 20
        while not (asked.exists() and "flash:boot" in asked.read_text()):
            assert time.monotonic() < until, "nothing is written"
            time.sleep(0.02)
        process.terminate()
        assert process.wait(20) == 1
    # The fixture looks for processes and files that are left.
    assert lab.outcome.end["error_type"] == "Canceled"
