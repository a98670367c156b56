"""Results as documents that clients parse: records with LAVA's keys, in LAVA's order.

Cases are read from the database and written one after the other, so that of a large job
only the document itself is in memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django.db.models import QuerySet

from pumice.formats import yaml
from pumice.server.results.models import Case, Suite
from pumice.server.results.writing import records_yaml
from pumice.wire.states import CaseResult

CASE_COLUMNS = (
    "job",
    "suite",
    "result",
    "measurement",
    "unit",
    "duration",
    "timeout",
    "logged",
    "level",
    "metadata",
    "url",
    "name",
    "id",
    "log_start_line",
    "log_end_line",
)
"""The columns of cases as CSV; ``duration`` and ``timeout`` are always empty."""

SUITE_COLUMNS = ("name", "job", "id")
"""The columns of suites as CSV."""

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
_AT_ONCE = 500


def case_records(cases: QuerySet[Case]) -> Iterator[dict[str, Any]]:
    """One map a case; every value is text except ``metadata``, which is a map.

    A measurement that is missing reads ``None``, a log line that is not known is empty.
    """
    values = cases.values_list(*_COLUMNS)
    # Most jobs have few: only many are worth a cursor of the database.
    rows: Iterable[tuple[Any, ...]] = list(values[:_AT_ONCE])
    if len(rows) == _AT_ONCE:
        rows = values.iterator(_AT_ONCE)
    for name, job, suite, result, measurement, units, pk, logged, start, end, metadata in rows:
        yield {
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


def cases_yaml(cases: QuerySet[Case]) -> str:
    """The cases as a YAML list of :func:`case_records`."""
    return records_yaml(case_records(cases)) or yaml.dump([])


def cases_csv(cases: QuerySet[Case]) -> str:
    """The cases as CSV below a line of :data:`CASE_COLUMNS`; ``metadata`` as Python writes it."""
    return _csv(CASE_COLUMNS, case_records(cases))


def suite_records(suites: QuerySet[Suite]) -> Iterator[dict[str, str]]:
    """One map a suite with its name, its job and its id, each as text."""
    for name, job, pk in suites.values_list("name", "job_id", "id").iterator(_AT_ONCE):
        yield {"name": name, "job": str(job), "id": str(pk)}


def suites_yaml(suites: QuerySet[Suite]) -> str:
    """The suites as a YAML list of :func:`suite_records`."""
    return records_yaml(suite_records(suites)) or yaml.dump([])


def suites_csv(suites: QuerySet[Suite]) -> str:
    """The suites as CSV below a line of :data:`SUITE_COLUMNS`."""
    return _csv(SUITE_COLUMNS, suite_records(suites))


def metadata_records(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    """A job's metadata as maps of one key, every value as text.

    None reads ``None``, lists and maps as Python writes them. Keys stand in the order that
    PostgreSQL keeps in a ``jsonb`` value: short ones first, those of one length by their bytes.
    """
    ordered = _ordered(metadata)
    return [{name: str(value)} for name, value in ordered.items()]


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        keyed = sorted(items, key=lambda item: (len(item[0].encode()), item[0].encode()))
        return {key: _ordered(inner) for key, inner in keyed}
    if isinstance(value, list):
        return [_ordered(inner) for inner in cast("list[Any]", value)]
    return value


def _csv(columns: tuple[str, ...], records: Iterable[Mapping[str, Any]]) -> str:
    """Every field in quotes, lines that end with CR and LF."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()
