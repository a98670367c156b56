"""A scripted device and jobs for it, run by the real dispatcher without a server."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pumice.dispatcher.main import MARK, Order, run
from pumice.formats import yaml
from pumice.testing import board
from pumice.wire import loglines
from pumice.wire.loglines import LogLine
from pumice.wire.results import JOB_CASE
from pumice.wire.spool import DESCRIPTION, LOGS, RESULT


@dataclass
class Outcome:
    """What a job left behind."""

    output: Path
    passed: bool | None = None

    @property
    def records(self) -> list[LogLine]:
        text = self.output.joinpath(LOGS).read_bytes()
        return [loglines.decode(line) for line in text.splitlines()]

    def messages(self, *levels: str) -> list[Any]:
        return [line.msg for line in self.records if line.lvl in levels]

    @property
    def text(self) -> str:
        """All that the board said, and the dispatcher."""
        return "\n".join(str(line.msg) for line in self.records)

    @property
    def results(self) -> list[dict[str, Any]]:
        return self.messages("results")

    def cases(self, suite: str) -> dict[str, str]:
        """The result of each case of a suite; of one that was reported again the last."""
        return {r["case"]: r["result"] for r in self.results if r["definition"] == suite}

    def result(self, suite: str, case: str) -> dict[str, Any]:
        """The only result of a case."""
        found = [r for r in self.results if (r["definition"], r["case"]) == (suite, case)]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} results of {suite}/{case}: {found}")
        return found[0]

    @property
    def end(self) -> dict[str, Any]:
        """The job's own result: the last record, which is in result.yaml too."""
        document = yaml.load(self.output.joinpath(RESULT).read_text()).data
        if self.records[-1].msg != document or document["case"] != JOB_CASE:
            raise AssertionError(f"the last record {self.records[-1]} is not {document}")
        return document

    @property
    def plan(self) -> list[dict[str, Any]]:
        return yaml.load(self.output.joinpath(DESCRIPTION).read_text()).data["pipeline"]


