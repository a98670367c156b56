"""One log line as HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from html import escape
from typing import Any, cast

from pumice.server.web.logs.ansi import to_html, to_text
from pumice.server.web.results.addresses import case_url
from pumice.wire import loglines
from pumice.wire.loglines import LogLine

_TROUBLE = re.compile(
    r"kernel panic|end kernel panic|\bBUG: |\bWARNING: CPU|\bOops\b|Internal error:|Call trace:"
    r"|Unable to handle kernel|general protection fault|rcu_sched self-detected stall"
    r"|Out of memory: Kill|VFS: Unable to mount root|Segmentation fault",
    re.IGNORECASE,
)
"""What a line of a board says when its kernel is in trouble."""

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T(\d{2}:\d{2}:\d{2})(\.\d{1,3})?")
_RESULTS = frozenset({"pass", "fail", "skip", "unknown"})
_KNOWN = frozenset(loglines.LEVELS)


def to_line(job_id: int, number: int, stored: bytes, hide: Collection[str] = ()) -> str:
    """A stored line (``- {...}``) as one ``<div>`` with number, time and message.

    It is empty for a line whose level is to be hidden (``error`` stands for exceptions too).

    A line that is no record is shown as it is: it must not hide those beside it.
    """
    try:
        line = loglines.decode(stored)
    except loglines.InvalidLogLine:
        text = stored.decode("utf-8", "replace").removeprefix("- ").rstrip("\n")
        line = LogLine("", "target", text)
    level = line.lvl if line.lvl in _KNOWN else "info"
    if hide and ("error" if level == "exception" else level) in hide:
        return ""
    message = _message(job_id, line)
    trouble = " trouble" if level == "target" and _is_trouble(line.msg) else ""
    space = f'<b class="ns">{escape(line.ns)}</b> ' if line.ns else ""
    return (
        f'<div class="line{trouble}" id="L{number}" data-lvl="{level}">'
        f'<a class="n" href="#L{number}">{number}</a>'
        f'<span class="t">{_clock(line.dt)}</span>'
        f'<span class="m">{space}{message}</span></div>'
    )


def _clock(text: str) -> str:
    found = _TIME.match(text)
    if not found:
        return ""
    return f"{found[1]}{(found[2] or '.').ljust(4, '0')}"


def _is_trouble(message: object) -> bool:
    return isinstance(message, str) and bool(_TROUBLE.search(message))


def _message(job_id: int, line: LogLine) -> str:
    if isinstance(line.msg, str):
        return to_html(line.msg)
    if line.lvl == "results" and isinstance(line.msg, Mapping):
        return _result(job_id, cast("Mapping[str, Any]", line.msg))
    return to_html(json.dumps(line.msg, ensure_ascii=False, default=str))


def _result(job_id: int, message: Mapping[str, Any]) -> str:
    suite, case = str(message.get("definition", "")), str(message.get("case", ""))
    result = str(message.get("result", ""))
    if not suite or not case or result not in _RESULTS:
        return to_html(json.dumps(message, ensure_ascii=False, default=str))
    more = ""
    if message.get("measurement") is not None:
        measured = f"{message['measurement']} {message.get('units') or ''}"
        more = f" {escape(to_text(measured).strip())}"
    elif message.get("duration") is not None:
        more = f" {escape(to_text(str(message['duration'])))} s"
    name = escape(to_text(f"{suite} / {case}"))
    error = message.get("error_msg")
    if error:
        more += f" {to_html(str(error))}"
    return (
        f'<span class="tag" data-value="{result}">{result}</span> '
        f'<a href="{escape(case_url(job_id, suite, case))}">{name}</a>{more}'
    )
