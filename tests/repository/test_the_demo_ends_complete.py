"""The demo: a lab, a job on an emulated board, its log and results on the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pumice.boards import images

ROOT = Path(__file__).parents[2]
JOB = ROOT / "examples/jobs/qemu-smoke.yaml"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("demo") / "lab"
    command = [sys.executable, str(ROOT / "script/demo.py"), "--once", "--dir", str(folder)]
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{folder}/database.sqlite3"}
    done = subprocess.run(
        [*command, "--listen", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert json.loads((folder / "admin.json").read_text())["token"]
    return done


def test_it_shows_the_boards_log(demo: subprocess.CompletedProcess[str]) -> None:
    assert "Linux version" in demo.stdout
    assert "pumice login:" in demo.stdout


def test_every_line_of_the_log_is_shown_once(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.stdout.count("<LAVA_TEST_RUNNER EXIT>") == 1
    assert demo.stdout.count("start: 0 validate") == 1


def test_it_shows_results_and_ends_with_the_jobs_page(
    demo: subprocess.CompletedProcess[str],
) -> None:
    _, _, table = demo.stdout.partition("Suite ")
    rows = [line.split() for line in table.splitlines()]
    assert ["0_smoke", "kernel-version", "pass"] in rows
    assert ["lava", "job", "pass"] in rows
    assert "Job 1 is Finished: Complete" in table
    assert table.splitlines()[-1].endswith("/scheduler/job/1")


def test_the_images_that_the_job_names_are_where_labs_of_root_keep_them() -> None:
    text = JOB.read_text()
    folder = "/var/cache/pumice/boards"
    assert text.count(f"file://{folder}/") == 2
    if os.geteuid() == 0:
        assert images.default_folder() == Path(folder)


def test_a_lab_that_cannot_start_ends_the_demo(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("NO_SUCH_SETTING: 1\n")
    done = subprocess.run(
        [sys.executable, str(ROOT / "script/demo.py"), "--once", "--dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "NO_SUCH_SETTING" in done.stderr
