"""Workers come and go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pumice.server.database.wake import wake
from pumice.server.events.outbox import emit
from pumice.server.jobs.groups import HELD, guests_at_work
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker
from pumice.server.lab.notices import worker_notice
from pumice.server.lifecycle.finish import finish
from pumice.wire.states import ErrorType, WorkerState

OFFLINE_AFTER = timedelta(seconds=60)


def seen(hostname: str, version: str) -> None:
    """A worker has called: note when and with which version; one that was Offline is Online."""
    now = timezone.now()
    updated = Worker.objects.filter(pk=hostname, state=WorkerState.ONLINE).update(
        last_ping=now, version=version[:50]
    )
    if updated:
        return
    with transaction.atomic():
        worker = Worker.objects.select_for_update().filter(pk=hostname).first()
        if worker is None:
            return
        worker.state, worker.last_ping, worker.version = WorkerState.ONLINE, now, version[:50]
        worker.save(update_fields=["state", "last_ping", "version"])
        emit([worker_notice(worker)], now)
        wake("queue")


def mark_offline(now: datetime | None = None) -> int:
    """Workers that have not called for a minute are Offline; how many became so."""
    limit = (now or timezone.now()) - OFFLINE_AFTER
    gone = Worker.objects.filter(state=WorkerState.ONLINE, last_ping__lt=limit)
    count = 0
    for hostname in gone.values_list("pk", flat=True):
        with transaction.atomic():
            worker = gone.select_for_update().filter(pk=hostname).first()
            if worker is None:
                continue
            worker.state = WorkerState.OFFLINE
            worker.save(update_fields=["state"])
            emit([worker_notice(worker)])
            count += 1
    return count


def end_jobs_of_lost_workers(now: datetime | None = None) -> int:
    """Jobs whose worker is away for longer than the setting end Incomplete; how many did."""
    if not settings.WORKER_GONE_MINUTES:
        return 0
    limit = (now or timezone.now()) - timedelta(minutes=settings.WORKER_GONE_MINUTES)
    gone = Worker.objects.filter(state=WorkerState.OFFLINE, last_ping__lt=limit)
    held = Job.objects.filter(state__in=HELD, actual_device__worker_host__in=gone)
    lost = list(held.values_list("pk", "actual_device__worker_host_id"))
    workers = set(gone.values_list("pk", flat=True))
    for guest, host in guests_at_work() if workers else ():
        device = host.actual_device
        if device is not None and device.worker_host_id in workers:
            lost.append((guest.pk, device.worker_host_id))
    count = 0
    for job_id, hostname in lost:
        message = (
            f"worker {hostname} has been offline for more than "
            f"{settings.WORKER_GONE_MINUTES} minutes"
        )
        count += finish(
            job_id,
            passed=False,
            error_type=ErrorType.INFRASTRUCTURE,
            errors=message,
            message=message,
        )
    return count
