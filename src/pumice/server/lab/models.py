"""Workers, device types, devices, tags and aliases; and what groups may do with them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models

from pumice.server.accounts.grants import Level
from pumice.wire.states import DeviceHealth, DeviceState, WorkerHealth, WorkerState


class Worker(models.Model):
    """A host that runs dispatchers. Its token stands here sealed, since it is given out again."""

    hostname = models.CharField(max_length=200, primary_key=True)
    description = models.TextField(blank=True, default="")
    state = models.SmallIntegerField(choices=WorkerState.pairs(), default=WorkerState.OFFLINE)
    health = models.SmallIntegerField(choices=WorkerHealth.pairs(), default=WorkerHealth.ACTIVE)
    last_ping = models.DateTimeField(null=True)
    job_limit = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=50, blank=True, default="")
    sealed_token = models.TextField()

    def __str__(self) -> str:
        return self.hostname


class DeviceType(models.Model):
    """A kind of device; its template has the same name."""

    name = models.CharField(max_length=50, primary_key=True)
    description = models.CharField(max_length=200, blank=True, default="")
    display = models.BooleanField(default=True)
    health_frequency = models.PositiveIntegerField(default=24)
    health_denominator = models.SmallIntegerField(choices=[(0, "hours"), (1, "jobs")], default=0)
    disable_health_check = models.BooleanField(default=False)

    class Meta:
        permissions = (("submit_to_devicetype", "Can submit jobs to device type"),)

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """Another name by which jobs may ask for a device type."""

    name = models.CharField(max_length=200, primary_key=True)
    device_type_id: str | None
    device_type = models.ForeignKey(
        DeviceType, null=True, on_delete=models.CASCADE, related_name="aliases"
    )

    class Meta:
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """What a device has and a job may ask for."""

    id = models.BigAutoField(primary_key=True)
    name = models.SlugField(max_length=100, unique=True)
    description = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A board. Its dictionary is ``<hostname>.jinja2`` in the folder of dictionaries.

    ``is_synced``: the board is kept as its dictionary says, by ``pumice manage sync``.
    """

    hostname = models.CharField(max_length=200, primary_key=True)
    device_type_id: str
    worker_host_id: str | None
    physical_owner_id: int | None
    physical_group_id: int | None
    device_type = models.ForeignKey(DeviceType, on_delete=models.PROTECT, related_name="devices")
    worker_host = models.ForeignKey(
        Worker, null=True, on_delete=models.SET_NULL, related_name="devices"
    )
    description = models.TextField(blank=True, default="")
    device_version = models.CharField(max_length=200, blank=True, default="")
    state = models.SmallIntegerField(choices=DeviceState.pairs(), default=DeviceState.IDLE)
    health = models.SmallIntegerField(
        choices=DeviceHealth.pairs(), default=DeviceHealth.MAINTENANCE
    )
    tags = models.ManyToManyField(Tag, related_name="devices")
    physical_owner: models.ForeignKey[User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    physical_group: models.ForeignKey[Group | None] = models.ForeignKey(
        Group, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_synced = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["device_type", "state"], name="device_type_state"),)
        permissions = (("submit_to_device", "Can submit jobs to device"),)

    def __str__(self) -> str:
        return self.hostname


class _Grant(models.Model):
    """What a group may do with one object."""

    id = models.BigAutoField(primary_key=True)
    group_id: int
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    level = models.SmallIntegerField(choices=[(level.value, level.action) for level in Level])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.group.name}: {Level(self.level).action}"


class DeviceGrant(_Grant):
    """What a group may do with a device."""

    device_id: str
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="grants")

    class Meta(_Grant.Meta):
        constraints = (
            models.UniqueConstraint(fields=["device", "group", "level"], name="device_grant"),
        )


class DeviceTypeGrant(_Grant):
    """What a group may do with a device type, and with its devices that grant nothing."""

    device_type_id: str
    device_type = models.ForeignKey(DeviceType, on_delete=models.CASCADE, related_name="grants")

    class Meta(_Grant.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["device_type", "group", "level"], name="device_type_grant"
            ),
        )


class WorkerGrant(_Grant):
    """What a group may do with a worker."""

    worker_id: str
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="grants")

    class Meta(_Grant.Meta):
        constraints = (
            models.UniqueConstraint(fields=["worker", "group", "level"], name="worker_grant"),
        )
