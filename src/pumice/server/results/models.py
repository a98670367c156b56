"""Suites, sets and cases."""

from __future__ import annotations

from django.db import models

from pumice.wire.states import CaseResult


class Suite(models.Model):
    """``lava`` for the dispatcher's own actions, ``<n>_<name>`` for test definitions."""

    id = models.BigAutoField(primary_key=True)
    job_id: int
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="suites")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "name"], name="suite_of_job"),)

    def __str__(self) -> str:
        return self.name


class Set(models.Model):
    """A named part of a suite."""

    id = models.BigAutoField(primary_key=True)
    suite_id: int
    suite = models.ForeignKey(Suite, on_delete=models.CASCADE, related_name="sets")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["suite", "name"], name="set_of_suite"),)

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """One test case. Log lines count from 0. ``metadata`` is the message of the result."""

    id = models.BigAutoField(primary_key=True)
    suite_id: int
    test_set_id: int | None
    suite = models.ForeignKey(Suite, on_delete=models.CASCADE, related_name="cases")
    test_set = models.ForeignKey(Set, null=True, on_delete=models.SET_NULL, related_name="cases")
    name = models.TextField()
    result = models.SmallIntegerField(choices=CaseResult.pairs())
    measurement = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    units = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict)
    start_log_line = models.PositiveIntegerField(null=True)
    end_log_line = models.PositiveIntegerField(null=True)
    logged = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["suite"], condition=models.Q(name="job"), name="one_job_case_of_suite"
            ),
        )

    def __str__(self) -> str:
        return self.name
