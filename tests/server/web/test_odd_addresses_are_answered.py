"""An address or a form may hold anything: it breaks no page, whatever the database."""

from __future__ import annotations

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.accounts.models import Token
from pumice.server.lab.models import Worker
from pumice.server.site.handlers import Handlers

NUL = (
    ("/scheduler/device/qemu\0", ""),
    ("/scheduler/device/qemu\0/devicedict/plain", ""),
    ("/scheduler/device_type/qemu\0", ""),
    ("/scheduler/worker/worker\0", ""),
    ("/scheduler/internal/v1/workers/worker\0/", "version=1"),
    ("/admin/lab/device/qemu\0/change/", ""),
    ("/admin/lab/device/", "q=%00"),
)
ODD = (
    "/scheduler/alldevices?search=%FF&sort=%FF&length=-1&page=99999999999999999999",
    "/scheduler/alljobs?id=99999999999999999999&submit_time=99999999999999",
    "/scheduler/job/999999999999999999",
    "/results/999999999999999999/x",
    "/results/testcase/99999999999999999999999999",
    "/scheduler/internal/v1/jobs/99999999999999999999999/",
    "/audit/?since=0001-01-01&until=9999-12-31&older=999999999999999999",
    "/audit/99999999999999999999999/",
)


@pytest.mark.parametrize(("path", "query"), NUL)
def test_no_address_holds_a_nul(path: str, query: str) -> None:
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    seen: list[str] = []
    Handlers()(environ, lambda status, headers: seen.append(status))
    assert seen == ["400 Bad Request"]


@pytest.mark.parametrize("path", ODD)
def test_an_odd_address_breaks_no_page(client: Client, admin: User, lab: Worker, path: str) -> None:
    client.force_login(admin)
    client.raise_request_exception = False
    assert client.get(path).status_code < 500


@pytest.mark.parametrize(
    "query", ["since=0001-01-01T00:00:00%2B23:00", "until=9999-12-31T23:59:59-23:00"]
)
def test_a_time_beyond_the_calendar_is_refused(client: Client, admin: User, query: str) -> None:
    client.force_login(admin)
    client.raise_request_exception = False
    assert client.get(f"/api/v0.3/audit/?{query}").status_code == 400


def test_a_description_of_a_token_keeps_no_nul(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert client.post("/api/tokens/create/", {"description": "a\0b"}).status_code == 302
    token = Token.objects.get()
    assert token.description == "a\ufffdb"
    assert client.post(f"/api/tokens/{token.pk}/edit/", {"description": "c\0"}).status_code == 302
    token.refresh_from_db()
    assert token.description == "c\ufffd"
