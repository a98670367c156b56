"""The door as clients find it: /RPC2 behind the site's own short chain."""

from __future__ import annotations

import base64
import io
import xmlrpc.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from pumice.server.jobs.models import Job
from pumice.server.results.models import Case, Suite
from pumice.server.site.handlers import Handlers
from pumice.wire.states import CaseResult

LOGGED = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def _basic(username: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode()


class Rpc:
    """Makes calls. A user's token is made at their first call."""

    def __init__(self, token_of: Callable[[User], str]) -> None:
        self._site = Handlers()
        self._token_of = token_of
        self._headers: dict[int, str] = {}

    def header_of(self, user: User) -> str:
        if user.pk not in self._headers:
            self._headers[user.pk] = _basic(user.username, self._token_of(user))
        return self._headers[user.pk]

    def request(
        self, body: bytes, path: str = "/RPC2", method: str = "POST", **extra: str
    ) -> Answer:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_TYPE": "text/xml",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **extra,
        }
        setup_testing_defaults(environ)
        seen: list[Any] = []
        response = self._site(environ, lambda status, headers: seen.extend((status, headers)))
        whole = b"".join(response)
        response.close()
        return Answer(int(seen[0][:3]), dict(seen[1]), whole)

    def post(self, body: bytes, user: User | None = None) -> Any:
        """The result of a call that is given as XML; raises Fault."""
        extra = {} if user is None else {"HTTP_AUTHORIZATION": self.header_of(user)}
        answer = self.request(body, **extra)
        assert answer.status == 200, answer.body
        assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
        assert answer.headers["Content-Length"] == str(len(answer.body))
        (result,), _ = xmlrpc.client.loads(answer.body, use_builtin_types=True)
        return result

    def __call__(self, method: str, *arguments: Any, user: User | None = None) -> Any:
        """The result of a call; raises Fault."""
        return self.post(xmlrpc.client.dumps(arguments, method, allow_none=True).encode(), user)

    def fault(self, method: str, *arguments: Any, user: User | None = None) -> tuple[int, str]:
        """Code and text of the fault with which a call is answered."""
        with pytest.raises(xmlrpc.client.Fault) as caught:
            self(method, *arguments, user=user)
        return caught.value.faultCode, caught.value.faultString


@pytest.fixture
def rpc(db: None, token_of: Callable[[User], str]) -> Iterator[Rpc]:
    # A request must not close the connection that holds the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Rpc(token_of)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def basic() -> Callable[[str, str], str]:
    """Makes an Authorization header of a user name and a secret."""
    return _basic


@pytest.fixture
def tested(alice: User, submit: Callable[..., Job]) -> Job:
    """A job with the suites ``lava`` (one case) and ``0_smoke`` (two cases)."""
    job = submit(alice)
    lava = Suite.objects.create(job=job, name="lava")
    smoke = Suite.objects.create(job=job, name="0_smoke")
    Case.objects.create(
        suite=smoke,
        name="speed",
        result=CaseResult.PASS,
        measurement=Decimal("1.5"),
        units="MB/s",
        metadata={"case": "speed", "definition": "0_smoke", "result": "pass", "level": "1.1"},
        start_log_line=0,
        end_log_line=12,
        logged=LOGGED,
    )
    Case.objects.create(
        suite=smoke, name="42", result=CaseResult.FAIL, metadata={"n": None}, logged=LOGGED
    )
    Case.objects.create(
        suite=lava,
        name="job",
        result=CaseResult.UNKNOWN,
        metadata={"case": "job", "error_type": "Job", "extra": [{"label": "x"}]},
        logged=LOGGED.replace(microsecond=0),
    )
    return job
