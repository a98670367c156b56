"""Whatever of a job is secret is in no file that it leaves, and not in what the dispatcher says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pumice.formats import yaml
from pumice.testing.container_lab import ContainerLab, Engine
from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab

GIVEN = ("job.yaml", "device.yaml", "dispatcher.yaml")
"""What the dispatcher reads: the job as it was submitted is not its to change."""


def searched(output: Path, process: subprocess.CompletedProcess[str], *secrets: str) -> None:
    """Look for the secrets in all that the job has left and said."""
    texts = {path.name: path.read_text(errors="replace") for path in output.iterdir()}
    texts |= {"standard output": process.stdout, "standard error": process.stderr}
    for name in GIVEN:
        del texts[name]
    assert {"logs.yaml", "description.yaml", "result.yaml"} <= set(texts)
    found = [(name, secret) for name, text in texts.items() for secret in secrets if secret in text]
    assert found == []


def performed(
    lab: ScriptedLab, *actions: dict[str, Any], **job: Any
) -> subprocess.CompletedProcess[str]:
    """Run a job in a process of its own, to its end."""
    command = lab.command(*actions, **job)
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_of_downloads_and_of_the_boards_environment(lab: ScriptedLab) -> None:
    header, key, user, secret = "bearer-word-1", "query-word-2", "account-word-3", "board-word-4"
    with FileServer() as server:
        file = server.files[f"/file?access_token={key}"] = Served(b"a ramdisk", [500])
        url = server.url(f"/file?access_token={key}").replace("://", f"://{user}@")
        deploy = lab.deploy(url=url, headers={"Authorization": f"Bearer {header}"})
        steps = [
            '. ../../../secrets; lava-test-case "case-$WORD" --result pass',
            f"echo {header} {key} {user}",
            "lava-test-raise it-is-$WORD",
        ]
        secrets = {"WORD": secret}
        done = performed(lab, deploy, lab.boot(), lab.test(*steps), secrets=secrets)
    assert file.asked[0]["Authorization"] == f"Bearer {header}"
    searched(lab.outcome.output, done, header, key, user, secret)
    assert lab.outcome.end["error_msg"] == "it-is-[MASKED]"
    assert lab.outcome.cases("0_smoke")["case-[MASKED]"] == "pass"


@pytest.mark.parametrize("source", ["git", "url"])
def test_of_repositories_that_cannot_be_had(lab: ScriptedLab, source: str) -> None:
    token, password = "clone-word-1", "other-word-2"
    with FileServer() as server:
        address = server.url("/tests.git").replace("://", f"://{token}:{password}@")
        entry = {"from": source, "repository": address, "path": "a.yaml", "name": "one"}
        if source == "git":
            entry["branch"] = "main"
        test = {"test": {"definitions": [entry]}}
        done = performed(lab, lab.deploy(), lab.boot(), test)
    assert done.returncode == 1
    searched(lab.outcome.output, done, password)


def test_of_a_registry_that_refuses_the_login(
    lab: ScriptedLab, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{engine.folder}/bin:{os.environ['PATH']}")
    password = "registry-word-1"
    board = ContainerLab(lab.folder)
    with FileServer() as server:
        registry = server.url("").removeprefix("http://")
        login = {"registry": registry, "user": "me", "password": password}
        image = board.image(f"{registry}/none:1", local=False, login=login)
        done = performed(board, image, board.start_container())
    assert done.returncode == 1
    assert "login" in board.outcome.end["error_msg"]
    searched(board.outcome.output, done, password)


def test_a_dispatcher_that_is_killed_and_cleaned_up_after_shows_none(lab: ScriptedLab) -> None:
    lab.commands["users"] = {"kill": {"do": "sh -c 'kill -KILL $PPID'"}}
    secret = "board-word-4"
    job = {"secrets": {"WORD": secret}}
    done = performed(lab, lab.deploy(), {"command": {"name": "kill"}}, **job)
    assert done.returncode < 0
    written = "".join(p.read_text() for p in lab.outcome.output.glob("[lu]*.*"))
    assert secret not in written + done.stdout + done.stderr
    command = [sys.executable, "-m", "pumice.dispatcher", "--clean", str(lab.outcome.output)]
    subprocess.run(command, check=False)


def test_a_secret_that_is_a_word_of_results_does_not_spoil_them(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "lava-test-case one --result pass", secrets={"A": "pass", "B": "lava", "C": "job"}
    )
    assert outcome.passed
    assert outcome.end["result"] == "pass"
    assert outcome.cases("0_smoke") == {"one": "pass"}


def test_what_is_short_or_no_secret_is_left_alone(lab: ScriptedLab) -> None:
    with FileServer() as server:
        server.files["/file?format=cpio-newc-files&token=short"] = Served(b"a ramdisk")
        url = server.url("/file?format=cpio-newc-files&token=short")
        headers = {"Accept": "application/octet-stream"}
        outcome = lab.run(
            lab.deploy(url=url, headers=headers),
            lab.boot(),
            lab.test("echo application/octet-stream cpio-newc-files short"),
        )
    assert "application/octet-stream cpio-newc-files short" in outcome.messages("target")
    assert yaml.load(lab.outcome.output.joinpath("description.yaml").read_text()).data
