"""Every page, wide and narrow, light and dark: no axe violation, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

import pumice.server.web
from pumice.server.audit.models import Entry
from pumice.server.audit.record import record
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start

AXE = Path(pumice.server.web.__file__).parent / "front/node_modules/axe-core/axe.min.js"
SHAPES = [("light", 1280), ("dark", 1280), ("light", 375)]
LOG: list[tuple[str, object]] = [
    ("info", "start: 1 deploy"),
    ("debug", "downloading https://images.example.org/" + "a-long-name/" * 12),
    ("warning", "the board is slow"),
    ("input", "uname -a"),
    ("target", "\x1b[1;31mred\x1b[0m \x1b[42mgreen\x1b[0m \x1b[7mreverse\x1b[0m"),
    ("target", "\x1b[94;47mblue\x1b[0m \x1b[30;40mblack\x1b[0m \x1b[2mfaint\x1b[0m"),
    ("target", "Kernel panic - not syncing"),
    ("feedback", "from the other session"),
    ("error", "login timed out"),
    ("results", {"definition": "0_smoke", "case": "boot", "result": "pass", "starttc": 4}),
    ("results", {"definition": "0_smoke", "case": "x" * 120, "result": "fail", "starttc": 5}),
    ("results", {"definition": "0_smoke", "case": "speed", "result": "skip", "measurement": 3}),
    ("results", {"definition": "lava", "case": "job", "result": "fail", "error_msg": "no login"}),
]  # fmt: skip


@pytest.fixture
def jobs(new_job: Callable[..., Job], say: Callable[..., int]) -> dict[str, Job]:
    """A job that failed, one that runs, and one that waits and has a very long name."""
    failed, running, waiting = new_job("failed"), new_job("running"), new_job("w" * 190)
    for job in (failed, running):
        reserve([(job.pk, "qemu-01")])
        start(job.pk)
        say(job, 0, LOG)
        if job is failed:
            finish(job.pk, passed=False, error_type="Job", message="no login")
    return {"failed": failed, "running": running, "waiting": waiting}


@pytest.mark.parametrize(("scheme", "width"), SHAPES)
def test_no_violation_and_no_sideways_scrolling(
    page: Page,
    jobs: dict[str, Job],
    alice: User,
    sign_in: Callable[[User], None],
    scheme: str,
    width: int,
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/accounts/login/")
    found = {"login": _violations(page)}
    sign_in(alice)
    for path in _paths(jobs):
        page.goto(path)
        found[path] = _violations(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def _paths(jobs: dict[str, Job]) -> list[str]:
    failed = jobs["failed"].pk
    return [
        "/",
        "/scheduler/",
        "/scheduler/alljobs",
        "/scheduler/alljobs?search=fail&length=10",
        "/scheduler/queue",
        f"/scheduler/job/{failed}",
        f"/scheduler/job/{jobs['running'].pk}",
        f"/scheduler/job/{jobs['waiting'].pk}",
        f"/scheduler/job/{failed}/definition",
        f"/scheduler/job/{jobs['running'].pk}/cancel",
        "/scheduler/jobsubmit",
        "/scheduler/alldevices",
        "/scheduler/device/qemu-01",
        "/scheduler/device/qemu-01/devicedict",
        "/scheduler/device_type/qemu",
        "/scheduler/allworkers",
        "/scheduler/worker/worker-1",
        f"/results/{failed}",
        f"/results/{failed}/0_smoke",
        f"/results/{failed}/0_smoke/boot",
        "/api/help/",
        "/api/tokens/",
        "/audit/",
        f"/audit/{_changed()}/",
    ]


def _changed() -> int:
    """The entry of a change with a long text and a short one."""
    texts = ("one\n" * 9 + "two\n", "one\n" * 9 + "three " * 40 + "\n")
    alice = User.objects.get(username="alice")
    record(alice, "change", "device", "qemu-01", {"dictionary": texts, "health": ("Good", "Bad")})
    return Entry.objects.latest("pk").pk


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    answer = page.evaluate("axe.run({resultTypes: ['violations']})")
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("the page is wider than its window")
    return found
