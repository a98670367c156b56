"""A job names remote artifact tokens; only its worker's copy has their values."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.formats import yaml
from pumice.server.accounts import artifacts
from pumice.server.jobs.models import Job
from pumice.server.jobs.tokens import token_of as job_token
from pumice.server.lifecycle.reserve import reserve

VALUE = "hunter2-hunter2"


@pytest.fixture
def fetched(client: Client, submit: Callable[..., Job]) -> Callable[..., str]:
    """Submits a job and gives it to a worker: the definition that the worker gets."""

    def act(user: User, text: str) -> str:
        job = submit(user, text)
        reserve([(job.pk, "qemu-01")])
        path = f"/scheduler/internal/v1/jobs/{job.pk}/"
        answer = client.get(path, HTTP_LAVA_TOKEN=job_token(job)).json()["definition"]
        job.refresh_from_db()
        kept = job.definition + job.original_definition
        kept += "".join(job.documents.values_list("text", flat=True))
        assert VALUE not in kept
        return answer

    return act


def with_headers(smoke: str) -> str:
    url = "        url: http://localhost/vmlinuz\n"
    assert url in smoke
    headers = "        headers: {PRIVATE-TOKEN: store, X-Kind: other}\n"
    return smoke.replace(url, url + headers) + "secrets: {TOKEN: store, PLAIN: a-word}\n"


def test_headers_and_secrets_that_name_a_token_get_its_value(
    fetched: Callable[..., str], alice: User, smoke: str
) -> None:
    artifacts.add(alice, "store", VALUE)
    data = yaml.load(fetched(alice, with_headers(smoke))).data
    kernel = data["actions"][0]["deploy"]["images"]["kernel"]
    assert kernel["headers"] == {"PRIVATE-TOKEN": VALUE, "X-Kind": "other"}
    assert data["secrets"] == {"TOKEN": VALUE, "PLAIN": "a-word"}


def test_a_token_of_somebody_else_is_a_word_like_others(
    fetched: Callable[..., str], alice: User, bob: User, smoke: str
) -> None:
    artifacts.add(alice, "store", VALUE)
    text = with_headers(smoke)
    assert fetched(bob, text) == text


def test_a_job_that_names_no_token_is_given_as_it_was_submitted(
    fetched: Callable[..., str], alice: User, smoke: str
) -> None:
    artifacts.add(alice, "store", VALUE)
    assert fetched(alice, "# a comment\n" + smoke) == "# a comment\n" + smoke
