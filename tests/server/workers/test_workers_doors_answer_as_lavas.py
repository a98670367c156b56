"""The doors that LAVA's workers use: texts, codes and lists as they compare them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
import zstandard
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.server.jobs.tokens import token_of as job_token
from pumice.server.lab.models import Device, Worker
from pumice.server.lab.workers import token_of
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.server.logs import read
from pumice.wire.states import JobHealth, JobState, WorkerState

ROOT = "/scheduler/internal/v1/"
LINES = ['{"dt": "t", "lvl": "target", "msg": "a"}', '{"dt": "t", "lvl": "target", "msg": "b"}']


@pytest.fixture
def job(alice: User, submit: Callable[..., Job]) -> Job:
    job = submit(alice)
    reserve([(job.pk, "qemu-01")])
    return job


def auth(token: str) -> dict[str, str]:
    return {"HTTP_LAVA_TOKEN": token}


def ping(client: Client, worker: Worker, **extra: str) -> tuple[int, object]:
    answer = client.get(f"{ROOT}workers/{worker.pk}/?version=2026.07", **extra)
    return answer.status_code, answer.json()


def test_a_ping_lists_what_the_worker_shall_do(client: Client, lab: Worker, job: Job) -> None:
    mine = {"id": job.pk, "token": job_token(job)}
    extra = auth(token_of(lab))
    assert ping(client, lab, **extra) == (200, {"cancel": [], "running": [], "start": [mine]})
    start(job.pk)
    assert ping(client, lab, **extra) == (200, {"cancel": [], "running": [mine], "start": []})
    cancel(job.pk)
    assert ping(client, lab, **extra) == (200, {"cancel": [mine], "running": [], "start": []})


def test_a_ping_brings_the_worker_online(client: Client, lab: Worker) -> None:
    Worker.objects.update(state=WorkerState.OFFLINE)
    ping(client, lab, **auth(token_of(lab)))
    lab.refresh_from_db()
    assert (lab.state, lab.version) == (WorkerState.ONLINE, "2026.07")
    assert lab.last_ping is not None


def test_refusals_of_a_ping(client: Client, lab: Worker) -> None:
    good = auth(token_of(lab))
    assert ping(client, Worker(pk="x"), **good) == (404, {"error": "Unknown worker 'x'"})
    assert ping(client, lab) == (400, {"error": "Missing 'token'"})
    assert ping(client, lab, **auth("wrong")) == (400, {"error": "Invalid 'token'"})
    answer = client.get(f"{ROOT}workers/{lab.pk}/", **good)
    assert (answer.status_code, answer.json()) == (400, {"error": "Missing 'version'"})
    answer = client.post(f"{ROOT}workers/{lab.pk}/", **good)
    assert (answer.status_code, answer.json()) == (403, {"error": "POST is forbidden for such url"})


def test_the_payload_is_five_texts(client: Client, job: Job, smoke: str) -> None:
    payload = client.get(f"{ROOT}jobs/{job.pk}/", **auth(job_token(job))).json()
    assert set(payload) == {"definition", "device", "dispatcher", "env", "env-dut"}
    assert all(isinstance(value, str) for value in payload.values())
    assert payload["definition"] == smoke
    device = yaml.safe_load(payload["device"])
    assert (device["hostname"], device["devicetype"]) == ("qemu-01", "qemu")
    assert device["actions"]["boot"]["methods"]["qemu"]["parameters"]["command"].endswith("x86_64")


def test_a_dictionary_that_does_not_render_ends_the_job(client: Client, job: Job) -> None:
    Path(settings.DEVICES_PATH, "qemu-01.jinja2").write_text("{% extends 'no-such.jinja2' %}")
    answer = client.get(f"{ROOT}jobs/{job.pk}/", **auth(job_token(job)))
    assert answer.status_code == 500
    job.refresh_from_db()
    assert (job.state, job.health) == (JobState.FINISHED, JobHealth.INCOMPLETE)
    assert job.error_type == "Configuration"
    assert "no-such" in job.failure_comment


def test_running_then_lines_then_finished(client: Client, job: Job) -> None:
    url, token = f"{ROOT}jobs/{job.pk}/", auth(job_token(job))
    assert client.post(url, {"state": "RUNNING"}, **token).json() == {}
    assert client.post(url, {"state": "running"}, **token).status_code == 200
    body = {"lines": "\n".join(f"- {line}" for line in LINES), "index": "0"}
    assert client.post(f"{url}logs/", body, **token).json() == {"line_count": 2}
    assert client.post(f"{url}logs/", body, **token).json() == {"line_count": 2}
    assert [line.decode() for line in read.lines(job.pk)] == [f"- {line}\n" for line in LINES]
    end = {"state": "FINISHED", "result": "pass", "description": "pipeline: []\n"}
    assert client.post(url, end, **token).json() == {}
    assert client.post(url, end, **token).json() == {}
    job.refresh_from_db()
    assert (job.state, job.health) == (JobState.FINISHED, JobHealth.COMPLETE)
    assert job.documents.get(name="description.yaml").text == "pipeline: []\n"
    assert Device.objects.get(pk="qemu-01").state == 0


def test_our_workers_uploads_are_raw_lines_compressed_or_not(client: Client, job: Job) -> None:
    token = auth(job_token(job))
    first = f"- {LINES[0]}\n".encode()
    second = zstandard.compress(f"- {LINES[1]}\n".encode())
    kind = "application/yaml"
    url = f"{ROOT}jobs/{job.pk}/logs/"
    assert client.post(f"{url}?index=0", first, kind, **token).json() == {"line_count": 1}
    token["HTTP_CONTENT_ENCODING"] = "zstd"
    assert client.post(f"{url}?index=1", second, kind, **token).json() == {"line_count": 1}
    assert client.post(f"{url}?index=2", b"not zstd", kind, **token).status_code == 400
    assert read.count(job.pk) == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "Invalid state ''"),
        ({"state": "SLEEPING"}, "Invalid state 'SLEEPING'"),
        ({"state": "CANCELING"}, "Not handled state 'CANCELING'"),
        ({"state": "FINISHED", "result": "maybe"}, "Invalid health 'maybe'"),
    ],
)
def test_refusals_of_a_state(client: Client, job: Job, body: dict[str, str], error: str) -> None:
    answer = client.post(f"{ROOT}jobs/{job.pk}/", body, **auth(job_token(job)))
    assert (answer.status_code, answer.json()) == (400, {"error": error})
    job.refresh_from_db()
    assert job.state == JobState.SCHEDULED


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"index": "0"}, "Missing 'lines'"),
        ({"lines": ""}, "Missing 'index'"),
        ({"lines": "", "index": "-1"}, "Invalid 'index'"),
        ({"lines": "", "index": "x"}, "Invalid 'index'"),
    ],
)
def test_refusals_of_lines(client: Client, job: Job, body: dict[str, str], error: str) -> None:
    answer = client.post(f"{ROOT}jobs/{job.pk}/logs/", body, **auth(job_token(job)))
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_an_unknown_job_is_said_in_the_words_that_workers_compare(client: Client, db: None) -> None:
    answer = client.post(f"{ROOT}jobs/99/logs/", {"lines": "", "index": "0"}, **auth("x"))
    assert (answer.status_code, answer.json()) == (404, {"error": "Unknown job '99'"})


def test_a_body_beyond_the_limit_is_413(client: Client, job: Job) -> None:
    body = {"lines": "- x\n" * 800_000, "index": "0"}
    answer = client.post(
        f"{ROOT}jobs/{job.pk}/logs/",
        "&".join(f"{key}={value}" for key, value in body.items()),
        "application/x-www-form-urlencoded",
        **auth(job_token(job)),
    )
    assert answer.status_code == 413


def test_one_jobs_token_opens_no_other_job(
    client: Client, job: Job, alice: User, submit: Callable[..., Job]
) -> None:
    other = submit(alice)
    answer = client.get(f"{ROOT}jobs/{other.pk}/", **auth(job_token(job)))
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid 'token'"})
