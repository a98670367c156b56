"""A dispatcher without a board, as a program: does the steps that its job's definition lists.

Called as the real one (``python -m pumice.testing.dispatcher --job-id 1 ... job.yaml``), it
writes the same files and rings the same bell. The definition is a map: ``finalize`` (seconds, for
the plan), ``cancel`` (``ignore``: SIGTERM makes an info record, ``cancel ignored``, and no more),
and ``steps``, a list of one-key maps:

say: a text                  an info record
count: a number              as many info records, numbered from 0
environment: a name          an info record: the value of that variable
wait: a path                 until that file exists
leave: a name                starts ``sleep`` in a session of its own; its pid is an info record
torn: a text                 the beginning of a record, without its end
complain: a text             to standard error
exit: a status               ends at once, without a result
last: pass, or an error type       the last record
result: pass, or an error type     the last record, then ``result.yaml``

The first record says ``pid N``. SIGTERM ends the job with error type Canceled.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

from pumice.formats.yaml import dump, load
from pumice.wire import loglines, spool
from pumice.wire.results import JOB_CASE, LAVA_SUITE
from pumice.wire.states import ErrorType


def definition(*steps: dict[str, Any], **more: Any) -> str:
    """The text of a job for this program: its steps, and the other keys of the map."""
    return dump({"steps": list(steps), **more})


class _Canceled(Exception):
    """SIGTERM has come."""


class _Run:
    def __init__(self, output: Path, bell: str | None) -> None:
        self._output = output
        self._bell = bell
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._spool = spool.Spool(output / spool.LOGS)

    def record(self, level: str, *messages: object) -> None:
        """Append records and ring the bell."""
        now = loglines.now()
        self._spool.append(
            [loglines.encode(loglines.LogLine(now, level, message)) for message in messages]
        )
        if self._bell is not None:
            try:
                self._socket.sendto(b"", self._bell)
            except OSError as error:
                print(f"the bell cannot be rung: {error}", file=sys.stderr)

    def ignore_cancellation(self, *_: object) -> None:
        """Say that SIGTERM has come; a signal handler."""
        self.record("info", "cancel ignored")

    def do(self, step: dict[str, Any]) -> None:
        """Do one step."""
        [(what, value)] = step.items()
        match what:
            case "say":
                self.record("info", value)
            case "count":
                self.record("info", *(f"line {number}" for number in range(int(value))))
            case "environment":
                self.record("info", os.environ.get(value, "<unset>"))
            case "wait":
                while not Path(value).exists():
                    time.sleep(0.005)
            case "leave":
                left = subprocess.Popen(["sleep", "600"], start_new_session=True)
                self.record("info", f"{value} {left.pid}")
            case "torn":
                with (self._output / spool.LOGS).open("a") as file:
                    file.write(f'- {{"dt": "{value}')
            case "complain":
                print(value, file=sys.stderr)
            case "exit":
                os._exit(int(value))
            case "last":
                self.last_record(str(value))
            case _:
                self.end(str(value))

    def last_record(self, outcome: str) -> dict[str, str]:
        """Write the last record, for "pass" or an error type; returns what it says."""
        result = {"definition": LAVA_SUITE, "case": JOB_CASE, "result": "pass"}
        if outcome != "pass":
            message = f"a {outcome} error, as the test asked for"
            result |= {"result": "fail", "error_type": outcome, "error_msg": message}
        self.record("results", result)
        return result

    def end(self, outcome: str) -> None:
        """Write the last record and the result."""
        result = self.last_record(outcome)
        new = self._output / "result.new"
        new.write_text(dump(result))
        new.replace(self._output / spool.RESULT)


def main() -> int:
    """Run the job; the exit status is 0 when it passes."""
    arguments = argparse.ArgumentParser(prog="pumice.testing.dispatcher")
    arguments.add_argument("--job-id", type=int, required=True)
    arguments.add_argument("--output-dir", type=Path, required=True)
    for name in ("--device", "--dispatcher", "--env-dut"):
        arguments.add_argument(name, type=Path)
    arguments.add_argument("--bell")
    arguments.add_argument("definition", type=Path)
    options = arguments.parse_args()

    job = cast("dict[str, Any]", load(options.definition.read_bytes()).data)
    run = _Run(options.output_dir, options.bell)
    if job.get("cancel") == "ignore":
        signal.signal(signal.SIGTERM, run.ignore_cancellation)
    else:
        signal.signal(signal.SIGTERM, _cancel)
    try:
        plan = {"pipeline": [{"name": "finalize", "timeout": job.get("finalize", 30)}]}
        (options.output_dir / spool.DESCRIPTION).write_text(dump(plan))
        run.record("info", f"pid {os.getpid()}")
        for step in cast("list[dict[str, Any]]", job["steps"]):
            run.do(step)
    except _Canceled:
        run.end(ErrorType.CANCELED)
        return 1
    return 0


def _cancel(*_: object) -> None:
    raise _Canceled


if __name__ == "__main__":
    sys.exit(main())
