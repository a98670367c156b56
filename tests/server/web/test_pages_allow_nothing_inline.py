"""Every answer carries the policy, and no page needs an exception from it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.server.web.security import POLICY

PAGES = [
    "/",
    "/scheduler/",
    "/scheduler/alljobs?search=x",
    "/scheduler/queue",
    "/scheduler/jobsubmit",
    "/scheduler/job/{job}",
    "/scheduler/job/{job}/definition",
    "/scheduler/alldevices",
    "/scheduler/device/qemu-01",
    "/scheduler/device/qemu-01/devicedict",
    "/scheduler/allworkers",
    "/scheduler/worker/worker-1",
    "/results/{job}",
    "/results/{job}/0_smoke",
    "/results/{job}/0_smoke/true",
    "/accounts/login/",
    "/api/tokens/",
    "/no/such/page",
]


class Inline(HTMLParser):
    """Collects what a strict policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or "style" in names or (tag == "script" and "src" not in names):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            outside = name in ("src", "href", "action") and re.match(r"\w+:|//", value or "")
            if name.startswith("on") or outside:
                self.found.append(f"{name}={value}")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_the_policy_and_nothing_inline_or_from_elsewhere(
    client: Client, finished: Job, alice: User, path: str
) -> None:
    client.force_login(alice)
    answer = client.get(path.format(job=finished.pk))
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    reader = Inline()
    reader.feed(answer.content.decode())
    assert reader.found == []


def test_the_policy_allows_only_this_site() -> None:
    directives = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert directives.pop("default-src") == "'none'"
    assert set(directives.values()) == {"'self'", "'self' data:", "'none'"}
    assert directives["img-src"] == "'self' data:"
