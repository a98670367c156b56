"""Results as documents that clients parse: records with LAVA's keys, in LAVA's order."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from pumice.formats import yaml
from pumice.server.results.models import Case, Suite
from pumice.wire.states import CaseResult

_COLUMNS = (
    "name",
    "suite__job_id",
    "suite__name",
    "result",
    "measurement",
    "units",
    "id",
    "logged",
    "start_log_line",
    "end_log_line",
    "metadata",
)
_RESULTS = {member.value: member.label for member in CaseResult}


def case_records(cases: QuerySet[Case]) -> list[dict[str, Any]]:
    """One map a case; every value is text except ``metadata``, which is a map.

    A measurement that is missing reads ``None``, a log line that is not known is empty.
    """
    return [
        {
            "name": name,
            "job": str(job),
            "suite": suite,
            "result": _RESULTS[result],
            "measurement": str(measurement),
            "unit": units,
            "level": str(metadata.get("level", "")),
            "url": f"/results/testcase/{pk}",
            "id": str(pk),
            "logged": str(logged),
            "log_start_line": "" if start is None else str(start),
            "log_end_line": "" if end is None else str(end),
            "metadata": metadata,
        }
        for name, job, suite, result, measurement, units, pk, logged, start, end, metadata in (
            cases.values_list(*_COLUMNS)
        )
    ]


def cases_yaml(cases: QuerySet[Case]) -> str:
    """The cases as a YAML list of :func:`case_records`."""
    return yaml.dump(case_records(cases))


def suites_yaml(suites: QuerySet[Suite]) -> str:
    """The suites as a YAML list of maps with name, job and id, each as text."""
    rows = suites.values_list("name", "job_id", "id")
    return yaml.dump([{"name": name, "job": str(job), "id": str(pk)} for name, job, pk in rows])
