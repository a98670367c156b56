"""What people and boards write is shown as text, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.ingest.append import append
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Tag, Worker

EVIL = "<script>alert('1')</script><img src=x onerror=alert(2)>\"'"
PATHS = [
    "/",
    "/scheduler/alljobs",
    "/scheduler/queue",
    "/scheduler/job/{job}",
    "/scheduler/job/{job}/summary",
    "/scheduler/job/{job}/definition",
    "/scheduler/job/{job}/cancel",
    "/scheduler/device_type/qemu",
    "/results/{job}",
]


@pytest.fixture
def evil(alice: User, submit: Callable[..., Job], smoke: str) -> Job:
    name = EVIL.replace("'", "''")
    return submit(alice, smoke.replace("job_name: smoke", f"job_name: '{name}'"))


@pytest.mark.parametrize("path", PATHS)
def test_a_job_name_is_escaped(client: Client, alice: User, evil: Job, path: str) -> None:
    client.force_login(alice)
    page = client.get(path.format(job=evil.pk)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert escape("<script>alert(") in page


def test_log_lines_are_escaped(client: Client, evil: Job, say: Callable[..., None]) -> None:
    say(
        evil,
        [
            ("target", EVIL),
            ("target", f"\x1b[31m{EVIL}\x1b[0m \x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07"),
            (EVIL, "a level that is none"),
            ("results", {"definition": EVIL, "case": EVIL, "result": "fail", "measurement": EVIL}),
            ("results", {"definition": "a/b?c#d", "case": "../../x", "result": "pass"}),
            ("results", {EVIL: EVIL}),
            ("debug", [EVIL, {EVIL: EVIL}]),
        ],
    )
    append(evil.pk, 7, [b'- {"' + EVIL.encode() + b'"}\n'])
    for path in ("/scheduler/job/{}", "/scheduler/job/{}/summary", "/results/{}"):
        page = client.get(path.format(evil.pk)).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "javascript:" not in page
    lines = client.get(f"/scheduler/job/{evil.pk}/log").json()
    assert lines["end"] == 8
    assert "<script>alert" not in lines["html"]
    assert lines["html"].count('<div class="line') == 8


def test_names_of_suites_and_cases_lead_to_their_pages(
    client: Client, evil: Job, say: Callable[..., None]
) -> None:
    names = [EVIL, "a/b", "50%", "a b?c#d", "ünï", "..;/x"]
    for number, name in enumerate(names):
        say(evil, [("results", {"definition": name, "case": name, "result": "pass"})], number)
    html = client.get(f"/scheduler/job/{evil.pk}/log").json()["html"]
    links = [part.partition('"')[0] for part in html.split('href="/results/')[1:]]
    assert len(links) == len(names)
    for link, name in zip(links, names, strict=True):
        answer = client.get(f"/results/{link}")
        assert answer.status_code == 200, name
        assert f"<h1>{escape(name, quote=True)}</h1>" in answer.content.decode()


def test_names_of_the_lab_are_escaped(client: Client, lab: Worker) -> None:
    Worker.objects.filter(pk="worker-1").update(description=EVIL, version=EVIL[:50])
    lab.devices.update(description=EVIL, device_version=EVIL)
    lab.devices.get(pk="qemu-01").tags.add(Tag.objects.create(name="t", description=EVIL))
    for path in (
        "/scheduler/allworkers",
        "/scheduler/worker/worker-1",
        "/scheduler/alldevices",
        "/scheduler/device/qemu-01",
    ):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_search_is_escaped_and_matches_nothing(client: Client, evil: Job) -> None:
    page = client.get("/scheduler/alljobs", {"search": EVIL + "zzz", "device": EVIL})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
