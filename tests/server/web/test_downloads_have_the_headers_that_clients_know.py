"""Downloads of a job: its log, its definition; a device's configuration."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.server.logs import read

SECRET = "secrets: {password: hunter22}\n"


def test_the_plain_log_is_the_stored_log(client: Client, finished: Job) -> None:
    answer = client.get(f"/scheduler/job/{finished.pk}/log_file/plain")
    body = b"".join(answer.streaming_content)
    assert body == b"".join(read.lines(finished.pk))
    assert answer["Content-Type"] == "application/yaml"
    assert answer["Content-Disposition"] == f"attachment; filename=job_{finished.pk}.log"
    assert answer["Content-Length"] == str(len(body))


def test_a_job_without_a_log_has_no_plain_log(
    client: Client, alice: User, submit: Callable[..., Job]
) -> None:
    job = submit(alice)
    assert client.get(f"/scheduler/job/{job.pk}/log_file/plain").status_code == 404


def test_the_plain_definition_is_what_was_submitted(
    client: Client, alice: User, submit: Callable[..., Job], smoke: str
) -> None:
    job = submit(alice, "# a comment\n" + smoke)
    answer = client.get(f"/scheduler/job/{job.pk}/definition/plain")
    assert answer.content.decode() == "# a comment\n" + smoke
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f"attachment; filename=job_{job.pk}.yaml"


def test_only_the_owner_reads_the_secrets_of_a_definition(
    client: Client, alice: User, bob: User, submit: Callable[..., Job], smoke: str
) -> None:
    job = submit(alice, smoke + SECRET)
    for path in ("definition", "definition/plain"):
        place = f"/scheduler/job/{job.pk}/{path}"
        client.force_login(bob)
        assert "hunter22" not in client.get(place).content.decode()
        client.force_login(alice)
        assert "hunter22" in client.get(place).content.decode()


def test_the_incremental_log_begins_at_a_line(client: Client, finished: Job) -> None:
    place = f"/scheduler/job/{finished.pk}/log_pipeline_incremental"
    whole = client.get(place)
    lines = orjson.loads(b"".join(whole.streaming_content))
    assert [line["msg"] for line in lines[:2]] == ["start: 1 deploy", "Linux version 6.1"]
    assert set(lines[0]) == {"dt", "lvl", "msg"}
    assert whole["X-Is-Finished"] == "1"
    rest = client.get(place, {"line": "3"})
    assert orjson.loads(b"".join(rest.streaming_content)) == lines[3:]
    beyond = client.get(place, {"line": "999"})
    assert b"".join(beyond.streaming_content) == b"[]"
    nonsense = client.get(place, {"line": "-x"})
    assert orjson.loads(b"".join(nonsense.streaming_content)) == lines


def test_the_incremental_log_of_a_live_job_does_not_say_that_it_is_finished(
    client: Client, alice: User, submit: Callable[..., Job]
) -> None:
    answer = client.get(f"/scheduler/job/{submit(alice).pk}/log_pipeline_incremental")
    assert b"".join(answer.streaming_content) == b"[]"
    assert "X-Is-Finished" not in answer


def test_a_devices_configuration_is_rendered(client: Client, lab: object) -> None:
    answer = client.get("/scheduler/device/qemu-01/devicedict/plain")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/yaml; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="qemu-01.yaml"'
    assert "actions:" in answer.content.decode()
