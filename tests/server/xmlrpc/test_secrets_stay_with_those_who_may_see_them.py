"""Who may see a job may submit it again for themself, but not with another's secrets; and a token
for less than everything is shown none."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from pumice.server.accounts import tokens
from pumice.server.accounts.models import Scope
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker

if TYPE_CHECKING:
    from .conftest import Rpc

SECRETS = "secrets:\n  API_KEY: swordfish\n"
Call = Callable[..., Any]


@pytest.fixture
def call(rpc: Rpc, basic: Callable[[str, str], str]) -> Call:
    """Calls with a new token of a scope."""

    def act(user: User, scope: Scope, method: str, *arguments: Any) -> Any:
        _, secret = tokens.create(user, scope=scope)
        body = xmlrpc.client.dumps(arguments, method, allow_none=True).encode()
        answer = rpc.request(body, HTTP_AUTHORIZATION=basic(user.username, secret))
        (result,), _ = xmlrpc.client.loads(answer.body, use_builtin_types=True)
        return result

    return act


def test_a_job_with_another_persons_secrets_is_not_submitted_again(
    rpc: Rpc, alice: User, bob: User, submit: Callable[..., Job], smoke: str
) -> None:
    job = submit(alice, smoke + SECRETS)
    for method in ("scheduler.jobs.resubmit", "scheduler.resubmit_job"):
        code, text = rpc.fault(method, job.pk, user=bob)
        assert (code, "has secrets" in text) == (403, True)
    assert Job.objects.count() == 1


def test_any_other_job_is(
    rpc: Rpc, alice: User, bob: User, submit: Callable[..., Job], smoke: str
) -> None:
    again = rpc("scheduler.jobs.resubmit", submit(alice, smoke).pk, user=bob)
    assert Job.objects.get(pk=again).submitter == bob


@pytest.mark.parametrize("scope", Scope)
def test_a_token_for_less_than_everything_is_shown_no_secret_of_a_job(
    call: Call, alice: User, submit: Callable[..., Job], smoke: str, scope: Scope
) -> None:
    shown = call(alice, scope, "scheduler.jobs.definition", submit(alice, smoke + SECRETS).pk)
    assert ("swordfish" in shown) is (scope == Scope.ADMIN)


@pytest.mark.parametrize("scope", Scope)
def test_a_token_for_less_than_everything_is_shown_no_token_of_a_worker(
    call: Call, admin: User, lab: Worker, scope: Scope
) -> None:
    shown = call(admin, scope, "scheduler.workers.show", lab.pk)
    assert ("token" in shown) is (scope == Scope.ADMIN)
