"""A dispatcher that was killed leaves files and a board that is on: the worker sees to both."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pumice.testing.dispatcher import definition
from pumice.testing.scripted_lab import ScriptedLab
from pumice.testing.worker_server import ServedJob, WorkerServer
from pumice.wire.spool import UNDO
from pumice.worker.config import WorkerConfig

DISPATCHER = (sys.executable, "-m", "pumice.dispatcher")


def tftp_job(lab: ScriptedLab, server: WorkerServer) -> ServedJob:
    """A job with files for TFTP, on a board that env.yaml's command switches off."""
    tftp = lab.folder / "tftp"
    tftp.mkdir()
    lab.commands["power_off"] = f"sh -c 'echo off-$WHERE >> {lab.folder}/switched'"
    lab.commands["hard_reset"] = f"sh -c 'echo $PPID > {lab.folder}/new; mv {lab.folder}/new"
    lab.commands["hard_reset"] += f" {lab.folder}/pid; sleep 600'"
    lab.deploy_methods["tftp"] = None
    lab.folder.joinpath("kernel").write_bytes(b"a kernel")
    deploy = {"deploy": {"to": "tftp", "kernel": {"url": f"file://{lab.folder}/kernel"}}}
    order = lab.order(deploy, {"command": {"name": "hard_reset"}}, timeouts={"job": {"hours": 1}})
    where = f"tftp_directory: {tftp}\n"
    env = "overrides: {WHERE: here}\n"
    return server.add(order.definition, device=order.device, dispatcher=where, env=env)


async def test_files_go_the_board_is_off_and_the_log_says_so(
    server: WorkerServer, tmp_path: Path, run_worker: Callable[..., Any], made: Callable[..., Any]
) -> None:
    job = tftp_job(ScriptedLab(tmp_path), server)
    async with run_worker(dispatcher=DISPATCHER):
        await made(tmp_path / "pid")
        assert list(tmp_path.glob("tftp/1/tftp-deploy-*/kernel/kernel"))
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        await server.until(lambda: bool(job.endings), 60)
    (end,) = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Infrastructure")
    assert "killed by SIGKILL" in end["errors"]
    assert list((tmp_path / "tftp").iterdir()) == []
    assert (tmp_path / "switched").read_text() == "off-here\n"
    messages = job.messages()
    assert any(str(message).startswith(f"removing {tmp_path}/tftp/1/") for message in messages)
    assert job.records[-1].msg["case"] == "job", "the job's result is the last record"


async def test_a_worker_that_was_killed_too_does_it_when_it_is_back(
    server: WorkerServer,
    config: WorkerConfig,
    tmp_path: Path,
    run_worker: Callable[..., Any],
    made: Callable[..., Any],
) -> None:
    job = tftp_job(ScriptedLab(tmp_path), server)
    async with run_worker(dispatcher=DISPATCHER):
        await made(tmp_path / "pid")
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    async with run_worker(dispatcher=DISPATCHER):
        await server.until(lambda: bool(job.endings), 60)
    assert job.endings[0]["error_type"] == "Infrastructure"
    assert list((tmp_path / "tftp").iterdir()) == []
    assert (tmp_path / "switched").read_text() == "off-here\n"


async def test_a_cleanup_that_does_not_end_is_given_up_and_the_job_ends(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"say": "on"}, {"wait": str(config.worker_dir / "go-on")}))
    folder = config.worker_dir / "jobs" / str(job.id)
    stuck = config.worker_dir / "stuck"
    # A dispatcher whose --clean never ends; for a job it is the one without a board.
    stuck.parent.mkdir(exist_ok=True)
    stuck.write_text(
        f'#!/bin/sh\n[ "$1" = --clean ] && exec sleep 600\n'
        f'exec {sys.executable} -m pumice.testing.dispatcher "$@"\n'
    )
    stuck.chmod(0o755)
    async with run_worker(dispatcher=(str(stuck),), clean_timeout=0.5):
        await server.until(lambda: "on" in job.messages())
        (folder / UNDO).write_text("{}\n")
        os.kill(int(job.messages()[0].split()[1]), signal.SIGKILL)
        await server.until(lambda: bool(job.endings), 60)
    assert job.endings[0]["error_type"] == "Infrastructure"
    assert "the cleanup took over 0.5 seconds" in job.messages("error")
