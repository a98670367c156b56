"""Two jobs on one worker at the same time, with the same servers, folders and docker."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pumice.formats import yaml
from pumice.testing.container_lab import BUSYBOX, Engine
from pumice.testing.file_server import FileServer, Served
from pumice.testing.tftp_lab import TftpLab
from pumice.testing.worker_server import ServedJob, WorkerServer
from pumice.worker.config import WorkerConfig
from pumice.worker.service import Worker

KERNEL = bytes(range(256)) * 4000


@dataclass
class Lab(TftpLab):
    """A device of a lab whose TFTP server's folder all share; docker is there for its tests."""

    shared: Path = field(kw_only=True)

    @property
    def tftp(self) -> Path:
        return self.shared / "tftp"

    def device(self) -> dict[str, Any]:
        made = super().device()
        made["hostname"] = f"board-{self.job_id}"
        made["actions"]["test"] = {"methods": {"docker": {}}}
        return made

    def job(self, url: str, other: str) -> Any:
        """Load, boot and test; in each test wait until the other job has got there too."""
        kernel = {"url": url, "sha256sum": hashlib.sha256(KERNEL).hexdigest()}
        return self.order(
            self.deploy(kernel=kernel),
            self.boot(),
            self.test(
                *self._meets(other, "board"), f"lava-test-case on-{self.job_id} --result pass"
            ),
            self.test(
                *self._meets(other, "container"),
                f"lava-test-case in-{self.job_id} --result pass",
                name="contained",
                docker={"image": BUSYBOX, "local": True, "container_name": "tests"},
            ),
            timeouts={"job": {"minutes": 10}, "action": {"minutes": 5}},
        )

    def _meets(self, other: str, where: str) -> list[str]:
        place = self.shared / "meeting" / where
        there = f"until test -e {place}-{other}; do sleep 0.1; done"
        return [f"touch {place}-{self.job_id}", there]


@pytest.fixture
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Iterator[list[Lab]]:
    monkeypatch.setenv("PATH", f"{engine.folder}/bin:{os.environ['PATH']}")
    shared = tmp_path / "shared"
    for name in ("meeting", "downloads", "cache"):
        shared.joinpath(name).mkdir(parents=True)
    first, second = (Lab(tmp_path / number, shared=shared, job_id=number) for number in ("1", "2"))
    for lab in (first, second):
        lab.folder.mkdir()
    with first.serving():
        second.port = first.port
        meeting = f"{shared}/meeting"
        settings = {
            "tftp_directory": str(first.tftp),
            "dispatcher_download_dir": f"{shared}/downloads",
            "download_cache_directory": f"{shared}/cache",
            "test_docker_bind_mounts": [[meeting, meeting, "rw"]],
        }
        first.dispatcher = second.dispatcher = yaml.dump(settings)
        yield [first, second]
    assert list(first.tftp.iterdir()) == []
    assert list(shared.joinpath("downloads").iterdir()) == []
    assert len(list(shared.joinpath("cache").iterdir())) == 1
    assert engine.containers() == []


async def test_both_have_their_own_files_results_and_containers(
    labs: list[Lab], tmp_path: Path
) -> None:
    with FileServer() as files:
        files.files["/kernel"] = Served(KERNEL)
        async with WorkerServer() as server:
            jobs = [_added(server, lab, files.url("/kernel")) for lab in labs]
            config = WorkerConfig(
                url=server.url,
                name=server.name,
                token=server.token,
                worker_dir=tmp_path / "worker",
                dispatcher=(sys.executable, "-m", "pumice.dispatcher"),
            )
            worker = Worker(config)
            serving = asyncio.create_task(worker.run())
            try:
                await server.until(lambda: _over(jobs), 300)
            finally:
                worker.stop()
                await serving
    # One that has failed says more than one that waits for it.
    for job in sorted(jobs, key=lambda job: not job.endings):
        said = "\n".join(str(record.msg) for record in job.records)
        assert [end["result"] for end in job.endings] == ["pass"], said
    for lab, job in zip(labs, jobs, strict=True):
        said = "\n".join(str(record.msg) for record in job.records)
        results = {r["case"]: r["result"] for r in job.messages("results")}
        own, other = lab.job_id, "21"[int(lab.job_id) - 1]
        assert {results[f"on-{own}"], results[f"in-{own}"]} == {"pass"}
        assert f"on-{other}" not in results
        (kernel,) = [path for name, path in lab.loaded.items() if name.startswith("kernel/")]
        assert kernel.read_bytes() == KERNEL
        assert f"--name=lava-{own}-tests" in said


def _over(jobs: list[ServedJob]) -> bool:
    """Whether both have ended, or one has failed, for which the other would wait."""
    ends = [end for job in jobs for end in job.endings]
    return len(ends) == len(jobs) or any(end["result"] != "pass" for end in ends)


def _added(server: WorkerServer, lab: Lab, url: str) -> ServedJob:
    order = lab.job(url, other="21"[int(lab.job_id) - 1])
    job = server.add(order.definition, device=order.device, dispatcher=order.dispatcher)
    assert str(job.id) == lab.job_id
    return job
