"""Addresses of the workers' doors."""

from __future__ import annotations

from django.urls import path

from pumice.server.api.workers import jobs, workers

_ROOT = "scheduler/internal/v1/"

urlpatterns = [
    path(f"{_ROOT}workers/", workers.register),
    path(f"{_ROOT}workers/<str:name>/", workers.ping),
    path(f"{_ROOT}jobs/<int:job_id>/", jobs.job),
    path(f"{_ROOT}jobs/<int:job_id>/logs/", jobs.logs),
]
