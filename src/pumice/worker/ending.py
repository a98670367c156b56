"""How a job ended, from what its dispatcher has left in the folder.

A dispatcher that lives to its end writes ``lava/job`` as its last record, then ``result.yaml``.
For one that did not, the worker writes that record: whoever reads the log finds there why the
job ended, and the record is written once however often the worker is killed on the way.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from pumice.formats.errors import InvalidDocument
from pumice.formats.yaml import load
from pumice.wire import loglines
from pumice.wire.results import JOB_CASE, LAVA_SUITE
from pumice.wire.spool import Spool
from pumice.wire.states import ErrorType
from pumice.worker.folder import JobFolder
from pumice.worker.link import Ending

_LAST_BLOCK = 2 * loglines.MAX_RECORD_CHARACTERS


def describe_exit(process: subprocess.Popen[bytes]) -> str:
    """How a child ended, for people: ``exit status 1``, ``killed by SIGKILL``."""
    code = process.wait()
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def conclude(folder: JobFolder, how: str, cleaned: Sequence[str] = ()) -> Ending:
    """The ending of a job whose processes are all gone; completes its spool where needed.

    ``how`` says what happened to the dispatcher, for the case that it has left no result;
    ``cleaned`` are the records of the cleanup after it, which then come before the last one.
    Asked again, it gives the same answer and changes nothing. OSError where the disk fails.
    """
    complaints = folder.complaints()
    text = folder.result_text()
    if text is not None and (result := _from_result(text, complaints)) is not None:
        return result
    spool = Spool(folder.spool)
    try:
        _fill(spool, folder.acknowledged())
        last = _last_result(folder.spool)
        if last is not None:
            return _ending(last, complaints or str(last.get("error_msg") or ""))
        message = f"the dispatcher's process ended without a result ({how})"
        if complaints:
            message += f": {complaints.splitlines()[-1][:500]}"
        spool.append([*cleaned, *infrastructure_records(message)])
    finally:
        spool.close()
    errors = f"{message}\n{complaints}" if complaints else message
    return Ending("fail", ErrorType.INFRASTRUCTURE, errors)


def infrastructure_records(message: str) -> list[str]:
    """The last two records of a job that ended for this reason: an error, and ``lava/job``."""
    now = loglines.now()
    result = {
        "definition": LAVA_SUITE,
        "case": JOB_CASE,
        "result": "fail",
        "error_type": ErrorType.INFRASTRUCTURE,
        "error_msg": message,
    }
    return [
        loglines.encode(loglines.LogLine(now, "error", message)),
        loglines.encode(loglines.LogLine(now, "results", result)),
    ]


def finalize_seconds(description: str, default: float) -> float:
    """How long the job's last action, the cleanup, may take by its plan."""
    try:
        plan = load(description).data
    except InvalidDocument:
        return default
    pipeline = cast("dict[str, Any]", plan).get("pipeline") if isinstance(plan, dict) else None
    last = cast("list[Any]", pipeline)[-1] if isinstance(pipeline, list) and pipeline else None
    timeout = cast("dict[str, Any]", last).get("timeout") if isinstance(last, dict) else None
    return float(timeout) if isinstance(timeout, int | float) and timeout > 0 else default


def _from_result(text: str, complaints: str) -> Ending | None:
    try:
        result = load(text).data
    except InvalidDocument:
        return None
    if not isinstance(result, dict):
        return None
    fields = cast("dict[str, Any]", result)
    return _ending(fields, complaints) if fields.get("result") in ("pass", "fail") else None


def _ending(fields: dict[str, Any], errors: str) -> Ending:
    outcome = str(fields["result"])
    kind = "" if outcome == "pass" else str(fields.get("error_type") or ErrorType.BUG)
    return Ending(outcome, kind, errors)


def _fill(spool: Spool, acknowledged: int) -> None:
    # A host that lost power may have kept fewer records than the server has taken: what follows
    # must not stand at positions that the server would skip as known.
    missing = acknowledged - spool.position
    if missing > 0:
        lost = loglines.LogLine(loglines.now(), "debug", "<lost on the worker>")
        spool.append([loglines.encode(lost)] * missing)


def _last_result(path: Path) -> dict[str, Any] | None:
    """The message of the last record, if that is the job's result."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _LAST_BLOCK))
        lines = file.read().splitlines()
    try:
        record = loglines.decode(lines[-1]) if lines else None
    except loglines.InvalidLogLine:
        return None
    content: object = record.msg if record is not None and record.lvl == "results" else None
    if not isinstance(content, dict):
        return None
    message = cast("dict[str, Any]", content)
    final = message.get("definition") == LAVA_SUITE and message.get("case") == JOB_CASE
    return message if final and message.get("result") in ("pass", "fail") else None
