"""Where results stand. Names come from boards: whatever they hold, it stays one path part."""

from __future__ import annotations

from urllib.parse import quote


def suite_url(job_id: int, suite: str) -> str:
    """The page of a suite."""
    return f"/results/{job_id}/{quote(suite, safe='')}"


def case_url(job_id: int, suite: str, case: str) -> str:
    """The page of a case, found by its name."""
    return f"{suite_url(job_id, suite)}/{quote(case, safe='')}"
