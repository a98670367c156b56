"""The results of a large job are read and written one after the other."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.results import exports, queries
from pumice.server.results.models import Case, Suite

CASES = 4_000
READ_AT_ONCE = 2_000_000
"""What the rows that are read together may need, in bytes."""


@pytest.fixture
def large(alice: User, submit: Callable[..., Job]) -> Suite:
    suite = Suite.objects.create(job=submit(alice), name="large")
    now = timezone.now()
    metadata = {"case": "a case of many", "definition": "large", "result": "pass"}
    Case.objects.bulk_create(
        (
            Case(suite=suite, name=f"case-{n}", result=0, logged=now, metadata=metadata)
            for n in range(CASES)
        ),
        batch_size=1_000,
    )
    return suite


@pytest.mark.parametrize("export", [exports.cases_csv, exports.cases_yaml])
def test_little_more_than_the_answer_is_needed(
    large: Suite, export: Callable[[QuerySet[Case]], str]
) -> None:
    export(queries.cases_of_suite(large)[:10])  # what is imported and cached once does not count
    tracemalloc.start()
    try:
        text = export(queries.cases_of_suite(large))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert text.count("case-") == CASES
    assert peak < 3 * len(text) + READ_AT_ONCE
