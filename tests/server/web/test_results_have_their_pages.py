"""Suites, cases and their places."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.server.results.models import Case


def test_a_job_lists_its_suites_with_counts(client: Client, finished: Job) -> None:
    page = client.get(f"/results/{finished.pk}").content.decode()
    assert f'href="/results/{finished.pk}/0_smoke"' in page
    assert '<span class="tag" data-value="pass">1</span>' in page
    assert "<td>test</td>" in page  # the job's metadata: purpose


def test_a_suite_lists_its_cases(client: Client, finished: Job) -> None:
    page = client.get(f"/results/{finished.pk}/0_smoke").content.decode()
    assert page.index(">true</a>") < page.index(">speed</a>")
    assert "12.5 MB/s" in page
    assert f'href="/scheduler/job/{finished.pk}#L1"' in page
    sorted_page = client.get(f"/results/{finished.pk}/0_smoke?sort=name").content.decode()
    assert sorted_page.index(">speed</a>") < sorted_page.index(">true</a>")


def test_a_case_has_several_addresses(client: Client, finished: Job) -> None:
    case = Case.objects.get(name="speed")
    client.force_login(finished.submitter)
    pages = {
        re.search("<main.*</main>", client.get(path).content.decode(), re.DOTALL)[0]
        for path in (
            f"/results/testcase/{case.pk}",
            f"/results/{finished.pk}/0_smoke/speed",
            f"/results/{finished.pk}/0_smoke/{case.pk}",
            f"/results/{finished.pk}/0_smoke/disk/speed",
        )
    }
    assert len(pages) == 1
    assert "<h1>speed</h1>" in pages.pop()
    for path in ("0_smoke/none", "1_none", "0_smoke/disk/true", "1_none/speed"):
        assert client.get(f"/results/{finished.pk}/{path}").status_code == 404


def test_a_case_shows_its_part_of_the_log(
    client: Client, alice: User, submit: Callable[..., Job], say: Callable[..., None]
) -> None:
    job = submit(alice)
    say(job, [("target", f"line {n} of the board") for n in range(300)])
    result = {"definition": "0_a", "case": "c", "result": "pass", "starttc": 248, "endtc": 249}
    say(job, [("results", result)], first=300)
    page = client.get(f"/results/{job.pk}/0_a/c").content.decode()
    assert "line 248 of the board" in page
    assert "line 249 of the board" in page
    assert "line 250 of the board" not in page
    assert f'href="/scheduler/job/{job.pk}#L248"' in page


def test_a_case_of_a_hidden_job_is_hidden(
    client: Client, personal: Job, bob: User, say: Callable[..., None]
) -> None:
    say(personal, [("results", {"definition": "0_a", "case": "c", "result": "pass"})])
    client.force_login(bob)
    case = Case.objects.get()
    assert client.get(f"/results/testcase/{case.pk}").status_code == 403
    assert client.get(f"/results/{personal.pk}/0_a").status_code == 403
    assert client.get(f"/results/{personal.pk}/0_a/c").status_code == 403
