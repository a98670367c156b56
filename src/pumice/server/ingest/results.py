"""Turn result records into suites, sets and cases."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.results.models import Case, Set, Suite
from pumice.wire.results import JOB_CASE, LAVA_SUITE, Result
from pumice.wire.states import CaseResult

MAX_METADATA = 4_096
_MAX_COMMENT = 256


def store_results(job_id: int, results: list[Result], complaints: list[str]) -> None:
    """Write results in their order, in the current transaction.

    ``complaints`` are appended to the job's failure comment.
    """
    suites = _suites(job_id, {result.suite for result in results})
    sets = _sets(suites, {(r.suite, r.set) for r in results if r.set is not None})
    now = timezone.now()
    cases: list[Case] = []
    for result in results:
        metadata, complaint = _metadata(result)
        if complaint:
            complaints.append(complaint)
        suite = suites[result.suite]
        cases.append(
            Case(
                suite=suite,
                test_set=sets.get((suite.pk, result.set)) if result.set else None,
                name=result.case,
                result=result.result,
                measurement=result.measurement,
                units=result.units,
                metadata=metadata,
                start_log_line=result.start_line,
                end_log_line=result.end_line,
                logged=now,
            )
        )
    # A second case named "job" in a suite is the only conflict there can be.
    Case.objects.bulk_create(cases, ignore_conflicts=any(case.name == JOB_CASE for case in cases))
    _note_outcome(job_id, results)
    if complaints:
        _comment(job_id, complaints)


def _suites(job_id: int, names: set[str]) -> dict[str, Suite]:
    known = {s.name: s for s in Suite.objects.filter(job_id=job_id, name__in=names)}
    for name in sorted(names - known.keys()):
        known[name] = Suite.objects.create(job_id=job_id, name=name)
    return known


def _sets(
    suites: dict[str, Suite], wanted: set[tuple[str, str | None]]
) -> dict[tuple[int, str], Set]:
    if not wanted:
        return {}
    known = {(s.suite_id, s.name): s for s in Set.objects.filter(suite__in=suites.values())}
    for suite_name, name in sorted((suite, str(name)) for suite, name in wanted):
        suite = suites[suite_name]
        if (suite.pk, name) not in known:
            known[suite.pk, name] = Set.objects.create(suite=suite, name=name)
    return known


def _metadata(result: Result) -> tuple[dict[str, Any], str | None]:
    metadata = result.metadata
    extra = metadata.get("extra")
    size = len(orjson.dumps({k: v for k, v in metadata.items() if k != "extra"}, default=str))
    if size <= MAX_METADATA:
        return metadata, None
    kept = {key: metadata[key] for key in ("definition", "case", "result")}
    if "error_type" in metadata:
        kept["error_type"] = metadata["error_type"]
    if "error_msg" in metadata:
        kept["error_msg"] = str(metadata["error_msg"])[:256]
    if extra is not None:
        kept["extra"] = extra
    complaint = f"the metadata of {result.suite}/{result.case} has more than {MAX_METADATA} bytes"
    return kept, complaint


def _note_outcome(job_id: int, results: list[Result]) -> None:
    for result in results:
        if (result.suite, result.case) == (LAVA_SUITE, JOB_CASE):
            passed = result.result == CaseResult.PASS
            Job.objects.filter(pk=job_id).update(
                error_type="" if passed else str(result.metadata.get("error_type") or "")[:50],
                error_msg="" if passed else str(result.metadata.get("error_msg") or ""),
            )


def _comment(job_id: int, complaints: list[str]) -> None:
    job = Job.objects.select_for_update().only("failure_comment").get(pk=job_id)
    added = " ".join(complaint[:_MAX_COMMENT] for complaint in complaints)
    job.failure_comment = f"{job.failure_comment} {added}".strip()[: 16 * _MAX_COMMENT]
    job.save(update_fields=["failure_comment"])
