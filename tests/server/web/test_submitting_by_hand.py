"""The form for a definition."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker

PATH = "/scheduler/jobsubmit"


def test_strangers_are_asked_to_sign_in(client: Client, lab: Worker, smoke: str) -> None:
    assert client.get(PATH).status_code == 401
    assert client.post(PATH, {"definition-input": smoke}).status_code == 401
    assert not Job.objects.exists()


def test_a_submission_leads_to_the_job(
    client: Client, alice: User, lab: Worker, smoke: str
) -> None:
    client.force_login(alice)
    assert client.get(PATH).status_code == 200
    answer = client.post(PATH, {"definition-input": smoke})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/scheduler/job/{job.pk}")
    assert job.submitter == alice


@pytest.mark.parametrize("text", ["", "- a list", "job_name: [", "job_name: x"])
def test_a_refused_definition_is_shown_again_with_the_reason(
    client: Client, alice: User, lab: Worker, text: str
) -> None:
    client.force_login(alice)
    answer = client.post(PATH, {"definition-input": text})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Problem with submitted job data" in page
    assert f">{text}</textarea>" in page
    assert not Job.objects.exists()


def test_a_script_only_checks(client: Client, alice: User, lab: Worker, smoke: str) -> None:
    client.force_login(alice)
    headers = {"X-Requested-With": "XMLHttpRequest"}
    good = client.post(PATH, {"definition-input": smoke}, headers=headers)
    assert good.json() == {"result": "success", "errors": "", "warnings": ""}
    bad = client.post(PATH, {"definition-input": "job_name: x"}, headers=headers)
    assert bad.status_code == 200
    assert bad.json()["result"] == "failure"
    assert "device_type" in bad.json()["errors"]
    assert not Job.objects.exists()
