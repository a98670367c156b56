"""Jobs and their results, which are read; jobs are ended by actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pumice.server.accounts.errors import CannotChange
from pumice.server.jobs import queries
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.cancel import cancel_for
from pumice.server.lifecycle.discard import delete_job
from pumice.server.lifecycle.fail import fail
from pumice.server.results.models import Case, Suite
from pumice.server.web.admin.acting import ReadOnlyAdmin, person
from pumice.server.web.admin.reasons import with_reason
from pumice.server.web.admin.site import SITE


def _cancel(by: User, job: Job, reason: str) -> bool:
    return cancel_for(by, job, reason)


def _fail(by: User, job: Job, reason: str) -> bool:
    return fail(by, job.pk, reason) if reason else fail(by, job.pk)


@admin.register(Job, site=SITE)
class JobAdmin(ReadOnlyAdmin):
    """Jobs; search by number, description or submitter."""

    noun = "job"
    list_display = (
        *("id", "description", "submitter", "requested_device_type", "actual_device"),
        *("state", "health", "submit_time"),
    )
    list_filter = ("state", "health", "health_check", "requested_device_type")
    list_select_related = ("submitter", "requested_device_type", "actual_device")
    search_fields = ("description",)
    ordering = ("-id",)
    actions = (
        with_reason("cancel", "Cancel", _cancel),
        with_reason("fail", "End as Incomplete, without waiting for the worker", _fail),
    )
    fields = (
        *("page", "description", "submitter", "state", "health", "health_check", "priority"),
        *("requested_device_type", "requested_device", "actual_device", "is_public"),
        *("submit_time", "start_time", "end_time", "error_type", "error_msg", "failure_comment"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return queries.visible(person(request)).defer(*queries.DEFINITIONS, "metadata")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        if text.isascii() and text.isdigit() and len(text) <= 18:
            return queryset.filter(pk=int(text)), False
        return queryset.filter(Q(description__icontains=text) | Q(submitter__username=text)), False

    @admin.display(description="page")
    def page(self, job: Job) -> SafeString:
        """The job's page on the site."""
        return format_html('<a href="/scheduler/job/{}">job {}</a>', job.pk, job.display_id)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Jobs can be changed or deleted; that they are seen has no permission on the wire."""
        return super().has_view_permission(request, obj) or self.has_change_permission(request)

    def delete_act(self, by: User, item: Job) -> None:
        if not delete_job(by, item.pk):
            raise CannotChange(f"the job {item.pk} has not ended: cancel it first")


class OfJob(ReadOnlyAdmin):
    """A part of the results; it goes with its job."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Suite, site=SITE)
class SuiteAdmin(OfJob):
    """Suites; search by the number of the job."""

    list_display = ("name", "job_number")
    fields = ("name", "job_number")
    search_fields = ("=job__id",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suite]:
        return Suite.objects.filter(job__in=queries.visible(person(request)))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Suite], bool]:
        return _of_job(queryset, "job_id", search_term), False

    @admin.display(description="job")
    def job_number(self, suite: Suite) -> int:
        """The number of its job."""
        return suite.job_id


@admin.register(Case, site=SITE)
class CaseAdmin(OfJob):
    """Cases; search by the number of the job."""

    list_display = ("name", "suite", "result", "logged")
    list_select_related = ("suite",)
    fields = ("name", "suite", "test_set", "result", "measurement", "units", "metadata", "logged")
    search_fields = ("=suite__job__id",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return Case.objects.filter(suite__job__in=queries.visible(person(request)))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        return _of_job(queryset, "suite__job_id", search_term), False


def _of_job(rows: QuerySet[Any], path: str, text: str) -> QuerySet[Any]:
    text = text.strip()
    if not text:
        return rows
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    return rows.filter(**{path: int(text)}) if is_number else rows.none()
