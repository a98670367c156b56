"""Rows as LAVA's oldest methods show them: all columns, by LAVA's names.

What LAVA shows there and nobody may see is left out: a job's worker token, and the submitter's row
with the hash of their password. Columns of LAVA that Pumice does not have hold their defaults.
"""

from __future__ import annotations

from typing import Any

from pumice.formats import yaml
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, DeviceType
from pumice.server.results.models import Case, Suite

_SAVED = {"adding": False, "db": "default"}


def job_columns(job: Job) -> dict[str, Any]:
    """A job's row; ``state`` and ``health`` are numbers."""
    return {
        "id": job.pk,
        "sub_id": job.sub_id,
        "target_group": str(job.target_group) if job.target_group else None,
        "is_public": job.is_public,
        "is_pipeline": True,
        "submitter_id": job.submitter_id,
        "description": job.description,
        "health_check": job.health_check,
        "requested_device_type_id": job.requested_device_type_id,
        "requested_device_id": job.requested_device_id,
        "requested_worker_id": job.requested_worker_id,
        "actual_device_id": job.actual_device_id,
        "submit_time": job.submit_time,
        "start_time": job.start_time,
        "end_time": job.end_time,
        "state": int(job.state),
        "health": int(job.health),
        "priority": job.priority,
        "definition": job.definition,
        "original_definition": job.original_definition,
        "multinode_definition": job.multinode_definition,
        "pipeline_compatibility": 0,
        "queue_timeout": job.queue_timeout,
        "failure_comment": job.failure_comment or None,
        "_old_state": int(job.state),
        "_old_health": int(job.health),
        "_state": dict(_SAVED),
    }


def found_job_columns(job: Job) -> dict[str, Any]:
    """A job's row as queries show it."""
    return {**job_columns(job), "metadata": job.metadata, "testjob_ptr_id": job.pk}


def suite_columns(suite: Suite) -> dict[str, Any]:
    """A suite's row, as queries show it."""
    return {
        "id": suite.pk,
        "job_id": suite.job_id,
        "name": suite.name,
        "testsuite_ptr_id": suite.pk,
        "_state": dict(_SAVED),
    }


def case_columns(case: Case) -> dict[str, Any]:
    """A case's row, as queries show it; ``metadata`` is YAML, ``measurement`` text or None."""
    return {
        "id": case.pk,
        "name": case.name,
        "units": case.units,
        "result": int(case.result),
        "measurement": case.measurement,
        "metadata": yaml.dump(case.metadata),
        "suite_id": case.suite_id,
        "start_log_line": case.start_log_line,
        "end_log_line": case.end_log_line,
        "test_set_id": case.test_set_id,
        "logged": case.logged,
        "testcase_ptr_id": case.pk,
        "_state": dict(_SAVED),
    }


def device_columns(device: Device) -> dict[str, Any]:
    """A device's row."""
    return {
        "hostname": device.hostname,
        "device_type_id": device.device_type_id,
        "device_version": device.device_version or None,
        "physical_owner_id": device.physical_owner_id,
        "physical_group_id": device.physical_group_id,
        "description": device.description or None,
        "state": int(device.state),
        "health": int(device.health),
        "last_health_report_job_id": None,
        "worker_host_id": device.worker_host_id,
        "is_synced": device.is_synced,
        "_old_state": int(device.state),
        "_old_health": int(device.health),
        "_state": dict(_SAVED),
    }


def type_columns(kind: DeviceType) -> dict[str, Any]:
    """A device type's row."""
    return {
        "name": kind.name,
        "architecture_id": None,
        "processor_id": None,
        "cpu_model": None,
        "bits_id": None,
        "core_count": None,
        "description": kind.description or None,
        "health_frequency": kind.health_frequency,
        "disable_health_check": kind.disable_health_check,
        "health_denominator": kind.health_denominator,
        "display": kind.display,
        "_state": dict(_SAVED),
    }
