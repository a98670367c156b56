"""A job is cancelled by a form that was sent from this site, by who may."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.wire.states import JobHealth, JobState


def test_to_look_at_the_form_changes_nothing(
    client: Client, alice: User, submit: Callable[..., Job]
) -> None:
    job = submit(alice)
    client.force_login(alice)
    answer = client.get(f"/scheduler/job/{job.pk}/cancel")
    assert '<form method="post">' in answer.content.decode()
    job.refresh_from_db()
    assert job.state == JobState.SUBMITTED


def test_the_owner_cancels_by_post(client: Client, alice: User, submit: Callable[..., Job]) -> None:
    job = submit(alice)
    client.force_login(alice)
    answer = client.post(f"/scheduler/job/{job.pk}/cancel")
    assert (answer.status_code, answer["Location"]) == (302, f"/scheduler/job/{job.pk}")
    job.refresh_from_db()
    assert (job.state, job.health) == (JobState.FINISHED, JobHealth.CANCELED)


def test_others_may_not(client: Client, alice: User, bob: User, submit: Callable[..., Job]) -> None:
    job = submit(alice)
    assert client.post(f"/scheduler/job/{job.pk}/cancel").status_code == 403
    client.force_login(bob)
    assert client.post(f"/scheduler/job/{job.pk}/cancel").status_code == 403
    assert "/cancel" not in client.get(f"/scheduler/job/{job.pk}").content.decode()
    job.refresh_from_db()
    assert job.state == JobState.SUBMITTED


def test_a_form_from_elsewhere_is_refused(alice: User, submit: Callable[..., Job]) -> None:
    job = submit(alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    refused = client.post(f"/scheduler/job/{job.pk}/cancel")
    assert refused.status_code == 403
    assert "Please try again" in refused.content.decode()
    job.refresh_from_db()
    assert job.state == JobState.SUBMITTED

    client.get(f"/scheduler/job/{job.pk}/cancel")
    token = client.cookies["csrftoken"].value
    client.post(f"/scheduler/job/{job.pk}/cancel", {"csrfmiddlewaretoken": token})
    job.refresh_from_db()
    assert job.state == JobState.FINISHED


def test_a_job_that_has_ended_has_nothing_to_cancel(
    client: Client, alice: User, finished: Job
) -> None:
    client.force_login(alice)
    page = client.get(f"/scheduler/job/{finished.pk}/cancel").content.decode()
    assert '<form method="post">' not in page
    assert client.post(f"/scheduler/job/{finished.pk}/cancel").status_code == 302
    finished.refresh_from_db()
    assert finished.health == JobHealth.INCOMPLETE
