"""Log lines and results are taken in once, in order, whatever is sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from pumice.server.events.models import Event
from pumice.server.ingest.append import WrongPosition, append
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish
from pumice.server.logs import read
from pumice.server.results.models import Case
from pumice.wire import loglines
from pumice.wire.loglines import LogLine


@pytest.fixture
def job(alice: User, submit: Callable[..., Job]) -> Job:
    return submit(alice)


def line(message: object, level: str = "target") -> bytes:
    return loglines.encode(LogLine("2026-11-24T05:00:00+00:00", level, message)).encode()


def result(case: str, outcome: str = "pass", suite: str = "0_smoke", **more: object) -> bytes:
    return line({"definition": suite, "case": case, "result": outcome, **more}, "results")


def messages(job: Job) -> list[object]:
    return [loglines.decode(text).msg for text in read.lines(job.pk)]


def test_lines_sent_again_after_a_cut_change_nothing(job: Job) -> None:
    lines = [line("a"), result("one"), line("b"), result("two")]
    assert append(job.pk, 0, lines[:3]) == 3
    assert append(job.pk, 0, lines) == 4
    assert append(job.pk, 2, lines[2:]) == 2
    assert append(job.pk, 4, []) == 0
    assert read.count(job.pk) == 4
    assert [*messages(job)][::2] == ["a", "b"]
    assert list(Case.objects.order_by("pk").values_list("name", flat=True)) == ["one", "two"]


def test_a_gap_is_refused_and_says_what_is_expected(job: Job) -> None:
    append(job.pk, 0, [line("a")])
    with pytest.raises(WrongPosition) as refusal:
        append(job.pk, 5, [line("f")])
    assert refusal.value.expected == 1
    assert read.count(job.pk) == 1


def test_cases_keep_their_order_sets_and_measurements(job: Job) -> None:
    append(
        job.pk,
        0,
        [
            result("b", set="first", measurement="2.5", units="MB/s", starttc=1, endtc=2),
            result("a", "fail", set="first"),
            result("c", "skip"),
        ],
    )
    rows = Case.objects.order_by("pk").values_list(
        "name", "result", "test_set__name", "units", "start_log_line"
    )
    assert list(rows) == [
        ("b", 0, "first", "MB/s", 1),
        ("a", 1, "first", "", None),
        ("c", 2, None, "", None),
    ]


def test_the_jobs_outcome_is_known_from_its_result(job: Job) -> None:
    append(
        job.pk,
        0,
        [
            result(
                "job", "fail", "lava", error_type="Infrastructure", error_msg="the board is gone"
            ),
            result("job", "pass", "lava"),
        ],
    )
    job.refresh_from_db()
    assert Case.objects.filter(name="job").count() == 1
    assert Case.objects.get(name="job").metadata["error_type"] == "Infrastructure"


def test_a_record_that_is_no_result_is_complained_of_and_kept_in_the_log(job: Job) -> None:
    append(job.pk, 0, [line({"case": "x", "result": "pass"}, "results")])
    job.refresh_from_db()
    assert "no definition" in job.failure_comment
    assert read.count(job.pk) == 1
    assert not Case.objects.exists()


def test_what_is_no_log_line_at_all_becomes_a_warning(job: Job) -> None:
    append(job.pk, 0, [b"- {torn", b"\xff\xfe"])
    stored = [loglines.decode(text) for text in read.lines(job.pk)]
    assert [entry.lvl for entry in stored] == ["warning", "warning"]
    assert stored[0].msg == "{torn"


def test_an_event_of_the_board_goes_out_and_is_logged_as_debug(job: Job) -> None:
    append(job.pk, 0, [line("half way", "event")])
    assert [loglines.decode(text).lvl for text in read.lines(job.pk)] == ["debug"]
    event = Event.objects.get(kind="event")
    assert event.body == {"message": "half way", "job": job.pk}


def test_a_nul_that_no_database_stores_holds_nothing_up(job: Job) -> None:
    lines = [result("a\0b", note="x\0y"), line("half\0way", "event"), line("a\0b")]
    assert append(job.pk, 0, lines) == 3
    assert Case.objects.get().metadata["note"] == "x\ufffdy"
    assert messages(job)[-1] == "a\0b"
    assert finish(job.pk, passed=False, error_type="Bug", errors="died\0", message="died\0")
    job.refresh_from_db()
    assert job.failure_comment == "died\ufffd"


def test_huge_metadata_is_reduced_and_said(job: Job) -> None:
    append(job.pk, 0, [result("big", note="x" * 5_000, extra={"kept": "whole"})])
    assert Case.objects.get().metadata == {
        "definition": "0_smoke",
        "case": "big",
        "result": "pass",
        "extra": {"kept": "whole"},
    }
    job.refresh_from_db()
    assert "4096" in job.failure_comment
