"""Tables of jobs, wherever they stand."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import QueryDict

from pumice.server.database.listing import Fields
from pumice.server.jobs import lists
from pumice.server.jobs.lists import JobRow
from pumice.server.jobs.models import Job
from pumice.server.web.tables import Column, Table, read

COLUMNS = (
    Column("Job", "id"),
    Column("Status"),
    Column("Description", "description"),
    Column("Device type", "requested_device_type"),
    Column("Device", "device"),
    Column("Submitter", "submitter"),
    Column("Submitted", "submit_time"),
    Column("Ran for"),
)

QUEUE_COLUMNS = (
    Column("Job", "id"),
    Column("Status"),
    Column("Description", "description"),
    Column("Device type", "requested_device_type"),
    Column("Priority", "priority"),
    Column("Submitter", "submitter"),
    Column("Submitted", "submit_time"),
    Column("Waits for"),
)

SHORT_COLUMNS = (
    Column("Job"),
    Column("Status"),
    Column("Description"),
    Column("Device"),
    Column("Submitter"),
    Column("Submitted"),
    Column("Ran for"),
)


def job_table(
    query: QueryDict,
    jobs: QuerySet[Job],
    *,
    scope: str,
    label: str,
    prefix: str = "",
    fields: Fields = lists.FIELDS,
    columns: tuple[Column, ...] = COLUMNS,
    live: dict[str, str] | None = None,
) -> Table[JobRow]:
    """A page of jobs.

    ``scope`` says to live pages which jobs belong here: ``all``, ``active`` or ``queue``; ``live``
    which fields of an event must have which value (such as ``{"device": "qemu-01"}``).
    """
    table = read(
        query,
        jobs,
        fields,
        lists.rows,
        name="jobs",
        label=label,
        columns=columns,
        prefix=prefix,
    )
    table.live = {"scope": scope, **(live or {})}
    if not table.is_plain_first_page:
        table.live["scope"] = "fixed"
    return table
