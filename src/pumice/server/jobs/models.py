"""The table of jobs."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models

from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.wire.states import JobHealth, JobState


class Job(models.Model):
    """A job. Only ``lifecycle`` changes its state, always from the state that it expects.

    ``original_definition`` is what was submitted, ``definition`` its normalised form. Where the job
    has secrets, both hold ``[MASKED]`` in their place, and ``sealed_definition`` the original.

    The jobs of a MultiNode group share ``target_group``; ``sub_id`` is the number of the group's
    first job, a dot, and their place in the group from 0; ``multinode_definition`` is the group's
    text.
    """

    id = models.BigAutoField(primary_key=True)
    submitter_id: int
    requested_device_type_id: str | None
    requested_device_id: str | None
    requested_worker_id: str | None
    actual_device_id: str | None
    submitter: models.ForeignKey[User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs"
    )
    description = models.CharField(max_length=200)
    health_check = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    viewing_groups = models.ManyToManyField(Group, related_name="viewable_jobs")
    requested_device_type: models.ForeignKey[DeviceType | None] = models.ForeignKey(
        "lab.DeviceType", null=True, on_delete=models.PROTECT, related_name="jobs"
    )
    requested_device: models.ForeignKey[Device | None] = models.ForeignKey(
        "lab.Device", null=True, on_delete=models.SET_NULL, related_name="requesting_jobs"
    )
    requested_worker: models.ForeignKey[Worker | None] = models.ForeignKey(
        "lab.Worker", null=True, on_delete=models.SET_NULL, related_name="requesting_jobs"
    )
    actual_device: models.ForeignKey[Device | None] = models.ForeignKey(
        "lab.Device", null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    tags = models.ManyToManyField("lab.Tag", related_name="jobs")
    priority = models.SmallIntegerField(default=50)
    state = models.SmallIntegerField(choices=JobState.pairs(), default=JobState.SUBMITTED)
    health = models.SmallIntegerField(choices=JobHealth.pairs(), default=JobHealth.UNKNOWN)
    submit_time = models.DateTimeField()
    start_time = models.DateTimeField(null=True)
    end_time = models.DateTimeField(null=True)
    queue_timeout = models.IntegerField(null=True)
    target_group = models.UUIDField(null=True, db_index=True)
    sub_id = models.CharField(max_length=40, blank=True, default="")
    multinode_definition = models.TextField(blank=True, default="")
    definition = models.TextField()
    original_definition = models.TextField()
    sealed_definition = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict)
    failure_comment = models.TextField(blank=True, default="")
    error_type = models.CharField(max_length=50, blank=True, default="")
    error_msg = models.TextField(blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["-priority", "submit_time", "id"],
                name="job_queue",
                condition=models.Q(state=JobState.SUBMITTED),
            ),
            models.Index(
                fields=["state", "actual_device"],
                name="job_live",
                condition=models.Q(state__lt=JobState.FINISHED),
            ),
            models.Index(fields=["actual_device", "-id"], name="job_of_device"),
            models.Index(fields=["submitter", "-id"], name="job_of_submitter"),
            models.Index(fields=["state", "-id"], name="job_state"),
            models.Index(fields=["-end_time"], name="job_end"),
            models.Index(fields=["sub_id"], name="job_sub_id", condition=~models.Q(sub_id="")),
        )

    def __str__(self) -> str:
        return f"{self.display_id} {self.description}"

    @property
    def display_id(self) -> int | str:
        """How people and clients name the job: its number, or that in its MultiNode group."""
        return self.sub_id or self.pk

    @property
    def is_guest(self) -> bool:
        """Whether the job runs on the device of another job of its group, and has none."""
        return self.target_group is not None and self.requested_device_type_id is None

    @property
    def place(self) -> int:
        """The job's place in its MultiNode group, from 0."""
        return int(self.sub_id.rpartition(".")[2] or 0)


class Document(models.Model):
    """A text that belongs to a job: what its worker was given, and the plan that it reported."""

    id = models.BigAutoField(primary_key=True)
    job_id: int
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=50)
    text = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "name"], name="document_of_job"),)
