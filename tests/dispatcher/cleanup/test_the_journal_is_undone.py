"""``--clean FOLDER``: what a journal names is undone, the last first, as often as it is asked."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pumice.cli.run import run
from pumice.dispatcher.journal import Commands, Files, Journal
from pumice.testing.scripted_lab import ScriptedLab
from pumice.wire import loglines


def clean(folder: Path) -> subprocess.CompletedProcess[str]:
    """Clean up as a worker does."""
    command = [sys.executable, "-m", "pumice.dispatcher", "--clean", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def said(done: subprocess.CompletedProcess[str], *levels: str) -> list[Any]:
    """The records that it has written."""
    records = [loglines.decode(line) for line in done.stdout.splitlines()]
    return [record.msg for record in records if record.lvl in levels]


def noted(folder: Path, *entries: Any) -> Path:
    """A journal with these notes, as a dispatcher that died leaves it."""
    journal = Journal(folder)
    for entry in entries:
        journal.note(entry)
    journal.close()
    return folder


def writes(log: Path, word: str) -> Commands:
    return Commands((f"sh -c 'echo {word} >> {log}'",))


def test_the_last_act_is_undone_first_and_nothing_twice(tmp_path: Path) -> None:
    log = tmp_path / "log"
    folder = tmp_path / "output"
    folder.mkdir()
    noted(folder, writes(log, "one"), writes(log, "two"), writes(log, "three"))
    assert clean(folder).returncode == 0
    assert log.read_text().split() == ["three", "two", "one"]
    assert list(folder.iterdir()) == []
    again = clean(folder)
    assert (again.returncode, again.stdout) == (0, "")
    assert log.read_text().split() == ["three", "two", "one"]


def test_what_fails_is_said_and_kept_and_the_rest_goes_on(tmp_path: Path) -> None:
    log, go_on = tmp_path / "log", tmp_path / "go-on"
    noted(
        tmp_path,
        writes(log, "one"),
        Commands((f"test -e {go_on}",)),
        Files("/proc/self/status"),
        writes(log, "three"),
    )
    done = clean(tmp_path)
    assert done.returncode == 1
    assert log.read_text().split() == ["three", "one"]
    first, second = said(done, "error")
    assert first.startswith("removing /proc/self/status: ")
    assert second.endswith("ended with status 1")
    assert f"Calling: test -e {go_on}" in said(done, "debug")
    go_on.touch()
    assert clean(tmp_path).returncode == 1
    assert log.read_text().split() == ["three", "one"]


def test_files_go_and_what_others_have_beside_them_stays(tmp_path: Path) -> None:
    own, other = tmp_path / "tftp/1", tmp_path / "tftp/2"
    for folder in (own / "tftp-deploy-a", own / "tftp-deploy-b", other / "tftp-deploy-c"):
        folder.mkdir(parents=True)
        folder.joinpath("kernel").touch()
    link = tmp_path / "link"
    link.symlink_to(other)
    noted(tmp_path, Files(str(own / "tftp-deploy-a"), parent=str(own)), Files(str(link)))
    assert clean(tmp_path).returncode == 0
    assert [path.name for path in own.iterdir()] == ["tftp-deploy-b"]
    assert other.joinpath("tftp-deploy-c/kernel").exists()
    assert not link.is_symlink()


def test_a_line_that_was_broken_off_spoils_no_other(tmp_path: Path) -> None:
    log = tmp_path / "log"
    noted(tmp_path, writes(log, "one"))
    with tmp_path.joinpath("undo.jsonl").open("a") as file:
        file.write('{"note": {"undo": "files", "pa')
    noted(tmp_path, writes(log, "two"))
    assert clean(tmp_path).returncode == 0
    assert log.read_text().split() == ["two", "one"]


def test_nobody_cleans_up_after_a_dispatcher_that_lives(tmp_path: Path) -> None:
    folder = tmp_path / "precious"
    folder.mkdir()
    journal = Journal(tmp_path)
    journal.note(Files(str(folder)))
    done = clean(tmp_path)
    assert done.returncode == 2
    assert "another dispatcher runs a job in" in done.stderr
    assert folder.exists()
    journal.done(Files(str(folder)))
    journal.close()


@pytest.fixture
def killed(lab: ScriptedLab) -> Path:
    """The output folder of a job whose dispatcher was killed after a command of the site."""
    log = lab.folder / "switched"
    off, stop = (f"sh -c 'echo {word} >> {log}'" for word in ("off", "stop"))
    lab.commands = {
        "power_off": off,
        "users": {
            "meter": {"do": "true", "undo": stop},
            "kill": {"do": "sh -c 'kill -KILL $PPID'"},
        },
    }
    actions = [{"command": {"name": name}} for name in ("meter", "kill")]
    process = lab.start(*actions)
    assert process.wait(60) == -signal.SIGKILL
    assert not log.exists()
    return lab.outcome.output


def test_commands_of_the_site_are_undone_and_the_board_is_off(
    lab: ScriptedLab, killed: Path
) -> None:
    assert clean(killed).returncode == 0
    assert sorted(lab.folder.joinpath("switched").read_text().split()) == ["off", "stop"]


def test_the_next_run_in_the_folder_cleans_up_first(lab: ScriptedLab, killed: Path) -> None:
    lab.commands["users"]["after"] = {"do": f"sh -c 'echo after >> {lab.folder}/switched'"}
    order = lab.order({"command": {"name": "after"}})
    for name, text in (("next-job", order.definition), ("next-device", order.device)):
        lab.folder.joinpath(name).write_text(text)
    files = [str(lab.folder / "next-job"), "--device", str(lab.folder / "next-device")]
    done = CliRunner().invoke(run, [*files, "--output-dir", str(killed)])
    assert done.exit_code == 0, done.output
    assert "An earlier dispatcher of this job died: cleaning up after it" in done.output
    words = lab.folder.joinpath("switched").read_text().split()
    assert words[-2:] == ["after", "off"]
    assert sorted(words[:-2]) == ["off", "stop"]
    assert not killed.joinpath("undo.jsonl").exists()


def test_a_job_does_not_begin_where_another_one_runs(lab: ScriptedLab) -> None:
    order = lab.order(lab.deploy())
    order.output.mkdir()
    journal = Journal(order.output)
    log = order.output / "logs.yaml"
    log.write_text("- {}\n")
    for name, text in (("job", order.definition), ("device", order.device)):
        lab.folder.joinpath(name).write_text(text)
    files = [str(lab.folder / "job"), "--device", str(lab.folder / "device")]
    done = CliRunner().invoke(run, [*files, "--output-dir", str(order.output)])
    assert done.exit_code == 2
    assert "another dispatcher runs a job in" in done.stderr
    assert log.read_text() == "- {}\n", "the log of the job that runs is gone"
    journal.close()


def test_the_next_run_in_a_folder_of_its_own_cleans_up_after_killed_ones(
    lab: ScriptedLab, killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = lab.folder / "tmp"
    temporary.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    killed.rename(temporary / "pumice-job-1-abc")
    temporary.joinpath("pumice-job-2-link").symlink_to(noted_elsewhere(lab))
    order = lab.order({"command": {"name": "meter"}})
    for name, text in (("job", order.definition), ("device", order.device)):
        lab.folder.joinpath(name).write_text(text)
    done = CliRunner().invoke(
        run, [str(lab.folder / "job"), "--device", str(lab.folder / "device")]
    )
    assert done.exit_code == 0, done.output
    words = lab.folder.joinpath("switched").read_text().split()
    assert sorted(words[:2]) == sorted(words[2:]) == ["off", "stop"]
    assert not (temporary / "pumice-job-1-abc/undo.jsonl").exists()
    assert "planted" not in words


def noted_elsewhere(lab: ScriptedLab) -> Path:
    """A journal that a link leads to."""
    folder = lab.folder / "elsewhere"
    folder.mkdir()
    return noted(folder, writes(lab.folder / "switched", "planted"))