@dataclass
class ScriptedLab:
    """A device, and jobs for it."""

    folder: Path
    options: list[str] = field(default_factory=list[str])
    environment: dict[str, str] = field(default_factory=dict[str, str])
    """What a dispatcher in a process of its own has in its environment beside this one's."""

    timeouts: dict[str, Any] = field(default_factory=dict[str, Any])
    constants: dict[str, Any] = field(default_factory=dict[str, Any])
    device_timeouts: dict[str, Any] = field(default_factory=dict[str, Any])
    commands: dict[str, Any] = field(default_factory=dict[str, Any])
    boot_methods: dict[str, Any] = field(default_factory=dict[str, Any])
    deploy_methods: dict[str, Any] = field(default_factory=dict[str, Any])
    env_dut: str = ""
    dispatcher: str = ""
    job_id: str = "1"
    program: str = sys.executable

    @property
    def root(self) -> Path:
        """The board's file system."""
        return self.folder / "board"

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.folder / "output")

    def device(self) -> dict[str, Any]:
        return {
            "hostname": "scripted-01",
            "devicetype": "scripted",
            "available_architectures": ["x86_64"],
            "constants": {
                "kernel-start-message": "Linux version [0-9]",
                "posix": {"lava_test_results_dir": f"{self.root}/lava-%s"},
                **self.constants,
            },
            "actions": {
                "deploy": {
                    "methods": {
                        "image": {"parameters": {"guest": {"size": 64}}},
                        **self.deploy_methods,
                    }
                },
                "boot": {
                    "methods": {"qemu": {"parameters": self._parameters()}, **self.boot_methods}
                },
            },
            "commands": self.commands,
            "timeouts": {"actions": {"power-off": {"seconds": 5}, **self.device_timeouts}},
        }

    def _parameters(self) -> dict[str, Any]:
        options = ["-m pumice.testing.board", f"--root {self.root}", *self.options]
        return {"command": self.program, "options": options}

    def connect(self, *options: str) -> str:
        """The command whose process is the board, for its configuration's ``commands``."""
        words = [sys.executable, "-m", "pumice.testing.board", "--root", str(self.root), *options]
        return shlex.join(words)

    def deploy(self, **changes: Any) -> dict[str, Any]:
        """A deploy action with a ramdisk that takes the overlay."""
        ramdisk = self.folder / "ramdisk"
        ramdisk.write_bytes(b"a ramdisk")
        image = {
            "url": f"file://{ramdisk}",
            "image_arg": "-initrd {ramdisk}",
            "format": "cpio.newc",
            "overlays": {"lava": True},
        }
        return {"deploy": {"to": "tmpfs", "images": {"ramdisk": image | changes}}}

    def boot(self, **changes: Any) -> dict[str, Any]:
        login = {"login_prompt": "login:", "username": "root"}
        return {
            "boot": {
                "method": "qemu",
                "auto_login": login,
                "prompts": [board.PROMPT],
                **changes,
            }
        }

    def test(self, *steps: str, name: str = "smoke", **changes: Any) -> dict[str, Any]:
        return {"test": {"definitions": [self.definition(*steps, name=name)], **changes}}

    def definition(self, *steps: str, name: str = "smoke", **changes: Any) -> dict[str, Any]:
        """An inline definition; changes of its entry, or with ``repository`` of itself."""
        repository = {
            "metadata": {"format": "Lava-Test Test Definition 1.0", "name": name},
            "run": {"steps": list(steps)},
            **changes.pop("repository", {}),
        }
        entry = {"name": name, "from": "inline", "path": f"inline/{name}.yaml"}
        return {**entry, "repository": repository, **changes}

    def order(self, *actions: dict[str, Any], **job: Any) -> Order:
        definition = {
            "job_name": "a job",
            "visibility": "public",
            "context": {"arch": "x86_64"},
            "timeouts": {"job": {"seconds": 30}, **self.timeouts},
            "actions": list(actions),
            **job,
        }
        return Order(
            job_id=self.job_id,
            output=self.outcome.output,
            definition=yaml.dump(definition),
            device=yaml.dump(self.device()),
            dispatcher=self.dispatcher,
            env_dut=self.env_dut,
        )

    def run(self, *actions: dict[str, Any], **job: Any) -> Outcome:
        """Run a job in this process."""
        outcome = self.outcome
        outcome.passed = run(self.order(*actions, **job))
        return outcome

    def smoke(self, *steps: str, **job: Any) -> Outcome:
        """Deploy, boot, and run one definition with these steps."""
        return self.run(self.deploy(), self.boot(), self.test(*steps), **job)

    def start(self, *actions: dict[str, Any], **job: Any) -> subprocess.Popen[bytes]:
        """Start a job in a process of its own."""
        environment = {**os.environ, **self.environment}
        command = self.command(*actions, **job)
        return subprocess.Popen(command, start_new_session=True, env=environment)

    def command(self, *actions: dict[str, Any], **job: Any) -> list[str]:
        """Write the files of a job; the command line that runs it."""
        order = self.order(*actions, **job)
        order.output.mkdir(parents=True, exist_ok=True)
        texts = {"job": order.definition, "device": order.device, "dispatcher": order.dispatcher}
        for name, text in texts.items():
            order.output.joinpath(f"{name}.yaml").write_text(text)
        command = [sys.executable, "-m", "pumice.dispatcher", "--job-id", self.job_id]
        command += ["--output-dir", str(order.output), "--device", f"{order.output}/device.yaml"]
        command += ["--dispatcher", f"{order.output}/dispatcher.yaml"]
        return [*command, f"{order.output}/job.yaml"]


def marked(output: Path) -> list[int]:
    """The processes of a job."""
    mark = f"{MARK}={output}".encode()
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = entry.joinpath("environ").read_bytes().split(b"\x00")
        except OSError:
            continue
        if mark in environment:
            found.append(int(entry.name))
    return found
