"""Fill another LAVA-compatible server through its public doors, as far as a benchmark needs.

Needs a superuser's token. Makes a worker, devices and jobs, all named ``bench``; the server's
scheduler must run meanwhile, since one job is run to its end for its results.
"""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
import xmlrpc.client
from typing import Any

from bench.filled_lab import CASES, DEFINITION, DICTIONARY, KIND, devices

_WORKER = "bench"
_JOBS = 100
_SECONDS = 120
_AGAIN = 0.5


def fill(url: str, user: str, token: str) -> dict[str, object]:
    """Make what is not there yet; what to ask the server for, as ``filled_lab`` says."""
    parts = urllib.parse.urlsplit(url)
    address = parts._replace(netloc=f"{user}:{token}@{parts.netloc}", path="/RPC2").geturl()
    server: Any = xmlrpc.client.ServerProxy(address, allow_none=True)
    scheduler = server.scheduler
    if KIND not in [kind["name"] for kind in scheduler.device_types.list()]:
        scheduler.device_types.add(KIND, None, True, False, 24, "hours")
    if _WORKER not in scheduler.workers.list():
        scheduler.workers.add(_WORKER)
    there = {device["hostname"] for device in scheduler.devices.list(True)}
    for name in devices():
        if name not in there:
            scheduler.devices.add(name, KIND, _WORKER, None, None, None, "MAINTENANCE", None)
    scheduler.devices.set_dictionary(devices()[0], DICTIONARY)
    scheduler.devices.update(devices()[0], None, None, None, None, None, "GOOD", None)
    done = _finished(server)
    if done is None:
        done = scheduler.jobs.submit(DEFINITION)
        _run(url, server, done)
    for _ in range(max(0, _JOBS - len(scheduler.jobs.list(None, None, 0, _JOBS)))):
        scheduler.jobs.cancel(scheduler.jobs.submit(DEFINITION))
    return {"user": user, "token": token, "job": done, "definition": DEFINITION}


def _finished(server: Any) -> int | None:
    """A job of an earlier run, that ended with results."""
    for job in server.scheduler.jobs.list("FINISHED", "COMPLETE", 0, 100):
        if "case-0" in server.results.get_testjob_results_yaml(job["id"]):
            return job["id"]
    return None


def _run(url: str, server: Any, job: int) -> None:
    """Be the worker that runs the job: results, then its end."""
    root = f"{url.rstrip('/')}/scheduler/internal/v1"
    version = urllib.parse.quote(server.system.version())
    token = server.scheduler.workers.show(_WORKER)["token"]
    ping = f"{root}/workers/{_WORKER}/?version={version}"
    given = _wait(ping, token, job)
    _ask(f"{root}/jobs/{job}/", given)
    _ask(f"{root}/jobs/{job}/", given, state="RUNNING")
    lines = [_line("lava", "job")] + [_line("0_smoke", f"case-{n}") for n in range(CASES - 1)]
    _ask(f"{root}/jobs/{job}/logs/", given, lines="\n".join(lines), index="0")
    _ask(f"{root}/jobs/{job}/", given, state="FINISHED", result="pass", description="")


def _wait(ping: str, token: str, job: int) -> str:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        for started in _ask(ping, token)["start"]:
            if started["id"] == job:
                return started["token"]
        time.sleep(_AGAIN)
    raise SystemExit(f"job {job} got no device in {_SECONDS} s: does the scheduler run?")


def _line(suite: str, case: str) -> str:
    message = {"definition": suite, "case": case, "result": "pass"}
    record = {"dt": "2026-01-02T03:04:05.678901", "lvl": "results", "msg": message}
    return f"- {json.dumps(record)}"


def _ask(url: str, token: str, **form: str) -> Any:
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, body, {"LAVA-Token": token})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
