"""Take in log lines and the results in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from pumice.server.database.texts import storable, storable_data
from pumice.server.events.outbox import Notice, emit
from pumice.server.ingest.results import store_results
from pumice.server.logs import write
from pumice.wire import events, loglines
from pumice.wire.loglines import InvalidLogLine, LogLine
from pumice.wire.results import InvalidResult, Result, parse


class WrongPosition(Exception):
    """The lines do not follow those that the log has: send them from ``expected`` on."""

    def __init__(self, expected: int, index: int) -> None:
        super().__init__(f"the log has {expected} lines: lines from {index} on cannot follow")
        self.expected = expected


@dataclass(slots=True)
class _Batch:
    lines: list[bytes] = field(default_factory=list[bytes])
    results: list[Result] = field(default_factory=list[Result])
    messages: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])


def append(job_id: int, index: int, lines: list[bytes]) -> int:
    """Store lines whose first has this number; how many were processed, known ones included.

    Lines may come with or without ``- `` and newline. Raises WrongPosition.
    """
    with transaction.atomic():
        log = write.locked(job_id)
        known = log.lines - index
        if known < 0:
            raise WrongPosition(log.lines, index)
        fresh = _read(lines[known:])
        if fresh.lines:
            write.append(log, fresh.lines)
        if fresh.results or fresh.complaints:
            store_results(job_id, fresh.results, fresh.complaints)
        emit(
            Notice(kind=events.EVENT, body=events.event(message=message, job=job_id), job_id=job_id)
            for message in fresh.messages
        )
    return len(lines)


def _read(lines: list[bytes]) -> _Batch:
    batch = _Batch()
    for line in lines:
        text = line.removeprefix(b"- ").rstrip(b"\n")
        if b'"results"' in text or b'"event"' in text or not _is_plain(text):
            text = _read_special(text, batch)
        batch.lines.append(b"- " + text + b"\n")
    return batch


def _is_plain(text: bytes) -> bool:
    """Whether the line is a whole map, as nearly all are; readers meet the rest as text."""
    return text.startswith(b'{"') and text.endswith(b"}") and b"\n" not in text


def _read_special(text: bytes, batch: _Batch) -> bytes:
    try:
        record = loglines.decode(text)
    except InvalidLogLine:
        message = text.decode("utf-8", "replace")
        return loglines.encode(LogLine(loglines.now(), "warning", message)).encode()
    if record.lvl == "results":
        try:
            result = parse(storable_data(record.msg))
        except InvalidResult as error:
            batch.complaints.append(str(error))
        else:
            batch.results.append(result)
            if result.ignored_set is not None:
                batch.complaints.append(f"the test set {result.ignored_set!r} has no valid name")
    elif record.lvl == "event":
        batch.messages.append(storable(str(record.msg)))
        return loglines.encode(LogLine(record.dt, "debug", record.msg)).encode()
    return text
