"""Posting a job's log to a LAVA server, as lava-run does for its worker.

Source of the protocol: LAVA's worker API. Records go in order, each batch with the number of
those before it; the server answers with how many it took.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

from pumice import __version__
from pumice.wire import loglines
from pumice.wire.results import LAVA_SUITE
from pumice.wire.spool import SpoolReader

MAX_RECORDS = 1000
MAX_BYTES = 512 << 10
"""Of one batch, before it is encoded as a form: LAVA's servers take 2.5 MiB."""

_LESS = 100
_PAUSE = 5.0
_TIMEOUT = 120.0


class LogPost:
    """Posts the records of a spool while they come, from a thread of its own."""

    def __init__(self, url: str, token: str, job_id: str, spool: Path, interval: float) -> None:
        """``url`` is the server's, ``token`` the job's; a batch goes every ``interval`` seconds."""
        door = f"{url.rstrip('/')}/scheduler/internal/v1/jobs/{quote(job_id, safe='')}/logs/"
        self._door = door
        self._unknown = f"Unknown job '{job_id}'"
        self._token = token
        self._reader = SpoolReader(spool)
        self._interval = interval
        self._most = MAX_RECORDS
        self._complete = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-post", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self) -> None:
        """The spool grows no more: return when the server has all of it, or knows no such job."""
        self._complete.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            complete = self._complete.is_set()
            lines = self._reader.read(self._most, MAX_BYTES)
            if lines:
                if not self._send(lines):
                    return
                full = len(lines) == self._most
            elif complete:
                return
            else:
                full = False
            if not full:
                self._complete.wait(self._interval)

    def _send(self, lines: list[bytes]) -> bool:
        """Send once; tell whether there is any use in going on."""
        try:
            status, answer = self._post(lines)
        except OSError as error:
            return self._later(str(error))
        if status == 404 and answer.get("error") == self._unknown:
            _say(f"the server does not know the job any more: {self._unknown}")
            if not self._complete.is_set():
                os.kill(os.getpid(), signal.SIGUSR1)
            return False
        if status == 413:
            return self._smaller(lines)
        taken = answer.get("line_count")
        if status == 200 and type(taken) is int and 0 < taken <= len(lines):
            self._reader.advance(lines[:taken])
            return True
        return self._later(f"the server answered {status}: {answer.get('error', 'no line count')}")

    def _smaller(self, lines: list[bytes]) -> bool:
        """The batch is too large: try a smaller one, or say that the record is left out."""
        if len(lines) > 1:
            self._most = max(1, min(self._most, len(lines)) - _LESS)
            return True
        failed = {"definition": LAVA_SUITE, "case": "log-upload", "result": "fail"}
        record = loglines.encode(loglines.LogLine(loglines.now(), "results", failed))
        try:
            status, answer = self._post([f"- {record}".encode()])
        except OSError as error:
            return self._later(str(error))
        if status != 200 or answer.get("line_count") != 1:
            return self._later(f"the server answered {status} to the smallest record")
        self._reader.advance(lines)
        return True

    def _later(self, reason: str) -> bool:
        _say(f"the log is posted later: {reason}")
        time.sleep(_PAUSE)
        return True

    def _post(self, lines: list[bytes]) -> tuple[int, dict[str, Any]]:
        """The status and the answer. Raises OSError where there is none."""
        text = b"\n".join(lines).decode("utf-8", "replace")
        form = urlencode({"lines": text, "index": self._reader.position}).encode()
        headers = {"LAVA-Token": self._token, "User-Agent": f"pumice {__version__}"}
        request = urllib.request.Request(self._door, form, headers)  # noqa: S310 - checked before
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
                return response.status, _map(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _map(error.read())


def _map(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
